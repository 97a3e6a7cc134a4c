"""Step 9: a PicoDet neck and head on the frozen backbone, learnt from what a PicoDet with raw heads says about every anchor.

python3 distil_boxes.py --data data --backbone models/pplcnet_x1_0_shared.safetensors --out runs/boxes
Targets: data/boxes.* (prepare_crops.py, label-boxes.cs). Classes: quality focal loss towards the teacher's scores, anchors without a record
count as 0. Boxes: KL of the sides' distributions and 1 - GIoU, weighted with the teacher's best score. Every 60th view is held back and
watched by its loss. Resumes from OUT/last.pt; writes OUT/log.tsv and OUT/best.safetensors (EMA; neck.*, head.*).
"""
import argparse
import copy
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import boxes
import team
from distil import average_in, colour_table
from nets import load_into, load_safetensors, save_safetensors

SIDE, CLASSES = 320, 80
RECORD = np.dtype([("anchor", "<u2"), ("scores", "u1", CLASSES), ("sides", "u1", (4, boxes.BINS))])


class Views:
    def __init__(self, data):
        self.pixels = np.memmap(data / "boxes.u8", np.uint8, "r").reshape(-1, SIDE, SIDE, 3)
        self.first = np.fromfile(data / "boxes.first.i64", np.int64)
        self.records = np.fromfile(data / "boxes.records", RECORD)
        self.centres, self.strides = boxes.anchors(SIDE)
        grid, start = [], 0  # the anchor that a mirrored picture puts where each anchor is
        for stride in boxes.STRIDES:
            n = math.ceil(SIDE / stride)
            grid.append(start + np.arange(n * n).reshape(n, n)[:, ::-1].reshape(-1))
            start += n * n
        self.mirror = np.concatenate(grid)
        count = len(self.first) - 1
        self.held, self.rows = np.arange(0, count, 60), np.array([i for i in range(count) if i % 60])

    def batch(self, rows, rng=None):
        """Pictures [N, 3, S, S] and, for the R anchors that the teacher has something to say about, their picture and anchor (R), scores [R, C]
        and sides [R, 4, 8]."""
        x, parts = np.empty((len(rows), SIDE, SIDE, 3), np.float32), []
        for n, row in enumerate(rows):
            picture = self.pixels[row]
            records = self.records[self.first[row]:self.first[row + 1]]
            anchor, sides = records["anchor"].astype(np.int64), records["sides"]
            if rng is not None and rng.random() < 0.5:
                picture, anchor, sides = picture[:, ::-1], self.mirror[anchor], sides[:, [2, 1, 0, 3]]
            cv2.LUT(np.ascontiguousarray(picture), colour_table(picture, rng, 0.25, 0.07), x[n])
            parts.append((np.full(len(anchor), n), anchor, records["scores"], sides))
        pictures, anchors, scores, sides = (torch.from_numpy(np.concatenate(p)) for p in zip(*parts))
        return torch.from_numpy(x).permute(0, 3, 1, 2), pictures, anchors, scores.float() / 255, sides.float() / 255


class Background(torch.autograd.Function):
    """Sum of the quality focal loss towards 0, sigmoid(x)^2 softplus(x), over all elements: in place, without intermediate results for autograd."""

    @staticmethod
    def forward(ctx, x):
        chance, plus = torch.sigmoid(x), F.softplus(x)
        square = chance * chance
        total = torch.dot(square.flatten(), plus.flatten())
        # derivative: 2 p^2 (1 - p) softplus + p^3
        plus.mul_(1 - chance).mul_(2).add_(chance).mul_(square)
        ctx.save_for_backward(plus)
        return total

    @staticmethod
    def backward(ctx, gradient):
        return ctx.saved_tensors[0] * gradient


def corners(probabilities, centres, strides):
    distance = (probabilities * torch.arange(boxes.BINS, dtype=torch.float32)).sum(-1) * strides[:, None]
    return torch.cat([centres - distance[:, :2], centres + distance[:, 2:]], 1)


def giou(a, b):
    inside = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inside
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return inside / (union + 1e-6) - (hull - union) / (hull + 1e-6)


