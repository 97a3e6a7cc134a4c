"""Step 5: trains blocks6 and both heads on the cached maps (cache.py): a step costs a tenth of one through the whole network.

python3 distil_tail.py --data data --start START.safetensors --out runs/tail
Loss, targets and held-back pictures as in distil.py; batch-norm statistics stay, everything else of the stage learns. --labels W adds W
times the cross-entropy of the embedding's cosine to one learnt prototype for each folder of the grocery train split (scale 16): names
besides the teacher's features. Resumes from OUT/last.pt; writes OUT/log.tsv and OUT/best.safetensors (EMA).
"""
import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import targets
from nets import Embedder, load_into, load_safetensors, save_safetensors

SIZES = {"sharp": 12, "small": 9}
SCALE = 16  # of cosines to prototypes


class Tail(nn.Module):
    """blocks6 and the heads of an embedder; the maps after blocks5 in, pooled features out."""

    def __init__(self, model):
        super().__init__()
        self.blocks6, self.embedding, self.last_conv, self.fc = model.backbone.blocks6, model.embedding, model.last_conv, model.fc

    def pool(self, maps):
        return self.blocks6(maps).mean((2, 3))

    def heads(self, pooled):
        return F.normalize(self.embedding(pooled)), self.fc(F.hardswish(self.last_conv(pooled[:, :, None, None])).flatten(1))


class Maps:
    """Cached maps of one array with targets, split into groceries (without those held back) and the rest."""

    def __init__(self, data, name, mean, projection):
        rows = np.load(data / f"{name}.rows.npy")
        size = SIZES[name]
        self.maps = np.memmap(data / f"{name}.maps.f16", np.float16, "r").reshape(-1, 256, size, size)
        rows = rows[:len(self.maps)]
        names = [line.rstrip("\n").split("\t") for line in open(data / f"{name}.tsv")]
        self.target = torch.from_numpy(targets.embed(targets.read(data, name, 1280, "feat")[rows], mean, projection).astype(np.float32))
        self.logits = torch.from_numpy(targets.read(data, name, 1000, "logit")[rows].copy())
        held = set(sorted({n[1] for n in names if "Grocery" in n[0]})[::7])
        at = range(len(rows))
        self.held = np.array([i for i in at if names[rows[i]][1] in held and names[rows[i]][2] == "whole"], int)
        folders = ["/".join(names[r][1].split("/")[:-1]) for r in rows]
        self.labels = np.array([folders[i] for i in self.held])
        grocery = np.array([i for i in at if "Grocery" in names[rows[i]][0] and names[rows[i]][1] not in held], int)
        other = np.array([i for i in at if "Grocery" not in names[rows[i]][0]], int)
        self.groups = [grocery, other] if len(grocery) else [other]
        self.classes = sorted({folders[i] for i in grocery})
        number = {folder: c for c, folder in enumerate(self.classes)}
        self.numbers = torch.tensor([number.get(f, -1) for f in folders])

    def batch(self, group, count, rng):
        rows = np.sort(rng.choice(self.groups[group], min(count, len(self.groups[group])), replace=False))
        x = torch.from_numpy(self.maps[rows].astype(np.float32))
        if rng.random() < 0.5:
            x = x.flip(3)
        size = x.shape[2]
        keep_h, keep_w = rng.integers(size - 2, size + 1, 2)
        y, z = rng.integers(0, size - keep_h + 1), rng.integers(0, size - keep_w + 1)
        x = x[:, :, y:y + keep_h, z:z + keep_w]
        return x.contiguous(memory_format=torch.channels_last), self.target[rows], self.logits[rows], self.numbers[rows]

    def prototypes(self):
        """Mean target of each class over the groceries that are not held back, where learning starts."""
        target, numbers = self.target[self.groups[0]], self.numbers[self.groups[0]]
        return torch.stack([target[numbers == c].mean(0) for c in range(len(self.classes))])


@torch.no_grad()
def held_back(tail, array):
    tail.eval()
    e = torch.cat([tail.heads(tail.pool(torch.from_numpy(array.maps[array.held[i:i + 64]].astype(np.float32))))[0]
                   for i in range(0, len(array.held), 64)])
    return *ranked(e, array.labels), (e * array.target[array.held]).sum(1).mean().item()


