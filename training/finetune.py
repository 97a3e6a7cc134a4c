"""Fine-tunes backbone and head of a model that `pplcnet teach` wrote, on the same folder of photos; CPU or GPU.

../pplcnet teach photos --val-dir held --out shelf.safetensors
python3 finetune.py shelf.safetensors photos held --out finer.safetensors --pplcnet ../pplcnet [--epochs 10] [--rate 1e-4]
The tensors keep their names, so that the product loads the result as it loads the start. The epoch that is best on the photos
held back is kept, and the temperature is fitted on them, so the last figure flatters a little. At the end the product classifies
these photos, and the run fails unless its probabilities are those of PyTorch within 0.02 (the two resize kernels differ by rounding).
"""
import argparse
import json
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from nets import BatchNorm, PPLCNet, load_into, load_safetensors, official

EXTENSIONS = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
KEY = "pplcnet.manifest"


class Taught(nn.Module):
    """Backbone and linear probe: pooled features of the last two stages, standardised, one linear layer."""

    def __init__(self, tensors):
        super().__init__()
        self.backbone = PPLCNet()
        load_into(self, tensors)
        for name in ("center", "scale"):
            self.register_buffer(name, tensors[f"probe.{name}"])
        self.weight, self.bias = nn.Parameter(tensors["probe.weight"].clone()), nn.Parameter(tensors["probe.bias"].clone())

    def features(self, x):
        maps = self.backbone(x)
        return (torch.cat([maps[2].mean((2, 3)), maps[3].mean((2, 3))], 1) - self.center) * self.scale

    def forward(self, x):
        return self.features(x) @ self.weight + self.bias


class Photos:
    """Images of a folder per label, prepared as the manifest says."""

    def __init__(self, folder, held, manifest):
        size = manifest["preprocess"]["size"]
        if size["rule"] != "stretch":
            raise ValueError(f"expected preprocessing that stretches, found {size['rule']}")
        self.size = (size["width"], size["height"])
        self.mean, self.std = (np.float32(manifest["preprocess"][n]) for n in ("mean", "std"))
        self.train, self.held = ([
            (file, label) for label, name in enumerate(manifest["labels"]) if (root / name).is_dir()
            for file in sorted((root / name).iterdir()) if file.suffix.lower() in EXTENSIONS] for root in (folder, held))
        if not self.train or not self.held:
            raise ValueError(f"expected photos of the model's labels in {folder} and {held}, found {len(self.train)} and {len(self.held)}")

    def batch(self, items, random=None):
        """Whole images; with a source of randomness, parts of them, mirrored, in other light."""
        images = []
        for file, _ in items:
            image = cv2.imread(str(file))
            if random is not None:
                h, w = image.shape[:2]
                side = random.uniform(0.6, 1)
                y, x = int(random.uniform(0, 1 - side) * h), int(random.uniform(0, 1 - side) * w)
                image = image[y:y + max(1, int(side * h)), x:x + max(1, int(side * w))]
                image = image[:, ::-1] if random.random() < 0.5 else image
                image = np.clip(image * random.uniform(0.7, 1.3), 0, 255).astype(np.uint8)
            image = cv2.resize(np.ascontiguousarray(image), self.size, interpolation=cv2.INTER_LINEAR)
            images.append(((image[..., ::-1].astype(np.float32) / 255 - self.mean) / self.std).transpose(2, 0, 1))
        return torch.from_numpy(np.stack(images)), torch.tensor([label for _, label in items])


def run(model, function, photos, items, device):
    model.eval()
    with torch.no_grad():
        return torch.cat([function(photos.batch(items[i:i + 32])[0].to(device)).cpu() for i in range(0, len(items), 32)])


def accuracy(logits, items):
    return float((logits.argmax(1) == torch.tensor([label for _, label in items])).float().mean())


