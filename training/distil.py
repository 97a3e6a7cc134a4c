"""Step 4: PP-LCNet x1.0 learns from its teachers: embedding and classes from the features and logits of crops, boxes from what a PicoDet says
about every anchor of views. One backbone for all, learnt together.

python3 distil.py --data data --start START.safetensors --out runs/distilled --minutes 60
Every step takes a batch of crops and a batch of views. Views pass the backbone with the statistics (batch norms)
that come from the crops, and teach its stages from blocks4 on. Losses: class_losses here, `losses` of views.py. Resumes from OUT/last.pt; writes
OUT/log.tsv and OUT/best.safetensors (averaged weights, float16). Watched, not selected by: every seventh grocery picture, every 60th view.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import boxes
import crops
import team
from align import align_boxes, align_classes
from crops import MEAN, STD
from loop import Loop, add_arguments, cosine, optimiser_of
from nets import Embedder, load_into, load_safetensors, official, save_safetensors
from views import Views, losses as box_losses

VIEW_WEIGHTS = (10.0, 0.25, 1.0, 1.0, 1.0)  # classes, sides, boxes, features, reference


class Shared(Embedder):
    """The backbone with its heads, by the names of the file that ships."""

    def __init__(self):
        super().__init__()
        self.boxes = boxes.PicoDet()

    def pooled(self, x):
        """The features [N, 512] that embedding and classes are read from."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.backbone(x)[-1].mean((2, 3))


def divergence(own, teacher):
    """KL of the classes' probabilities."""
    return F.kl_div(F.log_softmax(own, 1), F.softmax(teacher, 1), reduction="batchmean")


def class_losses(model, pooled, target, features, teacher, weight):
    """Of embedding and classes, from the pooled features [N, 512]."""
    with torch.autocast("cpu", torch.bfloat16):  # float32 sums inside; faster on processors with bfloat16
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
def held_back_crops(model, array, side=192):
    """Leave-one-out recall@1 and mAP on the held-back training pictures, and the mean cosine to the teacher."""
    model.eval()
    parts = []
    for i in range(0, len(array.held), 32):
        x = torch.from_numpy(array.pixels[array.held[i:i + 32]]).permute(0, 3, 1, 2).float()
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(F.normalize(model(((x - MEAN) / STD).to(memory_format=torch.channels_last))[0].float()))
    model.train()
    e, labels = torch.cat(parts), np.array(array.labels)
    cosine = (e * array.target[array.held]).sum(1).mean().item()
    if len(e) < 2:  # a trial on few pictures
        return np.nan, np.nan, cosine
    similarity = e @ e.t()
    similarity.fill_diagonal_(-9)
    hits = labels[similarity.argsort(1, descending=True)[:, :-1].numpy()] == labels[:, None]
    hits = hits[hits.any(1)]
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return hits[:, 0].mean(), ((precision * hits).sum(1) / hits.sum(1)).mean(), cosine


@torch.no_grad()
def held_back_views(model, views):
    model.eval()
    parts = []
    for i in range(0, len(views.held), 16):
        x, *wanted = views.batch(views.held[i:i + 16])
        with torch.autocast("cpu", torch.bfloat16):
            outputs = model.boxes(model.backbone(x)[1:])
        parts.append([v.item() for v in box_losses(views, model.boxes.head, outputs, *wanted)])
    model.train()
    return np.mean(parts, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser, 1e-3)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="safetensors with backbone.*, embedding.*, last_conv.*, fc.* and perhaps boxes.*")
    parser.add_argument("--batch", type=int, default=96, help="crops")
    parser.add_argument("--views", type=int, default=8)
    parser.add_argument("--box-rate", type=float, default=2.0, help="learning rate of neck and head, as a multiple")
    parser.add_argument("--freeze", type=int, default=0, help="first stages kept as they are (3: conv1, blocks2, blocks3)")
    parser.add_argument("--logits", type=float, default=0.1, help="weight of the classes")
    parser.add_argument("--align", nargs="*", choices=("classes", "boxes"), default=(), help="new last layers by ridge regression (align.py)")
    parser.add_argument("--last-side", type=int, default=144, help="side of the crops in the last fifth of the schedule")
    team.train(run, parser.parse_args())


def run(args, members):
    cv2.setNumThreads(1)
    torch.manual_seed(7)
    arrays, mixture = crops.read(args.data)
    views = Views(args.data)
    model, start = Shared().to(memory_format=torch.channels_last), load_safetensors(args.start)
    if not any(n.startswith("boxes.") for n in start):
        start.update({boxes.official(official(n)): t for n, t in model.state_dict().items() if n.startswith("boxes.")})
    load_into(model, start, names=boxes.official)
    model.backbone.freeze(args.freeze)
    if "classes" in args.align:
        align_classes(model, arrays, np.random.default_rng(7))  # the same in every member
    if "boxes" in args.align:
        align_boxes(model, views, np.random.default_rng(7))
    model.train()
    rest = [p for n, p in model.named_parameters() if not n.startswith("boxes.")]
    loop = Loop(args, members, model, optimiser_of([(rest, 1.0), (model.boxes.parameters(), args.box_rate)], args.rate), 7, clip=10.0)

    def watch():
        loop.report("held back crops at %d: recall@1 %.4f mAP %.4f cosine %.4f" % (loop.step, *held_back_crops(loop.average, arrays["sharp"])))
        loop.report("held back views at %d: classes %.4f sides %.4f boxes %.4f features %.4f reference %.4f"
                    % (loop.step, *held_back_views(loop.average, views)))

    if members.leads:
        watch()
    while loop.done < 1:
        loop.set_rate(cosine(loop.done) * min(1, (loop.step + 1) / 150))
        side = args.last_side if loop.done > 0.8 else (112, 128, 144)[loop.step % 3]
        parts = [arrays[name].batch(group, int(args.batch * share), side, loop.rng) for (name, group), share in mixture.items()]
        x, *wanted = (torch.cat(p) for p in zip(*parts))
        pooled = model.pooled(x.contiguous(memory_format=torch.channels_last))
        of_crops, *parts_of_crops = class_losses(model, pooled, *wanted, args.logits)
        x, *wanted = views.batch(np.sort(loop.rng.choice(views.rows, args.views, replace=False)), loop.rng)
        with torch.autocast("cpu", torch.bfloat16):
            outputs = model.boxes(model.backbone.held(x, 3)[1:])
        of_views = box_losses(views, model.boxes.head, outputs, *wanted)
        total = of_crops + sum(w * v for w, v in zip(VIEW_WEIGHTS, of_views))
        if loop.advance((total, *parts_of_crops, *of_views), str(side)):
            loop.save(lambda path, average: save_safetensors(path, average, boxes.official))
            watch()


if __name__ == "__main__":
    main()
