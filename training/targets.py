"""Step 3: the teacher's features -> targets of the embedding (512-d, unit length).

Features are L2-normalised, centred, projected on their 512 principal axes with eigenvalues to the power -1/4, L2-normalised again.
"""
from pathlib import Path

import numpy as np

# photo sets whose features set the axes: pictures of everything, none of them dominating
FIT = ("Homework2-Caltech101", "Homework3-PACS", "imagenet-sample-images", "COCO-MINI")


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def read(data: Path, array: str, width: int, kind: str):
    values = np.fromfile(data / f"{array}.{kind}.f32", np.float32)
    return values[:len(values) // width * width].reshape(-1, width)


def repositories(data: Path, array: str):
    return np.array([line.split("\t")[0] for line in open(data / f"{array}.tsv")])


def fit(data: Path):
    """Mean and projection, computed once and kept beside the arrays."""
    file = data / "pca.npz"
    if not file.exists():
        parts = []
        for array in ("sharp", "small"):
            features, names = read(data, array, 1280, "feat"), repositories(data, array)
            chosen = [i for i in range(len(features)) if names[i].split("/")[1] in FIT]
            parts.append(unit(features[chosen]))
            if array == "sharp":  # a part of the groceries: their whole pictures only
                parts.append(unit(features[np.flatnonzero(["Grocery" in n for n in names[:len(features)]])[::4]]))
        x = np.concatenate(parts)
        mean = x.mean(0)
        values, axes = np.linalg.eigh(np.cov((x - mean).T))
        values, axes = values[::-1][:512], axes[:, ::-1][:, :512]
        np.savez(file, mean=mean, projection=(axes * np.maximum(values, values[0] * 1e-9) ** -0.25).astype(np.float32), fitted=len(x))
    stored = np.load(file)
    return stored["mean"].astype(np.float32), stored["projection"]


def embed(features, mean, projection):
    return unit((unit(features) - mean) @ projection)