def ranked(embedding, labels):
    """recall@1 and mAP, each picture against all others."""
    similarity = embedding @ embedding.t()
    similarity.fill_diagonal_(-9)
    hits = labels[similarity.argsort(1, descending=True)[:, :-1].numpy()] == labels[:, None]
    hits = hits[hits.any(1)]
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return hits[:, 0].mean(), ((precision * hits).sum(1) / hits.sum(1)).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=1e9, help="the schedule ends after these minutes if the steps have not ended it")
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--logits", type=float, default=0.1, help="weight of the KL of the logits")
    parser.add_argument("--labels", type=float, default=0, help="weight of the groceries' names")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    mean, projection = targets.fit(args.data)
    arrays = [Maps(args.data, name, mean, projection) for name in SIZES]
    mixture = [(0, 0, 0.35), (0, 1, 0.25), (1, 0, 0.40)]  # groceries, other sharp crops, small crops
    model = Embedder()
    load_into(model, load_safetensors(args.start))
    model.eval()
    average = copy.deepcopy(model)
    tail, mean_tail = Tail(model).to(memory_format=torch.channels_last), Tail(average)
    parameters = list(tail.parameters())
    prototypes = nn.Parameter(arrays[0].prototypes())
    optimiser = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.02},
                                   {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0}], lr=args.rate)
    namer = torch.optim.AdamW([prototypes], lr=args.rate, weight_decay=0)
    step, spent, last = 0, 0.0, args.out / "last.pt"
    if last.exists():
        state = torch.load(last)
        tail.load_state_dict(state["tail"])
        mean_tail.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        if "prototypes" in state:
            prototypes.data.copy_(state["prototypes"])
            namer.load_state_dict(state["namer"])
        step, spent = state["step"], state["spent"]
    rng = np.random.default_rng(7 + step)
    log, began, saved, sums = open(args.out / "log.tsv", "a"), time.time() - spent, time.time(), np.zeros(5)
    done = max(step / args.steps, spent / 60 / args.minutes)

    def report(line):
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    report("held back at %d: recall@1 %.4f mAP %.4f cosine %.4f" % (step, *held_back(mean_tail, arrays[0])))
    while done < 1:
        for group in optimiser.param_groups + namer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        pooled, target, teacher, number = [], [], [], []
        for array, group, share in mixture:
            x, t, l, n = arrays[array].batch(group, int(args.batch * share), rng)
            with torch.autocast("cpu", torch.bfloat16):
                pooled.append(tail.pool(x).float())
            target.append(t)
            teacher.append(l)
            number.append(n)
        target, teacher, number = torch.cat(target), torch.cat(teacher), torch.cat(number)
        embedding, logits = tail.heads(torch.cat(pooled))
        direct = (1 - (embedding * target).sum(1)).mean()
        relation = (embedding @ embedding.t() - target @ target.t()).pow(2).mean()
        kl = F.kl_div(F.log_softmax(logits / 2, 1), F.softmax(teacher / 2, 1), reduction="batchmean") * 4
        names = torch.zeros(())
        if args.labels:
            names = F.cross_entropy(SCALE * embedding @ F.normalize(prototypes).t(), number, ignore_index=-1)
        loss = direct + 5 * relation + args.logits * kl + args.labels * names
        optimiser.zero_grad()
        namer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 5.0)
        optimiser.step()
        namer.step()
        step += 1
        spent = time.time() - began
        done = min(1.0, max(step / args.steps, spent / 60 / args.minutes))
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for a, b in zip(mean_tail.parameters(), parameters):
                a.mul_(keep).add_(b, alpha=1 - keep)
        sums += [v.item() for v in (loss, direct, relation, kl, names)]
        if step % 50 == 0:
            report(f"{step}\t" + "\t".join(f"{v / 50:.4f}" for v in sums) + f"\t{spent:.0f}s")
            sums[:] = 0
        if time.time() - saved > 150 or done == 1:
            saved = time.time()
            torch.save({"tail": tail.state_dict(), "average": mean_tail.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                        "spent": spent, "prototypes": prototypes.data, "namer": namer.state_dict()}, args.out / "part.pt")
            (args.out / "part.pt").replace(last)
            save_safetensors(args.out / "best.safetensors", average)
            report("held back at %d: recall@1 %.4f mAP %.4f cosine %.4f" % (step, *held_back(mean_tail, arrays[0])))


if __name__ == "__main__":
    main()
