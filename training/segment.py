"""Step 6: DeepLabV3+ on PP-LCNet x1.0, CamVid (11 classes, 11 = void).

python3 segment.py --camvid ../shared/datasets/camvid --start BACKBONE.safetensors --out runs/camvid
--start: a file with backbone.* (and, if it has them, head.* parameters). --freeze 6 keeps the backbone as it is (statistics too), so that
the head can sit on the same backbone as the embedding. --hold SEQUENCE leaves one sequence out of training and reports its mIoU; without
it train and val are used in full and nothing is selected. Input: RGB, ImageNet mean and std, 480x360. Resumes from OUT/last.pt.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import team
from loop import Loop, add_arguments, optimiser_of
from nets import DeepLabV3P, load_into, load_safetensors, save_safetensors

CLASSES = "sky building pole road pavement tree sign fence car pedestrian bicyclist".split()
MEAN, STD = np.float32([0.485, 0.456, 0.406]) * 255, np.float32([0.229, 0.224, 0.225]) * 255


def read(folder, split):
    pairs = []
    for path in sorted((folder / split).iterdir()):
        mask = cv2.imread(str(folder / (split + "annot") / (path.stem + ".png")), cv2.IMREAD_GRAYSCALE)
        pairs.append((path.stem, cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), mask))
    return pairs


def colours(picture, rng):
    """Brightness, gamma, contrast, colour cast, saturation and a blur now and then: another day, another camera."""
    x = picture.astype(np.float32) / 255
    x = x ** np.float32(np.exp(rng.uniform(-0.45, 0.45)))
    x = x * np.float32(rng.uniform(0.7, 1.3)) * rng.uniform(0.9, 1.1, 3).astype(np.float32)
    mean, grey = x.mean(), x.mean(2, keepdims=True)
    x = (x - mean) * np.float32(rng.uniform(0.75, 1.25)) + mean
    x = grey + (x - grey) * np.float32(rng.uniform(0.6, 1.4))
    if rng.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.2))
    return np.clip(x, 0, 1) * 255


def sample(pair, width, height, rng, scales=(0.6, 1.8), most=0.1):
    _, picture, mask = pair
    scale, stretch = np.exp(rng.uniform(*np.log(scales))), np.exp(rng.uniform(-most, most))
    h, w = int(mask.shape[0] * scale), int(mask.shape[1] * scale * stretch)
    picture = cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR)
    mask = cv2.resize(mask, (w, h), interpolation=cv2.INTER_NEAREST_EXACT)
    bottom, right = max(0, height - h), max(0, width - w)
    picture = cv2.copyMakeBorder(picture, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=(127, 127, 127))
    mask = cv2.copyMakeBorder(mask, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=11)
    y, x = rng.integers(0, mask.shape[0] - height + 1), rng.integers(0, mask.shape[1] - width + 1)
    picture, mask = picture[y:y + height, x:x + width], mask[y:y + height, x:x + width]
    if rng.random() < 0.5:
        picture, mask = picture[:, ::-1], mask[:, ::-1]
    return (colours(picture, rng) - MEAN) / STD, mask


def paste(onto, view, rng):
    """Half of the classes of another view, pasted (ClassMix, arXiv 2007.07936): things meet surroundings that no sequence shows them in."""
    (below, below_mask), (x, mask) = onto, view
    present = np.unique(mask)
    present = present[present < 11]
    chosen = np.isin(mask, rng.permutation(present)[:(len(present) + 1) // 2])
    return np.where(chosen[..., None], x, below), np.where(chosen, mask, below_mask)


def read_streets(folder):
    """What prepare_streets.py left."""
    if not any((folder / "labels").glob("*.png")):
        raise FileNotFoundError(f"{folder / 'labels'}: expected the labels that prepare_streets.py writes, found none")
    return [(p.stem, cv2.cvtColor(cv2.imread(str(p)), cv2.COLOR_BGR2RGB), cv2.imread(str(folder / "labels" / (p.stem + ".png")), cv2.IMREAD_GRAYSCALE))
            for p in sorted((folder / "pictures").iterdir())]


def batch(pairs, others, width, height, rng, mix, *shape):
    """One crop of each pair; a share `mix` of them gets half of the classes of another crop pasted in."""
    parts = []
    for pair in pairs:
        part = sample(pair, width, height, rng, *shape)
        if rng.random() < mix:
            part = paste(part, sample(others[rng.integers(len(others))], width, height, rng, *shape), rng)
        parts.append(part)
    x = torch.from_numpy(np.stack([p[0] for p in parts]).astype(np.float32)).permute(0, 3, 1, 2)
    return x.contiguous(memory_format=torch.channels_last), torch.from_numpy(np.stack([p[1] for p in parts]).astype(np.int64))


def overlap_loss(logits, mask):
    """1 - IoU with probabilities in the place of decisions, mean over the classes of the batch: what the metric asks, rare classes as much as common ones."""
    kept = mask < 11
    chance = logits.softmax(1).permute(1, 0, 2, 3)[:, kept]  # [classes, pixels]
    truth = F.one_hot(mask[kept], 11).t().to(chance.dtype)
    both, present = (chance * truth).sum(1), truth.sum(1)
    union = chance.sum(1) + present - both
    return (1 - both / union.clamp(min=1))[present > 0].mean()


@torch.no_grad()
def evaluate(model, pairs, size):
    """mIoU over the 11 classes and pixel accuracy, void left out, logits resized before the argmax."""
    model.eval()
    matrix = np.zeros((11, 11), np.int64)
    for _, picture, mask in pairs:
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
        x = torch.from_numpy(((picture.astype(np.float32) - MEAN) / STD).transpose(2, 0, 1)[None]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(x).float()
        logits = F.interpolate(logits, mask.shape, mode="bilinear", align_corners=False)
        predicted = logits[0].argmax(0).numpy()
        keep = mask < 11
        matrix += np.bincount(mask[keep].astype(int) * 11 + predicted[keep], minlength=121).reshape(11, 11)
    union = matrix.sum(0) + matrix.sum(1) - np.diag(matrix)
    iou = np.where(union > 0, np.diag(matrix) / np.maximum(union, 1), np.nan)
    return np.nanmean(iou), np.diag(matrix).sum() / matrix.sum(), iou


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser, 1e-3)
    parser.add_argument("--camvid", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--head", type=Path, help="safetensors whose head.* is the start of the head")
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--crop", type=int, nargs=2, default=(352, 288))
    parser.add_argument("--scales", type=float, nargs=2, default=(0.6, 1.8), help="of the pictures, least and most")
    parser.add_argument("--stretch", type=float, default=0.1, help="most change of the aspect, as a logarithm")
    parser.add_argument("--streets", type=Path, help="folder that prepare_streets.py left: more pictures, with labels of models")
    parser.add_argument("--share", type=float, default=0.3, help="of the crops that come from --streets")
    parser.add_argument("--mix", type=float, default=0.0, help="share of the crops that get half of the classes of another pasted in")
    parser.add_argument("--backbone-rate", type=float, default=0.1, help="learning rate of the backbone, as a share of the head's")
    parser.add_argument("--statistics", action="store_true", help="the backbone's batch norms learn new statistics; they stay as distilled otherwise")
    parser.add_argument("--balance", type=float, default=1.0, help="power of the class weights 1 / log(1.10 + frequency)")
    parser.add_argument("--overlap", type=float, default=0.0, help="weight of 1 - soft IoU beside the cross entropy")
    parser.add_argument("--size", type=int, nargs=2, default=(480, 360), help="of the whole picture when --hold is evaluated")
    parser.add_argument("--freeze", type=int, default=0, help="first stages kept as they are; 6 is the whole backbone")
    parser.add_argument("--hold", default="", help="name of a sequence: 0001TP, 0006R0, 0016E5 or Seq05VD")
    team.train(run, parser.parse_args())


def run(args, members):
    cv2.setNumThreads(1)
    torch.manual_seed(11)
    everything = read(args.camvid, "train") + read(args.camvid, "val")
    pairs = [p for p in everything if not args.hold or not p[0].startswith(args.hold)]
    streets = read_streets(args.streets) if args.streets else []
    held = [p for p in everything if args.hold and p[0].startswith(args.hold)][::4]
    counts = np.sum([np.bincount(p[2].ravel(), minlength=12)[:11] for p in pairs], 0)
    weights = torch.from_numpy(1 / np.log(1.10 + counts / counts.sum())).float()
    weights = (weights / weights.mean()) ** args.balance

    model, start = DeepLabV3P().to(memory_format=torch.channels_last), load_safetensors(args.start)
    if args.head:
        start.update({n: t for n, t in load_safetensors(args.head).items() if n.startswith("head.")})
    load_into(model, start, "" if any(n.startswith("head.") for n in start) else "backbone.")
    model.backbone.freeze(args.freeze)
    groups = [(model.head.parameters(), 1.0), (model.backbone.parameters(), args.backbone_rate)]
    loop, order = Loop(args, members, model, optimiser_of(groups, args.rate), 11, clip=5.0), []
    while loop.done < 1:
        loop.set_rate((1 - loop.done) ** 0.9 * min(1, (loop.step + 1) / 100))
        if len(order) < args.batch:
            order = list(order) + list(loop.rng.permutation(len(pairs)))
        chosen = [streets[loop.rng.integers(len(streets))] if streets and loop.rng.random() < args.share else pairs[i] for i in order[:args.batch]]
        order = order[args.batch:]
        x, mask = batch(chosen, pairs, *args.crop, loop.rng, args.mix, args.scales, args.stretch)
        model.train()
        if not args.statistics:
            model.backbone.eval()
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(x)
        at = loop.rng.integers(0, 2, 2)  # the loss looks at every second pixel of every second row
        mask = mask[:, at[0]::2, at[1]::2]
        logits = F.interpolate(logits.float(), mask.shape[1:], mode="bilinear", align_corners=False)
        entropy, overlap = F.cross_entropy(logits, mask, weights, ignore_index=11), overlap_loss(logits, mask)
        if loop.advance((entropy + args.overlap * overlap, entropy, overlap)):
            loop.save(save_safetensors)
            if held:
                miou, accuracy, iou = evaluate(loop.average, held, tuple(args.size))
                loop.report(f"held back {args.hold} at {loop.step}: mIoU {miou:.4f} accuracy {accuracy:.4f} " +
                            " ".join(f"{n} {v:.2f}" for n, v in zip(CLASSES, iou)))


if __name__ == "__main__":
    main()
