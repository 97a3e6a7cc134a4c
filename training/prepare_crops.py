"""Step 1: pictures -> uint8 arrays of square crops, made once (no decoding during training).

python3 prepare_crops.py --sets FOLDER --reserved ../shared/datasets/imagenet-sample ../shared/datasets/coco-mini/val2017 --out data
Writes ARRAY.u8 ([N, S, S, 3] RGB, S below in SIDES; "boxes" are the views for detection) and ARRAY.tsv (repository, path, view) beside each. A "whole" view is the picture stretched to the square, as the product's preprocessing does; a
crop is a random resized crop. "boxes" ends with mosaics: four pictures in one, so that objects of every kind also come small.
"""
import argparse
import subprocess
from pathlib import Path

import cv2
import numpy as np

from sources import SOURCES, allowed, git_dir

SIDES = {"sharp": 192, "small": 144, "scenes": 192, "things": 192, "tiny": 96, "mini": 96, "pets": 160, "more": 160, "boxes": 320}
SAME = 0.96  # correlation of thumbnails from which two pictures are the same
MOSAICS = 0.5  # mosaics of "boxes", as a share of its other views


def views(picture, source, side, rng):
    height, width = picture.shape[:2]
    if source.whole:
        yield "whole", cv2.resize(picture, (side, side), interpolation=resampling(width, height, side))
    for k in range(source.crops):
        area, ratio = rng.uniform(0.25, 1.0), np.exp(rng.uniform(-0.29, 0.29))
        w = min(width, int(round(np.sqrt(width * height * area * ratio))))
        h = min(height, int(round(np.sqrt(width * height * area / ratio))))
        x, y = rng.integers(0, width - w + 1), rng.integers(0, height - h + 1)
        yield f"crop{k}", cv2.resize(picture[y:y + h, x:x + w], (side, side), interpolation=resampling(w, h, side))


def mosaics(pixels, count, side, rng):
    """Four views, each shrunk into a quarter of random size."""
    for _ in range(count):
        canvas = np.empty((side, side, 3), np.uint8)
        x, y = rng.integers(side * 3 // 10, side * 7 // 10, 2)
        for left, top, right, bottom in ((0, 0, x, y), (x, 0, side, y), (0, y, x, side), (x, y, side, side)):
            view = pixels[rng.integers(len(pixels))]
            canvas[top:bottom, left:right] = cv2.resize(view, (int(right - left), int(bottom - top)), interpolation=cv2.INTER_AREA)
        yield canvas


def thumbnail(picture):
    """16x16 grey values, centred, of length 1: equal pictures agree whatever their size."""
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    grey -= grey.mean()
    return grey / (np.linalg.norm(grey) + 1e-6)


def reserved_thumbnails(files):
    """Of the pictures of an evaluation, stretched and cropped to the middle square."""
    both = []
    for path in files:
        picture = cv2.imread(str(path))
        if picture is not None:
            (height, width), side = picture.shape[:2], min(picture.shape[:2])
            top, left = (height - side) // 2, (width - side) // 2
            both += [thumbnail(picture), thumbnail(picture[top:top + side, left:left + side])]
    return np.stack(both)


def resampling(width, height, side):
    return cv2.INTER_AREA if min(width, height) > 1.5 * side else cv2.INTER_LINEAR


def listing(directory):
    """Every path at HEAD."""
    names = subprocess.run(["git", f"--git-dir={directory}", "ls-tree", "-r", "-z", "--name-only", "HEAD"], check=True, capture_output=True).stdout
    return names.decode().split("\0")


def pictures(directory, paths):
    """Every path at HEAD that holds a picture, with its pixels (BGR), through one git process; says which are left out and why."""
    git = subprocess.Popen(["git", f"--git-dir={directory}", "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for path in paths:
        git.stdin.write(f"HEAD:{path}\n".encode())
        git.stdin.flush()
        header = git.stdout.readline().split()
        if len(header) != 3:
            print(f"{directory}: {path} is not in the snapshot: left out")
            continue
        content = git.stdout.read(int(header[2]))
        git.stdout.read(1)
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
        if picture is None:
            print(f"{directory}: {path} cannot be read as a picture ({len(content)} bytes): left out")
            continue
        yield path, picture
    git.stdin.close()
    git.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--reserved", type=Path, nargs="+", required=True, help="folders whose pictures are never taken: by name, and by look")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--array", choices=[*SIDES], help="only this array")
    parser.add_argument("--limit", type=int, help="at most this many pictures of each set, spread over it")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    files = [p for folder in args.reserved for p in sorted(folder.iterdir())]
    reserved, thumbnails = {p.stem for p in files}, reserved_thumbnails(files)
    for array, side in SIDES.items():
        if args.array not in (None, array):
            continue
        rng = np.random.default_rng(20260101)
        with open(args.out / f"{array}.u8", "wb") as pixels, open(args.out / f"{array}.tsv", "w") as names:
            for source in (s for s in SOURCES if s.array == array):
                directory = git_dir(args.sets, source.repository)
                paths = sorted(p for p in listing(directory) if allowed(source, p, reserved))[::source.every]
                if args.limit:
                    paths = paths[::max(1, len(paths) // args.limit)][:args.limit]
                count = 0
                for path, picture in pictures(directory, paths):
                    if (thumbnails @ thumbnail(picture)).max() > SAME:
                        print(f"{array}: {path} looks like a reserved picture: left out")
                        continue
                    picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
                    for view, crop in views(picture, source, side, rng):
                        pixels.write(crop.tobytes())
                        names.write(f"{source.repository}\t{path}\t{view}\n")
                        count += 1
                print(f"{array}: {source.repository}: {len(paths)} pictures, {count} views", flush=True)
            if array == "boxes":
                pixels.flush()
                singles = np.memmap(args.out / "boxes.u8", np.uint8, "r").reshape(-1, side, side, 3)
                for canvas in mosaics(singles, int(len(singles) * MOSAICS), side, rng):
                    pixels.write(canvas.tobytes())
                    names.write("\t\tmosaic\n")


if __name__ == "__main__":
    main()