def losses(views, logits, distributions, pictures, anchors, scores, sides):
    own = logits[pictures, anchors]
    focal = (scores - own.sigmoid()).abs() ** 2 * F.binary_cross_entropy_with_logits(own, scores, reduction="none") - own.sigmoid() ** 2 * F.softplus(own)
    focal = (Background.apply(logits) + focal.sum()) / scores.sum().clamp(min=1)
    best = scores.max(1)[0]
    chosen = best > 0.1
    n, a, weight, sides = pictures[chosen], anchors[chosen], best[chosen], sides[chosen]
    target = sides / sides.sum(-1, keepdim=True).clamp(min=1e-6)
    own = distributions[n, a]
    kl = F.kl_div(F.log_softmax(own, -1), target, reduction="none").sum((1, 2)) / 4
    overlap = giou(corners(own.softmax(-1), views.centres[a], views.strides[a]), corners(target, views.centres[a], views.strides[a]))
    total = weight.sum().clamp(min=1e-6)  # a batch may be without any object
    return focal, (kl * weight).sum() / total, ((1 - overlap) * weight).sum() / total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--backbone", type=Path, required=True, help="safetensors with backbone.*; it stays as it is")
    parser.add_argument("--start", type=Path, help="safetensors with neck.* and head.* to go on from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--minutes", type=float, default=1e9, help="the schedule ends after these minutes if the steps have not ended it")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--team", type=int, default=1, help="processes that share the work")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")
    team.train(run, parser.parse_args())


def run(args, members):
    cv2.setNumThreads(1)
    torch.manual_seed(5)
    args.out.mkdir(parents=True, exist_ok=True)
    views = Views(args.data)
    model = boxes.PicoDet(CLASSES)
    load_into(model.backbone, {n[9:]: t for n, t in load_safetensors(args.backbone).items() if n.startswith("backbone.")})
    model.backbone.freeze(6)
    model = model.to(memory_format=torch.channels_last)
    own = nn.ModuleDict({"neck": model.neck, "head": model.head})
    if args.start:
        load_into(own, load_safetensors(args.start), names=boxes.official)
    average = copy.deepcopy(own)
    parameters = [p for p in own.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.02},
                                   {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0}], lr=args.rate, foreach=True)
    step, spent, last = 0, 0.0, args.out / "last.pt"
    if last.exists():
        state = torch.load(last)
        own.load_state_dict(state["own"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    rng = np.random.default_rng((5, members.rank, step))
    log, began, saved, sums = open(args.out / "log.tsv", "a"), time.time() - spent, time.time(), np.zeros(3)
    done = max(step / args.steps, spent / 60 / args.minutes)

    def report(line):
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    def held_back():
        was = model.neck, model.head
        model.neck, model.head = average["neck"], average["head"]
        model.eval()
        parts = []
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for i in range(0, len(views.held), 16):
                x, *target = views.batch(views.held[i:i + 16])
                parts.append([v.item() for v in losses(views, *model(x), *target)])
        model.neck, model.head = was
        report(f"held back at {step}: classes %.4f sides %.4f giou %.4f" % tuple(np.mean(parts, 0)))

    while done < 1:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 200) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        x, *target = views.batch(np.sort(rng.choice(views.rows, args.batch, replace=False)), rng)
        model.train()
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                maps = model.backbone(x)[1:]
            outputs = model.head(model.neck(maps))
        parts = losses(views, *outputs, *target)
        loss = parts[0] + 0.25 * parts[1] + 2 * parts[2]
        optimiser.zero_grad()
        loss.backward()
        step, spent = step + 1, time.time() - began
        done = members.share(parameters, min(1.0, max(step / args.steps, spent / 60 / args.minutes)))
        nn.utils.clip_grad_norm_(parameters, 10.0)
        optimiser.step()
        if not members.leads:
            continue
        keep = min(0.998, step / (step + 20))
        average_in(average, own, keep)
        sums += [p.item() for p in parts]
        if step % 50 == 0:
            report(f"{step}\t" + "\t".join(f"{v / 50:.4f}" for v in sums) + f"\t{spent:.0f}s")
            sums[:] = 0
        if time.time() - saved > 240 or done == 1:
            saved = time.time()
            torch.save({"own": own.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                        "spent": spent}, args.out / "part.pt")
            (args.out / "part.pt").replace(last)
            save_safetensors(args.out / "best.safetensors", average, boxes.official)
            held_back()


if __name__ == "__main__":
    main()
