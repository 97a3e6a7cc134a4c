#!/usr/bin/env bash
# Ships what was trained: into models/ with bytes and SHA-256 in catalog.json; the embedder is checked against the product's own graph.
# Usage: training/ship.sh WORK
set -euo pipefail
source "$(dirname "$0")/env.sh"
work=$1 models=$HERE/../models shared=pplcnet_x1_0_shared.safetensors mask=deeplabv3p_pplcnet_x1_0_street.safetensors
"$PYTHON" "$HERE/combine.py" --distilled "$work/distilled/polished.safetensors" --mask "$work/mask/best.safetensors" --out "$models/$shared"
"$PYTHON" "$HERE/catalog.py" --models "$models" "$shared"
if [ -f "$work/camvid/best.safetensors" ]; then
    cp "$work/camvid/best.safetensors" "$models/$mask"
    "$PYTHON" "$HERE/catalog.py" --models "$models" "$mask"
fi
"$HERE/../scripts/setup.sh" # the catalogue is embedded in the build
"$PYTHON" "$HERE/check.py" --pplcnet "$HERE/../pplcnet" --weights "$models/$shared" --pictures "$HERE/../samples"
