#!/usr/bin/env bash
# Checks both files against the product's own graph, then ships them. Usage: training/ship.sh SHARED WORK
set -euo pipefail
source "$(dirname "$0")/env.sh"
shared=$1 work=$2 models=$HERE/../models
for pair in embed:pplcnet_x1_0_distilled camvid:deeplabv3p_pplcnet_x1_0_camvid; do
    new=$work/${pair%%:*}/best.safetensors name=${pair#*:}.safetensors
    [ -f "$new" ] || continue
    cp "$new" "$models/$name"
    "$PYTHON" "$HERE/catalog.py" --models "$models" "$name"
    "$PYTHON" "$HERE/check.py" --pplcnet "$HERE/../pplcnet" --weights "$models/$name" --pictures "$HERE/../samples"
done