def train(model, photos, args, device):
    """Ends with the weights of the best epoch; statistics of the batch norms stay, as a folder has too few images for new ones."""
    random = np.random.default_rng(args.seed)
    head = [model.weight, model.bias]
    optimizer = torch.optim.AdamW([{"params": model.backbone.parameters(), "lr": args.rate}, {"params": head, "lr": 3 * args.rate}], weight_decay=0.01)
    steps = args.epochs * -(-len(photos.train) // args.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    best = accuracy(run(model, model, photos, photos.held, device), photos.held)
    print(f"start: {len(photos.train)} photos for training, {len(photos.held)} held back, top-1 {best:.4f}", flush=True)
    kept = {n: t.clone() for n, t in model.state_dict().items()}
    for epoch in range(args.epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, BatchNorm):
                module.eval()
        order = random.permutation(len(photos.train))
        for i in range(0, len(order), args.batch):
            x, y = photos.batch([photos.train[j] for j in order[i:i + args.batch]], random)
            loss = F.cross_entropy(model(x.to(device)), y.to(device), label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        found = accuracy(run(model, model, photos, photos.held, device), photos.held)
        print(f"epoch {epoch + 1}: top-1 {found:.4f}", flush=True)
        if found >= best:
            best, kept = found, {n: t.clone() for n, t in model.state_dict().items()}
    model.load_state_dict(kept)
    return best


def finish(model, photos, device):
    """Divides the head by the temperature of the photos held back; the class means and the threshold of the new features."""
    logits, truth = run(model, model, photos, photos.held, device), torch.tensor([label for _, label in photos.held])
    temperature = min(np.geomspace(0.1, 10, 201), key=lambda t: float(F.cross_entropy(logits / float(t), truth)))
    with torch.no_grad():
        model.weight /= temperature
        model.bias /= temperature
    unit = F.normalize(run(model, model.features, photos, photos.train, device))
    labels = torch.tensor([label for _, label in photos.train])
    means = F.normalize(torch.stack([unit[labels == c].sum(0) for c in range(len(model.bias))]))
    distances = 1 - (F.normalize(run(model, model.features, photos, photos.held, device)) @ means.t()).max(1).values
    return {"probe.means": means.t(), "probe.threshold": torch.quantile(distances, 0.95)[None]}


def write(path, tensors, manifest):
    header, offset = {"__metadata__": {KEY: json.dumps(manifest)}}, 0
    arrays = {n: t.detach().cpu().contiguous().numpy().astype(np.float32) for n, t in sorted(tensors.items())}
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    beside = path.with_suffix(".part")
    with open(beside, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())
    beside.replace(path)


def check(model, photos, args, device):
    """The largest difference of a probability between PyTorch and the product's graph on the photos held back."""
    ours = torch.softmax(run(model, model, photos, photos.held, device), 1).numpy()
    command = [*shlex.split(args.pplcnet), "classify", *[str(f) for f, _ in photos.held], "--model", str(args.out), "--top", str(ours.shape[1]), "--json"]
    answers = [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()]
    return max(abs(c["score"] - ours[i, c["class_id"]]) for i, answer in enumerate(answers) for c in answer["top"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path, help="a model that `pplcnet teach` wrote, with one label an image")
    parser.add_argument("photos", type=Path, help="the folder that it was taught from")
    parser.add_argument("held", type=Path, help="the folder that it was validated with (--val-dir)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pplcnet", required=True, help="the command")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with open(args.start, "rb") as file:
        manifest = json.loads(json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))["__metadata__"][KEY])
    probe = manifest["network"]["heads"]["scores"]
    if probe["features"] != ["stage5", "stage6"] or probe["activation"] != "softmax":
        raise ValueError(f"{args.start}: expected a head of one label an image on stage5 and stage6, found {probe}")
    photos, tensors = Photos(args.photos, args.held, manifest), load_safetensors(args.start)
    model = Taught(tensors).to(device)
    best = train(model, photos, args, device)
    fitted = finish(model, photos, device)
    own = {official(n) if n.startswith("backbone.") else f"probe.{n}": t for n, t in model.state_dict().items() if "num_batches" not in n}
    probe.pop("backbone", None)
    manifest["training"] = {"recipe": "training/finetune.py", "top1_held_back": best, "train": len(photos.train), "val": len(photos.held)}
    write(args.out, {**own, **fitted}, manifest)
    difference = check(model, photos, args, device)
    print(f"{args.out.name}: top-1 {best:.4f}; PyTorch and the product's graph differ by {difference:.5f} at most")
    return 0 if difference < 0.02 else 1


if __name__ == "__main__":
    sys.exit(main())
