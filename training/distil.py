"""Step 4: distils PP-LCNet x1.0 (embedding and ImageNet head) from the teacher's features and logits.

python3 distil.py --data data --start START.safetensors --out runs/embed --minutes 60
Resumes from OUT/last.pt; writes OUT/log.tsv, OUT/last.pt and, at the end, OUT/best.safetensors (weights averaged over steps, EMA).
Loss: 1 - cosine + 5 x mean squared difference of the batch's similarity matrices + a part for the classes (loss_of).
Selection and stopping look only at pictures of the training sets that are held back here: every seventh grocery picture.
"""
import argparse
import copy
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import targets
import team
from nets import Embedder, load_into, load_safetensors, save_safetensors

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255
SIDES = {"sharp": 192, "small": 144, "scenes": 192, "tiny": 96, "things": 192, "mini": 96, "pets": 160}
# share of a batch: groceries, then the other crops of each array
MIXTURE = {("sharp", 0): 0.16, ("sharp", 1): 0.12, ("small", 0): 0.13, ("scenes", 0): 0.1, ("tiny", 0): 0.13, ("things", 0): 0.13,
           ("mini", 0): 0.15, ("pets", 0): 0.08}


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
        rows = np.sort(rng.choice(self.groups[group], min(size, len(self.groups[group])), replace=False))
        return augment(self.pixels[rows], side, rng), self.target[rows], self.features[rows].float(), self.logits[rows].float()


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


def divergence(own, teacher):
    """KL of logits at temperature 2."""
    return F.kl_div(F.log_softmax(own / 2, 1), F.softmax(teacher / 2, 1), reduction="batchmean") * 4


def loss_of(model, x, target, features, teacher, weight):
    with torch.autocast("cpu", torch.bfloat16):  # float32 sums inside; faster on processors with bfloat16
        pooled = model.backbone(x)[-1].mean((2, 3))
        embedding, hidden = model.embedding(pooled), model.hidden(pooled)
        logits, reference = model.fc(hidden), model.fc(features)
    embedding = F.normalize(embedding.float())
    direct = (1 - (embedding * target).sum(1)).mean()
    relation = (embedding @ embedding.t() - target @ target.t()).pow(2).mean()
    same = (hidden.float() - features).pow(2).mean() / features.pow(2).mean()
    kl = divergence(logits.float(), teacher)
    # the last layer learns from the teacher's features, so that it knows classes of which there are few pictures; the 1280 features before it
    # learn to be the teacher's
    return direct + 5 * relation + weight * (kl + 2 * same + divergence(reference.float(), teacher)), direct, relation, kl, same


@torch.no_grad()
def average_in(average, model, keep):
    """Moves the averaged weights (EMA) towards the model's."""
    pairs = [(a, b) for a, b in zip(average.state_dict().values(), model.state_dict().values()) if a.is_floating_point()]
    torch._foreach_mul_([a for a, _ in pairs], keep)
    torch._foreach_add_([a for a, _ in pairs], [b for _, b in pairs], alpha=1 - keep)


@torch.no_grad()
def held_back(model, array, side=192):
    """Leave-one-out recall@1 and mAP on the held-back training pictures, and the mean cosine to the teacher."""
    model.eval()
    parts = []
    for i in range(0, len(array.held), 32):
        x = torch.from_numpy(array.pixels[array.held[i:i + 32]]).permute(0, 3, 1, 2).float()
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(F.normalize(model(((x - MEAN) / STD).to(memory_format=torch.channels_last))[0].float()))
    model.train()
    e, labels = torch.cat(parts), np.array(array.labels)
    similarity = e @ e.t()
    similarity.fill_diagonal_(-9)
    hits = labels[similarity.argsort(1, descending=True)[:, :-1].numpy()] == labels[:, None]
    hits = hits[hits.any(1)]
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return hits[:, 0].mean(), ((precision * hits).sum(1) / hits.sum(1)).mean(), (e * array.target[array.held]).sum(1).mean().item()


def ridge(inputs, wanted, strength, constant=True):
    """Least squares with a penalty; returns the weights [out, in] and the constant [out]."""
    a = torch.cat([inputs, torch.ones(len(inputs), 1)], 1).double() if constant else inputs.double()
    scale = a.pow(2).mean() * len(a)
    w = torch.linalg.solve(a.t() @ a + strength * scale * torch.eye(a.shape[1]).double(), a.t() @ wanted.double()).float()
    return (w[:-1].t(), w[-1]) if constant else (w.t(), None)


