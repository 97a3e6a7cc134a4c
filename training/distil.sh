#!/usr/bin/env bash
# Crops and views, labels, the backbone with embedding, classes and boxes, and its last layers once more.
# Usage: training/distil.sh SETS SHARED WORK [more flags of distil.py]
# LIMIT=20 takes 20 pictures of each set: a trial of the whole chain in a few minutes.
set -euo pipefail
source "$(dirname "$0")/env.sh"
sets=$1 shared=$2 work=$3
shift 3
[ -f "$work/data/boxes.tsv" ] ||
    "$PYTHON" "$HERE/prepare_crops.py" --sets "$sets" --reserved "$shared/datasets/imagenet-sample" "$shared/datasets/coco-mini/val2017" --out "$work/data" ${LIMIT:+--limit "$LIMIT"}
label() { (cd "$HERE/.." && dotnet run "training/label-$1.cs" "$(realpath "$work/data")" "$(realpath "$shared/models")"); }
label crops
[ -f "$work/data/boxes.first.i64" ] || label boxes
"$PYTHON" "$HERE/distil.py" --data "$work/data" --start "$shared/training/pplcnet_x1_0_distilled.safetensors" --align classes boxes --freeze 1 \
    --logits 0.8 --team "${TEAM:-$(nproc)}" --out "$work/distilled" "$@"
best=$work/distilled/best.safetensors polished=$work/distilled/polished.safetensors
[ "$polished" -nt "$best" ] || "$PYTHON" "$HERE/polish.py" --data "$work/data" --start "$best" --out "$polished"
