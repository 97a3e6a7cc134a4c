#!/usr/bin/env bash
# DeepLabV3+ on CamVid. Usage: training/segment.sh SHARED WORK [more flags of segment.py]
set -euo pipefail
source "$(dirname "$0")/env.sh"
shared=$1 work=$2
shift 2
"$PYTHON" "$HERE/segment.py" --camvid "$shared/datasets/camvid" \
    --start "$shared/training/deeplabv3p_pplcnet_x1_0_camvid.safetensors" --out "$work/camvid" "$@"
