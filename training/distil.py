"""Step 4: distils PP-LCNet x1.0 (embedding and ImageNet head) from the teacher's features and logits.

python3 distil.py --data data --start START.safetensors --out runs/embed --minutes 60
Resumes from OUT/last.pt; writes OUT/log.tsv, OUT/last.pt and, at the end, OUT/best.safetensors (weights averaged over steps, EMA).
Loss: 1 - cosine + 5 x mean squared difference of the batch's similarity matrices + 0.1 x KL of the logits (temperature 2).
Selection and stopping look only at pictures of the training sets that are held back here: every seventh grocery picture.
"""
import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import targets
from nets import Embedder, load_into, load_safetensors, save_safetensors

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255
SIDES = {"sharp": 192, "small": 144, "scenes": 192, "tiny": 96, "things": 192}


class Array:
    """Crops of one array with their targets; only rows that the teacher has labelled."""

    def __init__(self, data, name, mean, projection):
        features = targets.read(data, name, 1280, "feat")
        logits = targets.read(data, name, 1000, "logit")
        rows = [line.rstrip("\n").split("\t") for line in open(data / f"{name}.tsv")]
        count = min(len(features), len(logits), len(rows))
        self.pixels = np.memmap(data / f"{name}.u8", np.uint8, "r").reshape(-1, SIDES[name], SIDES[name], 3)
        self.target = torch.from_numpy(targets.embed(features[:count], mean, projection).astype(np.float32))
        self.logits = torch.from_numpy(logits[:count].astype(np.float32))
        groceries = sorted({r[1] for r in rows if "Grocery" in r[0]})
        held = set(groceries[::7])
        self.held = [i for i in range(count) if rows[i][1] in held and rows[i][2] == "whole"]
        self.labels = ["/".join(rows[i][1].split("/")[:-1]) for i in self.held]
        grocery = np.array([i for i in range(count) if "Grocery" in rows[i][0] and rows[i][1] not in held])
        other = np.array([i for i in range(count) if "Grocery" not in rows[i][0]])
        self.groups = [g for g in (grocery, other) if len(g)]

    def batch(self, group, size, side, rng):
        rows = np.sort(rng.choice(self.groups[group], min(size, len(self.groups[group])), replace=False))
        x = torch.from_numpy(self.pixels[rows]).permute(0, 3, 1, 2).float()
        return augment(x, side, rng), self.target[rows], self.logits[rows]


def augment(x, side, rng):
    """Flip, a slight zoom with shift, brightness, contrast, colour; the teacher's label of the crop stays valid."""
    n = len(x)
    flip, zoom = rng.choice([-1.0, 1.0], n), rng.uniform(0.8, 1.0, (n, 2))
    shift = rng.uniform(-1, 1, (n, 2)) * (1 - zoom)
    theta = np.zeros((n, 2, 3), np.float32)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, 0, 2], theta[:, 1, 2] = flip * zoom[:, 0], zoom[:, 1], shift[:, 0], shift[:, 1]
    grid = F.affine_grid(torch.from_numpy(theta), [n, 3, side, side], align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)
    gain = torch.from_numpy(rng.uniform(0.8, 1.2, (n, 1, 1, 1)) * rng.uniform(0.95, 1.05, (n, 3, 1, 1))).float()
    contrast = torch.from_numpy(rng.uniform(0.8, 1.2, (n, 1, 1, 1))).float()
    mean = x.mean((1, 2, 3), keepdim=True)
    x = ((x - mean) * contrast + mean) * gain
    return ((x.clamp(0, 255) - MEAN) / STD).to(memory_format=torch.channels_last)


def loss_of(model, x, target, teacher, weight):
    with torch.autocast("cpu", torch.bfloat16):  # float32 sums inside; faster on processors with bfloat16
        embedding, logits = model(x)
    embedding, logits = F.normalize(embedding.float()), logits.float()
    direct = (1 - (embedding * target).sum(1)).mean()
    relation = (embedding @ embedding.t() - target @ target.t()).pow(2).mean()
    kl = F.kl_div(F.log_softmax(logits / 2, 1), F.softmax(teacher / 2, 1), reduction="batchmean") * 4
    return direct + 5 * relation + weight * kl, direct, relation, kl


@torch.no_grad()
def held_back(model, array, side=192):
    """Leave-one-out recall@1 and mAP on the held-back training pictures, and the mean cosine to the teacher."""
    model.eval()
    parts = []
    for i in range(0, len(array.held), 32):
        x = torch.from_numpy(array.pixels[array.held[i:i + 32]]).permute(0, 3, 1, 2).float()
        parts.append(F.normalize(model(((x - MEAN) / STD).to(memory_format=torch.channels_last))[0]))
    model.train()
    e, labels = torch.cat(parts), np.array(array.labels)
    similarity = e @ e.t()
    similarity.fill_diagonal_(-9)
    hits = labels[similarity.argsort(1, descending=True)[:, :-1].numpy()] == labels[:, None]
    hits = hits[hits.any(1)]
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return hits[:, 0].mean(), ((precision * hits).sum(1) / hits.sum(1)).mean(), (e * array.target[array.held]).sum(1).mean().item()


