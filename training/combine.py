"""Step 10: one file with the shared backbone and all its heads.

python3 combine.py --backbone runs/embed/best.safetensors --boxes runs/boxes/best.safetensors --mask runs/mask/best.safetensors --out FILE
--backbone: backbone.*, embedding.*, last_conv.*, fc.* (distil.py). --boxes: neck.*, head.* (distil_boxes.py), written below boxes.
--mask: head.* (segment.py --freeze 6), written below mask. Both were learnt on that very backbone; that of --mask is compared with it.
"""
import argparse
from pathlib import Path

import torch

from nets import load_safetensors, write_safetensors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", type=Path, required=True)
    parser.add_argument("--boxes", type=Path)
    parser.add_argument("--mask", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tensors = load_safetensors(args.backbone)
    for prefix, file in (("boxes", args.boxes), ("mask", args.mask)):
        for name, tensor in (load_safetensors(file) if file else {}).items():
            if name.startswith("backbone."):
                if not torch.equal(tensor, tensors[name]):
                    raise ValueError(f"{file}: {name} is not the tensor of {args.backbone}: the head was learnt on another backbone")
            else:
                tensors[f"{prefix}.{name}"] = tensor
    write_safetensors(args.out, tensors)


if __name__ == "__main__":
    main()
