#!/usr/bin/env bash
# DeepLabV3+ on a backbone of its own, and a mask on the backbone that distil.sh left. Usage: training/heads.sh SETS SHARED WORK MINUTES
set -euo pipefail
source "$(dirname "$0")/env.sh"
sets=$1 shared=$2 work=$3 minutes=$4 team=${TEAM:-$(nproc)}
[ -d "$work/streets/labels" ] ||
    "$PYTHON" "$HERE/prepare_streets.py" --sets "$sets" --pplcnet "$HERE/../pplcnet" --models "$shared/models" --out "$work/streets" ${LIMIT:+--limit "$LIMIT"}
common=(--camvid "$shared/datasets/camvid" --streets "$work/streets" --share 0.25 --mix 0.4 --start "$work/distilled/best.safetensors" --batch 8
    --balance 0.5 --overlap 1 --minutes "$minutes" --team "$team")
"$PYTHON" "$HERE/segment.py" "${common[@]}" --freeze 1 --backbone-rate 0.4 --statistics --scales 0.9 2.4 --crop 384 320 --out "$work/camvid"
"$PYTHON" "$HERE/segment.py" "${common[@]}" --head "$work/camvid/best.safetensors" --freeze 6 --scales 0.4 1.2 --stretch 0.35 --crop 256 224 --out "$work/mask"
