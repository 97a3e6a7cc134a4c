"""Step 4: the maps after blocks5 of every chosen crop, once, so that the last stage and the heads train without the rest of the network.

python3 cache.py --data data --start START.safetensors
Writes data/ARRAY.maps.f16 ([M, 256, h, w], stride 16) and data/ARRAY.rows.npy (row of the array, mirrored or not).
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from nets import STAGES, Embedder, load_into, load_safetensors

SIDES = {"sharp": 192, "small": 144}
EVERY = {"Grocery": 1, "imagenet-sample": 1, "COCO": 1, "Caltech101": 1, "PACS": 1, "clothing": 2, "IMagenet": 2}
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255


class Front(torch.nn.Module):
    """conv1 .. blocks5."""

    def __init__(self, backbone):
        super().__init__()
        self.stages = torch.nn.Sequential(*[getattr(backbone, n) for n in ("conv1", *STAGES) if n != "blocks6"])

    def forward(self, x):
        return self.stages(x)


def chosen(data, array, labelled, views):
    """Rows to cache: of each set one in EVERY, of the groceries the whole picture and `views` crops."""
    rows, seen = [], {}
    for i, line in enumerate(open(data / f"{array}.tsv")):
        repository, _, view = line.rstrip("\n").split("\t")
        key = next(k for k in EVERY if k in repository)
        seen[key] = seen.get(key, -1) + 1
        crop = int(view[4:]) if view.startswith("crop") else -1
        if i < labelled and crop < views and seen[key] % EVERY[key] == 0:
            rows.append(i)
    return np.array(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--array", choices=[*SIDES], help="only this array")
    parser.add_argument("--views", type=int, default=1, help="crops of each sharp picture beside the whole one")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = Embedder()
    load_into(model, load_safetensors(args.start))
    for array, side in SIDES.items():
        if args.array not in (None, array):
            continue
        front = torch.jit.trace(Front(model.backbone).eval(), torch.zeros(16, 3, side, side))
        front = torch.jit.optimize_for_inference(torch.jit.freeze(front))
        pixels = np.memmap(args.data / f"{array}.u8", np.uint8, "r").reshape(-1, side, side, 3)
        labelled = (args.data / f"{array}.logit.f32").stat().st_size // 4000
        rows = np.random.default_rng(3).permutation(chosen(args.data, array, labelled, args.views))
        rows = rows[:len(rows) // 16 * 16]  # whole batches
        np.save(args.data / f"{array}.rows.npy", rows)
        with open(args.data / f"{array}.maps.f16", "wb") as file, torch.no_grad():
            for i in range(0, len(rows), 16):
                x = torch.from_numpy(pixels[rows[i:i + 16]]).permute(0, 3, 1, 2).float()
                if i // 16 % 2:  # every second batch mirrored: the same rows never come twice
                    x = x.flip(3)
                file.write(front((x - MEAN) / STD).numpy().astype(np.float16).tobytes())
                if i % 1600 == 0:
                    print(f"{array}: {i}/{len(rows)}", flush=True)


if __name__ == "__main__":
    main()
