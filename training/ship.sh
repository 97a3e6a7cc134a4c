#!/usr/bin/env bash
# Ships what was trained: into models/ with bytes and SHA-256 in catalog.json; the embedder is checked against the product's own graph.
# Usage: training/ship.sh WORK
set -euo pipefail
source "$(dirname "$0")/env.sh"
work=$1 models=$HERE/../models
for pair in embed:pplcnet_x1_0_distilled camvid:deeplabv3p_pplcnet_x1_0_camvid; do
    new=$work/${pair%%:*}/best.safetensors name=${pair#*:}.safetensors
    [ -f "$new" ] || continue
    cp "$new" "$models/$name"
    "$PYTHON" "$HERE/catalog.py" --models "$models" "$name"
done
"$HERE/../scripts/setup.sh" # the catalogue is embedded in the build
"$PYTHON" "$HERE/check.py" --pplcnet "$HERE/../pplcnet" --weights "$models/pplcnet_x1_0_distilled.safetensors" --pictures "$HERE/../samples"
