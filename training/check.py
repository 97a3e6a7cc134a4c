"""Step 7: the exported file in PyTorch against the same file in the product's own graph, picture by picture.

python3 check.py --pplcnet ../pplcnet --weights ../models/pplcnet_x1_0_shared.safetensors --pictures ../samples
Both embed every picture, stretched to 256x256; fails unless every cosine is at least 0.999 (the two resize kernels differ by rounding).
"""
import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from nets import Embedder, load_into, load_safetensors

SIDE = 256
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pplcnet", required=True, help="the command, with arguments before 'embed' where it has some")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    args = parser.parse_args()
    model = Embedder()
    load_into(model, load_safetensors(args.weights))
    model.eval()
    lines = subprocess.run([*shlex.split(args.pplcnet), "embed", args.pictures, "--model", args.weights, "--json"],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    worst, answers = 1.0, [json.loads(line) for line in lines]
    for answer in answers:
        picture = cv2.cvtColor(cv2.imread(answer["file"]), cv2.COLOR_BGR2RGB)
        x = (cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255 - MEAN) / STD
        with torch.no_grad():
            ours = F.normalize(model(torch.from_numpy(x.transpose(2, 0, 1)[None].copy()))[0])[0].numpy()
        worst = min(worst, float(ours @ np.float32(answer["embedding"])))
    print(f"{args.weights.name}: {len(answers)} pictures, lowest cosine {worst:.6f}")
    return 0 if answers and worst > 0.999 else 1


if __name__ == "__main__":
    sys.exit(main())