def align(model, arrays, rng):
    """The start's embedding lives in another basis: ridge regression of the targets on the pooled features gives the new layer."""
    model.eval()
    pooled, wanted = [], []
    with torch.no_grad():
        for array in arrays:
            for group in range(len(array.groups)):
                for _ in range(12):
                    x, target, _ = array.batch(group, 64, 128, rng)
                    pooled.append(model.backbone(x)[-1].mean((2, 3)))
                    wanted.append(target)
    p, y = torch.cat(pooled).double(), torch.cat(wanted).double()
    a = torch.cat([p, torch.ones(len(p), 1).double()], 1)
    w = torch.linalg.solve(a.t() @ a + 1e-4 * len(p) * torch.eye(a.shape[1]).double(), a.t() @ y)
    model.embedding.weight.data.copy_(w[:-1].t().float())
    model.embedding.bias.data.copy_(w[-1].float())
    model.train()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=1e9, help="the schedule ends after these minutes if the steps have not ended it")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--freeze", type=int, default=0, help="first stages kept as they are (3: conv1, blocks2, blocks3)")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--logits", type=float, default=0.1, help="weight of the KL of the logits")
    parser.add_argument("--align", action="store_true", help="new embedding layer by ridge regression, for a start whose targets had another basis")
    parser.add_argument("--last-side", type=int, default=192, help="side of the last fifth of the steps")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    mean, projection = targets.fit(args.data)
    rng = np.random.default_rng(7)
    arrays = [Array(args.data, name, mean, projection) for name in SIDES if (args.data / f"{name}.logit.f32").exists()]
    # array, group, share of a batch: groceries, other sharp crops, small crops, scenes, tiny pictures, things
    mixture = [(a, g, s) for a, g, s in ((0, 0, 0.2), (0, 1, 0.15), (1, 0, 0.15), (2, 0, 0.15), (3, 0, 0.2), (4, 0, 0.15)) if a < len(arrays)]
    model = Embedder().to(memory_format=torch.channels_last)
    model.backbone.freeze(args.freeze)
    model.train()
    decay = [p for n, p in model.named_parameters() if p.dim() > 1]
    plain = [p for n, p in model.named_parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0}], lr=args.rate)
    step, spent, last = 0, 0.0, args.out / "last.pt"
    if last.exists():
        state = torch.load(last)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent, average = state["step"], state["spent"], Embedder().to(memory_format=torch.channels_last)
        average.load_state_dict(state["average"])
        rng = np.random.default_rng(7 + step)
    else:
        load_into(model, load_safetensors(args.start))
        if args.align:
            align(model, arrays, rng)
        average = copy.deepcopy(model)
    print("held back: recall@1 %.4f mAP %.4f cosine %.4f" % held_back(average, arrays[0]), flush=True)
    log, began, saved, sums, done = open(args.out / "log.tsv", "a"), time.time() - spent, time.time(), np.zeros(4), spent / 60 / args.minutes
    done = max(done, step / args.steps)
    while done < 1:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 150) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        side = args.last_side if done > 0.8 else int(rng.choice([112, 128, 144]))
        parts = [arrays[a].batch(g, int(args.batch * share), side, rng) for a, g, share in mixture]
        x, target, teacher = (torch.cat(p) for p in zip(*parts))
        losses = loss_of(model, x.to(memory_format=torch.channels_last), target, teacher, args.logits)
        optimiser.zero_grad()
        losses[0].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        spent = time.time() - began
        done = min(1.0, max(step / args.steps, spent / 60 / args.minutes))
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), model.state_dict().values()):
                a.mul_(keep).add_(b, alpha=1 - keep) if a.is_floating_point() else a.copy_(b)
        sums += [v.item() for v in losses]
        if step % 50 == 0:
            line = f"{step}\t{side}\t" + "\t".join(f"{v / 50:.4f}" for v in sums) + f"\t{spent:.0f}s"
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
            sums[:] = 0
        if time.time() - saved > 180 or done == 1:
            saved = time.time()
            torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                        "spent": spent},
                       args.out / "part.pt")
            (args.out / "part.pt").replace(last)
            save_safetensors(args.out / "best.safetensors", average)
            line = "held back at %d: recall@1 %.4f mAP %.4f cosine %.4f" % (step, *held_back(average, arrays[0]))
            print(line, flush=True)
            log.write(line + "\n")


if __name__ == "__main__":
    main()
