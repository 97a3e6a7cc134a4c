"""Step 7: one file with the shared backbone and all its heads.

python3 combine.py --distilled runs/distilled/polished.safetensors --mask runs/mask/best.safetensors --out FILE
--distilled: backbone.*, embedding.*, last_conv.*, fc.*, boxes.* (polish.py). --mask: head.* (segment.py --freeze 6), written below mask; its
backbone is compared with the distilled one.
"""
import argparse
from pathlib import Path

import torch

from nets import load_safetensors, write_safetensors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--distilled", type=Path, required=True)
    parser.add_argument("--mask", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tensors = load_safetensors(args.distilled)
    for name, tensor in load_safetensors(args.mask).items():
        if not name.startswith("backbone."):
            tensors[f"mask.{name}"] = tensor
        elif not torch.equal(tensor, tensors[name]):
            raise ValueError(f"{args.mask}: {name} is not the tensor of {args.distilled}: the head was learnt on another backbone")
    write_safetensors(args.out, tensors)


if __name__ == "__main__":
    main()