@torch.no_grad()
def align(model, arrays, rng):
    """The start's embedding lives in another basis, and its classes in another layer's: ridge regressions of the targets and of the teacher's
    features on the pooled features, and of its logits on its own features, give the new layers."""
    model.eval()
    parts = []
    for array in arrays.values():
        for group in range(len(array.groups)):
            for _ in range(14):
                x, *wanted = array.batch(group, 64, 128, rng)
                parts.append((model.backbone(x)[-1].mean((2, 3)), *wanted))
    pooled, target, features, logits = (torch.cat(p) for p in zip(*parts))
    weight, bias = ridge(pooled, target, 1e-4)
    model.embedding.weight.copy_(weight)
    model.embedding.bias.copy_(bias)
    model.last_conv.weight.copy_(ridge(pooled, features * 1.5, 1e-4, constant=False)[0][:, :, None, None])  # hardswish halves small values
    weight, bias = ridge(features, logits, 1e-6)
    model.fc.weight.copy_(weight)
    model.fc.bias.copy_(bias)
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
    parser.add_argument("--team", type=int, default=1, help="processes that share the work")
    team.train(run, parser.parse_args())


def run(args, members):
    cv2.setNumThreads(1)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    mean, projection = targets.fit(args.data)
    rng = np.random.default_rng((7, members.rank))
    arrays = {name: Array(args.data, name, mean, projection) for name in SIDES if (args.data / f"{name}.logit.f32").exists()}
    mixture = {(name, group): share for (name, group), share in MIXTURE.items() if name in arrays}
    model = Embedder().to(memory_format=torch.channels_last)
    model.backbone.freeze(args.freeze)
    model.train()
    decay = [p for n, p in model.named_parameters() if p.dim() > 1]
    plain = [p for n, p in model.named_parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0}], lr=args.rate, foreach=True)
    step, spent, last = 0, 0.0, args.out / "last.pt"
    if last.exists():
        state = torch.load(last)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent, average = state["step"], state["spent"], Embedder().to(memory_format=torch.channels_last)
        average.load_state_dict(state["average"])
        rng = np.random.default_rng((7, members.rank, step))
    else:
        load_into(model, load_safetensors(args.start))
        if args.align:
            align(model, arrays, np.random.default_rng(7))  # the same in every member
        average = copy.deepcopy(model)
    if members.leads:
        print("held back: recall@1 %.4f mAP %.4f cosine %.4f" % held_back(average, arrays["sharp"]), flush=True)
    log, began, saved, sums = open(args.out / "log.tsv", "a"), time.time() - spent, time.time(), np.zeros(5)
    done = max(step / args.steps, spent / 60 / args.minutes)
    while done < 1:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 150) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        side = args.last_side if done > 0.8 else (112, 128, 144)[step % 3]
        parts = [arrays[name].batch(group, int(args.batch * share), side, rng) for (name, group), share in mixture.items()]
        x, *wanted = (torch.cat(p) for p in zip(*parts))
        losses = loss_of(model, x.contiguous(memory_format=torch.channels_last), *wanted, args.logits)
        optimiser.zero_grad()
        losses[0].backward()
        step, spent = step + 1, time.time() - began
        done = members.share(list(model.parameters()), min(1.0, max(step / args.steps, spent / 60 / args.minutes)))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        if not members.leads:
            continue
        keep = min(0.998, step / (step + 20))
        average_in(average, model, keep)
        sums += [v.item() for v in losses]
        if step % 50 == 0:
            line = f"{step}\t{side}\t" + "\t".join(f"{v / 50:.4f}" for v in sums) + f"\t{spent:.0f}s"
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
            sums[:] = 0
        if time.time() - saved > 240 or done == 1:
            saved = time.time()
            torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                        "spent": spent},
                       args.out / "part.pt")
            (args.out / "part.pt").replace(last)
            save_safetensors(args.out / "best.safetensors", average)
            line = "held back at %d: recall@1 %.4f mAP %.4f cosine %.4f" % (step, *held_back(average, arrays["sharp"]))
            print(line, flush=True)
            log.write(line + "\n")


if __name__ == "__main__":
    main()
