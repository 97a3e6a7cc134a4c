#!/usr/bin/env bash
# Boxes and mask on the backbone that distil.sh left. Usage: training/heads.sh SHARED WORK MINUTES
set -euo pipefail
source "$(dirname "$0")/env.sh"
shared=$1 work=$2 minutes=$3 team=${TEAM:-$(nproc)}
[ -f "$work/data/boxes.first.i64" ] || (cd "$HERE/.." && dotnet run training/label-boxes.cs "$(realpath "$work/data")" "$(realpath "$shared/models")")
"$PYTHON" "$HERE/distil_boxes.py" --data "$work/data" --backbone "$work/embed/best.safetensors" --out "$work/boxes" --minutes "$minutes" --team "$team"
"$PYTHON" "$HERE/segment.py" --camvid "$shared/datasets/camvid" --start "$work/embed/best.safetensors" --freeze 6 --scales 0.4 1.2 --stretch 0.35 \
    --crop 256 224 --batch 8 --balance 0.5 --overlap 1 --out "$work/mask" --minutes "$minutes" --team "$team"
"$PYTHON" "$HERE/segment.py" --camvid "$shared/datasets/camvid" --start "$work/embed/best.safetensors" --freeze 1 --backbone-rate 0.4 --statistics \
    --scales 0.9 2.4 --crop 384 320 --batch 8 --balance 0.5 --overlap 1 --out "$work/camvid" --minutes "$minutes" --team "$team"
