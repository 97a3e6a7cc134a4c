"""Step 5b: trains the embedding layer alone on pooled features (made here once from cached maps): a minute instead of hours.

python3 polish.py --data data --start START.safetensors --out runs/polished --labels 0.1
Loss, targets, names (--labels) and held-back pictures as in distil_tail.py; the rest of the network stays as it is. Writes OUT/log.tsv and
OUT/best.safetensors (EMA).
"""
import argparse
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import targets
from distil_tail import SCALE, SIZES, Maps, Tail, ranked
from nets import Embedder, load_into, load_safetensors, save_safetensors


@torch.no_grad()
def pool(tail, maps):
    """[2, N, 512]: the upright and the mirrored maps."""
    both = []
    for i in range(0, len(maps), 128):
        x = torch.from_numpy(maps[i:i + 128].astype(np.float32)).contiguous(memory_format=torch.channels_last)
        both.append(torch.stack([tail.pool(x), tail.pool(x.flip(3))]))
    return torch.cat(both, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--labels", type=float, nargs="+", default=[0.1], help="weights of the groceries' names; several are tried one by one, the last is kept")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    mean, projection = targets.fit(args.data)
    arrays = [Maps(args.data, name, mean, projection) for name in SIZES]
    model = Embedder()
    load_into(model, load_safetensors(args.start))
    model.eval()
    tail = Tail(model).to(memory_format=torch.channels_last)
    features = [pool(tail, a.maps) for a in arrays]
    groups = [(0, 0, 0.4), (0, 1, 0.25), (1, 0, 0.35)]  # groceries, other sharp crops, small crops
    first = {n: p.clone() for n, p in model.embedding.state_dict().items()}
    watched = features[1][0, ::40], arrays[1].target[::40]  # trained on as well: what the names cost elsewhere
    log = open(args.out / "log.tsv", "a")

    def report(line):
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    def figures(layer):
        with torch.no_grad():
            embedding = F.normalize(layer(features[0][0, arrays[0].held]))
            other = (F.normalize(layer(watched[0])) * watched[1]).sum(1).mean()
            return (*ranked(embedding, arrays[0].labels), (embedding * arrays[0].target[arrays[0].held]).sum(1).mean(), other)

    report("start: held back recall@1 %.4f mAP %.4f cosine %.4f, elsewhere cosine %.4f" % figures(model.embedding))
    for weight in args.labels:
        torch.manual_seed(7)
        rng = np.random.default_rng(7)
        model.embedding.load_state_dict(first)
        layer = nn.Linear(512, 512)
        layer.load_state_dict(first)
        prototypes = nn.Parameter(arrays[0].prototypes())
        parameters = [*layer.parameters(), prototypes]
        optimiser = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=0)
        for step in range(args.steps):
            for group in optimiser.param_groups:
                group["lr"] = args.rate * min(1, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / args.steps)))
            x, target, number = [], [], []
            for array, group, share in groups:
                rows = rng.choice(arrays[array].groups[group], min(int(args.batch * share), len(arrays[array].groups[group])), replace=False)
                x.append(features[array][rng.integers(2), rows])
                target.append(arrays[array].target[rows])
                number.append(arrays[array].numbers[rows])
            target, number = torch.cat(target), torch.cat(number)
            embedding = F.normalize(layer(torch.cat(x)))
            direct = (1 - (embedding * target).sum(1)).mean()
            relation = (embedding @ embedding.t() - target @ target.t()).pow(2).mean()
            names = F.cross_entropy(SCALE * embedding @ F.normalize(prototypes).t(), number, ignore_index=-1)
            loss = direct + 5 * relation + weight * names
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            keep = min(0.995, (step + 1) / (step + 21))
            with torch.no_grad():
                for a, b in zip(model.embedding.parameters(), layer.parameters()):
                    a.mul_(keep).add_(b, alpha=1 - keep)
        report(f"names x {weight}, {args.steps} steps: held back recall@1 %.4f mAP %.4f cosine %.4f, elsewhere cosine %.4f" % figures(model.embedding))
    save_safetensors(args.out / "best.safetensors", model)


if __name__ == "__main__":
    main()
