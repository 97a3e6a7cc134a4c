"""Crops with what the teacher says about them, and their batches."""
import cv2
import numpy as np
import torch

import targets

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255
SIDES = {"sharp": 192, "small": 144, "scenes": 192, "tiny": 96, "things": 192, "mini": 96, "pets": 160, "more": 160}
# share of a batch: groceries, then the other crops of each array
MIXTURE = {("sharp", 0): 0.11, ("sharp", 1): 0.1, ("small", 0): 0.08, ("scenes", 0): 0.06, ("tiny", 0): 0.12, ("things", 0): 0.09,
           ("mini", 0): 0.14, ("pets", 0): 0.1, ("more", 0): 0.2}


class Array:
    """Crops of one array with their targets; only rows that the teacher has labelled."""

    def __init__(self, data, name, mean, projection):
        features = targets.read(data, name, 1280, "feat")
        logits = targets.read(data, name, 1000, "logit")
        rows = [line.rstrip("\n").split("\t") for line in open(data / f"{name}.tsv")]
        count = min(len(features), len(logits), len(rows))
        self.pixels = np.memmap(data / f"{name}.u8", np.uint8, "r").reshape(-1, SIDES[name], SIDES[name], 3)
        self.target = torch.from_numpy(targets.embed(features[:count], mean, projection).astype(np.float32))
        self.features = torch.from_numpy(features[:count].astype(np.float16))
        self.logits = torch.from_numpy(logits[:count].astype(np.float16))
        groceries = sorted({r[1] for r in rows if "Grocery" in r[0]})
        held = set(groceries[::7])
        self.held = [i for i in range(count) if rows[i][1] in held and rows[i][2] == "whole"]
        self.labels = ["/".join(rows[i][1].split("/")[:-1]) for i in self.held]
        grocery = np.array([i for i in range(count) if "Grocery" in rows[i][0] and rows[i][1] not in held])
        other = np.array([i for i in range(count) if "Grocery" not in rows[i][0]])
        self.groups = [g for g in (grocery, other) if len(g)]

    def batch(self, group, size, side, rng):
        """Pictures [N, 3, side, side], targets [N, 512], features [N, 1280], logits [N, 1000]."""
        rows = np.sort(rng.choice(self.groups[group], min(size, len(self.groups[group])), replace=False))
        return augment(self.pixels[rows], side, rng), self.target[rows], self.features[rows].float(), self.logits[rows].float()


def read(data):
    """The labelled arrays of a folder, and the shares of a batch that they get."""
    labelled = [name for name in SIDES if (data / f"{name}.logit.f32").exists()]
    if not labelled:
        raise FileNotFoundError(f"{data}: expected arrays of crops with the teacher's logits (label-crops.cs), found none")
    mean, projection = targets.fit(data)
    arrays = {name: Array(data, name, mean, projection) for name in labelled}
    return arrays, {(name, group): share for (name, group), share in MIXTURE.items() if name in arrays}


def colour_table(picture, rng=None, change=0.0, cast=0.0):
    """For cv2.LUT, [1, 256, 3]: contrast and brightness changed by up to `change`, each colour by up to `cast` (without rng none), then normalised."""
    table = np.arange(256, dtype=np.float32)[:, None]
    if rng is not None:
        middle = picture[::4, ::4].mean()
        table = ((table - middle) * rng.uniform(1 - change, 1 + change) + middle) * (rng.uniform(1 - change, 1 + change) * rng.uniform(1 - cast, 1 + cast, 3))
    table = (np.clip(table, 0, 255) - MEAN.view(3).numpy()) / STD.view(3).numpy()
    return table.astype(np.float32).reshape(1, 256, 3)


def augment(pictures, side, rng):
    """Flip, a slight zoom with shift, brightness, contrast, colour; the teacher's label of the crop stays valid. uint8 [N, S, S, 3] -> [N, 3, side, side]."""
    out = np.empty((len(pictures), side, side, 3), np.float32)
    for n, picture in enumerate(pictures):
        stored = picture.shape[0]
        zoom, shift = rng.uniform(0.8, 1.0, 2), rng.uniform(0, 1, 2)
        scale = zoom * stored / side
        offset = (1 - zoom) * shift * stored + scale * 0.5 - 0.5
        flip = rng.random() < 0.5
        matrix = np.float32([[-scale[0] if flip else scale[0], 0, offset[0] + (scale[0] * (side - 1) if flip else 0)], [0, scale[1], offset[1]]])
        view = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
        cv2.LUT(view, colour_table(view, rng, 0.2, 0.05), out[n])
    return torch.from_numpy(out).permute(0, 3, 1, 2)  # channels_last already
