"""The frame of every training here: a schedule by steps or by the clock, resuming, averaged weights (EMA), a log."""
import copy
import io
import math
import time
from pathlib import Path

import numpy as np
import torch


def add_arguments(parser, rate):
    parser.add_argument("--out", type=Path, required=True, help="folder of last.pt, log.tsv and best.safetensors")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=1e9, help="the schedule ends after these minutes if the steps have not ended it")
    parser.add_argument("--rate", type=float, default=rate, help="highest learning rate")
    parser.add_argument("--team", type=int, default=1, help="processes that share the work")
    parser.add_argument("--tag", default="", help="free word in the command line, to tell processes apart")


def optimiser_of(groups, rate, decay=0.02):
    """AdamW without decay of batch norms and constants. groups: (parameters, share of the rate)."""
    parts = []
    for parameters, scale in groups:
        parameters = [p for p in parameters if p.requires_grad]
        parts.append({"params": [p for p in parameters if p.dim() > 1], "scale": scale, "weight_decay": decay})
        parts.append({"params": [p for p in parameters if p.dim() <= 1], "scale": scale, "weight_decay": 0})
    return torch.optim.AdamW([p for p in parts if p["params"]], lr=rate, foreach=True)


def cosine(done):
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def average_in(average, model, keep):
    """Moves the averaged weights towards the model's."""
    pairs = [(a, b) for a, b in zip(average.state_dict().values(), model.state_dict().values()) if a.is_floating_point()]
    torch._foreach_mul_([a for a, _ in pairs], keep)
    torch._foreach_add_([a for a, _ in pairs], [b for _, b in pairs], alpha=1 - keep)


def whole(path, write):
    """Calls write(another path) and puts what it wrote in the place of `path`: there is always a whole file, the new one or the one before."""
    part = path.with_name(path.name + ".part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OSError(f"{path}: cannot be written ({error}); the last save, if there was one, is still there") from error


class Loop:
    """`done` is the share of the schedule that is behind. Goes on from OUT/last.pt where there is one."""

    def __init__(self, args, members, model, optimiser, seed, clip):
        args.out.mkdir(parents=True, exist_ok=True)
        self.args, self.members, self.model, self.optimiser, self.clip = args, members, model, optimiser, clip
        self.average, self.last = copy.deepcopy(model), args.out / "last.pt"
        self.step, spent = 0, 0.0
        if self.last.exists():
            state = torch.load(self.last)
            model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            optimiser.load_state_dict(state["optimiser"])
            self.step, spent = state["step"], state["spent"]
        self.rng = np.random.default_rng((seed, members.rank, self.step))
        self.log = open(args.out / "log.tsv", "a") if members.leads else None
        self.began, self.saved, self.recent = time.time() - spent, time.time(), []
        self.done = self.progress()

    def progress(self):
        self.spent = time.time() - self.began
        return min(1.0, max(self.step / self.args.steps, self.spent / 60 / self.args.minutes))

    def set_rate(self, factor):
        for group in self.optimiser.param_groups:
            group["lr"] = self.args.rate * group["scale"] * factor

    def advance(self, losses, note=""):
        """One step that makes losses[0] smaller; every 50 steps the means of all are logged. True where it is time to save."""
        self.optimiser.zero_grad()
        losses[0].backward()
        self.step += 1
        self.done = self.members.share(list(self.model.parameters()), self.progress())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimiser.step()
        if not self.members.leads:
            return False
        average_in(self.average, self.model, min(0.998, self.step / (self.step + 20)))
        self.recent.append([v.item() for v in losses])
        if self.step % 50 == 0:
            self.report("\t".join([str(self.step), *([note] if note else []), *(f"{v:.4f}" for v in np.mean(self.recent, 0)), f"{self.spent:.0f}s"]))
            self.recent.clear()
        return time.time() - self.saved > 240 or self.done == 1

    def save(self, write):
        """last.pt, and best.safetensors through write(path, averaged model)."""
        self.saved, state = time.time(), io.BytesIO()  # torch.save to a full disk would end the process without a message
        torch.save({"model": self.model.state_dict(), "average": self.average.state_dict(), "optimiser": self.optimiser.state_dict(),
                    "step": self.step, "spent": self.spent}, state)
        whole(self.last, lambda path: path.write_bytes(state.getbuffer()))
        whole(self.args.out / "best.safetensors", lambda path: write(path, self.average))

    def report(self, line):
        print(line, flush=True)
        self.log.write(line + "\n")
        self.log.flush()
