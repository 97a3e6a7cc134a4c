"""Step 6: more streets for DeepLabV3+, labelled where the weights that ship and an ESPNet agree.

python3 prepare_streets.py --sets FOLDER --pplcnet ../pplcnet --models ../shared/models --out streets
Cuts every picture of STREETS to 4:3, lets `pplcnet segment` label it with both (mirrored picture averaged in), and writes OUT/pictures/N.jpg and
OUT/labels/N.png at CamVid's 480x360, with CamVid's classes; 11 where they disagree.
"""
import argparse
import os
import subprocess
from pathlib import Path

import cv2
import numpy as np

from prepare_crops import listing, pictures
from sources import STREETS, git_dir

MODELS, SIZE, STORED = ("deeplabv3p-pplcnet-x1.0-camvid", "espnet-camvid"), (720, 540), (480, 360)


def cut(picture):
    """The largest part of 4:3, from the middle."""
    height, width = picture.shape[:2]
    rows = min(height, width * 3 // 4)
    columns, top = rows * 4 // 3, (height - rows) // 2
    left = (width - columns) // 2
    return cv2.resize(picture[top:top + rows, left:left + columns], SIZE, interpolation=cv2.INTER_AREA if rows > SIZE[1] else cv2.INTER_LINEAR)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--pplcnet", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="at most this many pictures of each set, spread over it")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    large, part = args.out / "large", args.out / "labels.part"
    for folder in (large, part, args.out / "pictures"):
        folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for source in STREETS:
        directory = git_dir(args.sets, source.repository)
        paths = sorted(p for p in listing(directory) if source.matches(p))[::source.every]
        paths = paths[::max(1, len(paths) // args.limit)][:args.limit] if args.limit else paths
        for _, picture in pictures(directory, paths):
            cv2.imwrite(str(large / f"{count:06d}.png"), cut(picture), [cv2.IMWRITE_PNG_COMPRESSION, 1])
            count += 1
        print(f"{source.repository}: {len(paths)} pictures", flush=True)
    for model in MODELS:
        subprocess.run([args.pplcnet.resolve(), "segment", large, "--model", model, "--flip", "--labels", args.out / model, "--json", "--out",
                        args.out / f"{model}.jsonl"], check=True, env={**os.environ, "PPLCNET_MODELS": str(args.models.resolve())})
    kept = 0.0
    for n in range(count):
        first, second = (cv2.resize(cv2.imread(str(args.out / model / f"{n:06d}.png"), cv2.IMREAD_GRAYSCALE), STORED,
                                    interpolation=cv2.INTER_NEAREST_EXACT) for model in MODELS)
        labels = np.where(first == second, first, np.uint8(11))
        kept += (labels < 11).mean() / count
        picture = cv2.resize(cv2.imread(str(large / f"{n:06d}.png")), STORED, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(args.out / "pictures" / f"{n:06d}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
        cv2.imwrite(str(part / f"{n:06d}.png"), labels)
    part.rename(args.out / "labels")  # only once they are all there
    print(f"{count} pictures, {kept:.3f} of the pixels labelled")


if __name__ == "__main__":
    main()
