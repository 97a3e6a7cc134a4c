"""Views of photos with what a PicoDet says about their anchors (label-boxes.cs), and the losses of a student that learns it."""
import math

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import boxes
from crops import colour_table

SIDE, CLASSES, FEATURES, FLOOR = 320, 80, 96, -0.375
RECORD = np.dtype([("anchor", "<u2"), ("scores", "u1", CLASSES), ("sides", "u1", (4, boxes.BINS)), ("largest", "<f2"), ("features", "u1", FEATURES)])
MIRRORED = 0.25  # share of the pictures; the teacher's features of a mirrored picture are not known


class Views:
    def __init__(self, data):
        self.pixels = np.memmap(data / "boxes.u8", np.uint8, "r").reshape(-1, SIDE, SIDE, 3)
        self.first = np.fromfile(data / "boxes.first.i64", np.int64)
        self.records = np.memmap(data / "boxes.records", RECORD, "r")
        if len(self.records) != self.first[-1]:
            raise ValueError(f"{data / 'boxes.records'}: expected {self.first[-1]} records of {RECORD.itemsize} bytes, found {len(self.records)}")
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
        """Pictures [N, 3, S, S] and, for the R anchors that the teacher has something to say about, their picture and anchor (R), scores [R, C],
        sides [R, 4, 8], features [R, 96] and whether these are known (R)."""
        x, parts = np.empty((len(rows), SIDE, SIDE, 3), np.float32), []
        for n, row in enumerate(rows):
            picture = self.pixels[row]
            records = self.records[self.first[row]:self.first[row + 1]]
            anchor, sides = records["anchor"].astype(np.int64), records["sides"]
            mirrored = rng is not None and rng.random() < MIRRORED
            if mirrored:
                picture, anchor, sides = picture[:, ::-1], self.mirror[anchor], sides[:, [2, 1, 0, 3]]
            cv2.LUT(np.ascontiguousarray(picture), colour_table(picture, rng, 0.25, 0.07), x[n])
            features = records["features"] * ((records["largest"].astype(np.float32) - FLOOR) / 255)[:, None] + np.float32(FLOOR)
            parts.append((np.full(len(anchor), n), anchor, records["scores"], sides, features, np.full(len(anchor), not mirrored)))
        pictures, anchors, scores, sides, features, known = (torch.from_numpy(np.concatenate(p)) for p in zip(*parts))
        return torch.from_numpy(x).permute(0, 3, 1, 2), pictures, anchors, scores.float() / 255, sides.float() / 255, features, known


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


def focal(own, scores):
    """Quality focal loss (arXiv 2006.04388) of each number."""
    return (scores - own.sigmoid()).abs() ** 2 * F.binary_cross_entropy_with_logits(own, scores, reduction="none")


def corners(probabilities, centres, strides):
    distance = (probabilities * torch.arange(boxes.BINS, dtype=torch.float32)).sum(-1) * strides[:, None]
    return torch.cat([centres - distance[:, :2], centres + distance[:, 2:]], 1)


def giou(a, b):
    inside = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inside
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return inside / (union + 1e-6) - (hull - union) / (hull + 1e-6)


def losses(views, head, outputs, pictures, anchors, scores, sides, features, known):
    """Classes: quality focal loss towards the teacher's scores, anchors without a record count as 0. Sides: KL of the distributions. Boxes: 1 - GIoU.
    Features: the numbers that the last layer reads become the teacher's. Reference: the last layer learns from the teacher's features, so that it
    knows classes of which there are few. All but the first weighted with the teacher's best score."""
    logits, distributions, maps = outputs
    own = logits[pictures, anchors]
    classes = (Background.apply(logits) + (focal(own, scores) - own.sigmoid() ** 2 * F.softplus(own)).sum()) / scores.sum().clamp(min=1)
    best = scores.max(1)[0]
    chosen = best > 0.1
    n, a, weight, sides = pictures[chosen], anchors[chosen], best[chosen], sides[chosen]
    total = weight.sum().clamp(min=1e-6)  # a batch may be without any object
    target = sides / sides.sum(-1, keepdim=True).clamp(min=1e-6)
    own = distributions[n, a]
    divergence = lambda rows: F.kl_div(F.log_softmax(rows, -1), target, reduction="none").sum((1, 2)) / 4
    overlap = giou(corners(own.softmax(-1), views.centres[a], views.strides[a]), corners(target, views.centres[a], views.strides[a]))
    features, known = features[chosen], weight * known[chosen]
    same = (maps[n, a] - features).pow(2).mean(1) / features.pow(2).mean()
    logits, distributions = head.last(features, (views.strides[a] / 8).log2().round().long())
    reference = 10 * (focal(logits, scores[chosen]).sum(1) * weight).sum() / total + (divergence(distributions) * weight).sum() / total
    return (classes, (divergence(own) * weight).sum() / total, ((1 - overlap) * weight).sum() / total,
            (same * known).sum() / known.sum().clamp(min=1e-6), reference)
