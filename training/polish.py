"""Step 5: the last layers of embedding and classes once more, with pictures about as large as they will be used with.

python3 polish.py --data data --start runs/distilled/best.safetensors --out runs/distilled/polished.safetensors
The backbone stays as it is: crops pass it once, larger than distil.py takes them, and the last layers learn from the pooled features alone, many
times over. fc.bias is then balanced against the classes of these crops (balance.py). Everything else of START is written as it was.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

import boxes
import crops
from balance import balanced, class_shares
from distil import Shared, class_losses, held_back_crops
from loop import cosine, optimiser_of, whole
from nets import load_into, load_safetensors, save_safetensors

LAYERS = ("embedding", "last_conv", "fc")


@torch.no_grad()
def pass_once(model, arrays, count, side, rng):
    """Pooled features, targets, the teacher's features and logits of `count` crops, chosen at random; small ones are enlarged to 1.5 times at most."""
    rows = {name: np.concatenate(array.groups) for name, array in arrays.items()}
    share = min(1, count / sum(map(len, rows.values())))
    parts = []
    for name, array in arrays.items():
        chosen = np.sort(rng.choice(rows[name], max(1, int(share * len(rows[name]))), replace=False))
        for part in np.array_split(chosen, max(1, len(chosen) // 32)):
            x = crops.augment(array.pixels[part], min(side, crops.SIDES[name] * 3 // 2), rng)
            parts.append((model.pooled(x).float(), array.target[part], array.features[part], array.logits[part]))
        print(f"{name}: {len(chosen)} crops", flush=True)
    return [torch.cat(p) for p in zip(*parts)]


def learn(model, known, args, rng):
    optimiser = optimiser_of([([p for layer in LAYERS for p in getattr(model, layer).parameters()], 1.0)], args.rate)
    batch = min(args.batch, len(known[0]))
    count = len(known[0]) // batch
    for epoch in range(args.epochs):
        order, seen = torch.from_numpy(rng.permutation(len(known[0]))), []
        for i in range(count):
            for group in optimiser.param_groups:
                group["lr"] = args.rate * cosine((epoch + i / count) / args.epochs)
            rows = order[i * batch:(i + 1) * batch]
            losses = class_losses(model, *(k[rows].float() for k in known), args.logits)
            optimiser.zero_grad()
            losses[0].backward()
            optimiser.step()
            seen.append([v.item() for v in losses])
        print("\t".join([str(epoch + 1), *(f"{v:.4f}" for v in np.mean(seen, 0))]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--crops", type=int, default=100_000)
    parser.add_argument("--side", type=int, default=208)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--logits", type=float, default=1.0, help="weight of the classes")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    arrays, _ = crops.read(args.data)
    model = Shared().to(memory_format=torch.channels_last)
    load_into(model, load_safetensors(args.start), names=boxes.official)
    model.eval()
    watch = lambda when: print("held back crops %s: recall@1 %.4f mAP %.4f cosine %.4f" % (when, *held_back_crops(model, arrays["sharp"])), flush=True)
    watch("before")
    model.eval()
    known = pass_once(model, arrays, args.crops, args.side, rng)
    learn(model, known, args, rng)
    watch("after")
    with torch.no_grad():
        model.fc.bias.copy_(balanced(model.fc.bias, class_shares(known[3])))
    whole(args.out, lambda path: save_safetensors(path, model, boxes.official))


if __name__ == "__main__":
    main()
