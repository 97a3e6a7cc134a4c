"""Step 2: labels every crop once with the teacher, through the product's own command.

python3 label.py --data data --pplcnet ../pplcnet --models ../shared/models
Writes data/ARRAY.feat.f32 ([N, 1280]) and data/ARRAY.logit.f32 ([N, 1000]), both before any normalisation; resumes by their sizes.
"""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

SIDES = {"sharp": (192, 208), "small": (144, 176), "scenes": (192, 208), "things": (192, 208), "tiny": (96, 176), "mini": (96, 176),
         "pets": (160, 208), "more": (160, 208)}  # stored side, side the teacher sees
OUTPUTS = {"features": ("feat", 1280), "logits": ("logit", 1000)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pplcnet", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="folder of efficientnet_lite2_imagenet_f16.onnx")
    parser.add_argument("--teacher", default="efficientnet-lite2")
    parser.add_argument("--chunk", type=int, default=4000)
    parser.add_argument("--limit", type=int, help="stop after this many crops of each array")
    args = parser.parse_args()
    environment = {**os.environ, "PPLCNET_MODELS": str(args.models.resolve())}
    for array, (stored, seen) in SIDES.items():
        pixels = np.memmap(args.data / f"{array}.u8", np.uint8, "r").reshape(-1, stored, stored, 3)
        files = {output: args.data / f"{array}.{short}.f32" for output, (short, _) in OUTPUTS.items()}
        done = min(f.stat().st_size // (4 * OUTPUTS[o][1]) if f.exists() else 0 for o, f in files.items())
        for output, file in files.items():
            with open(file, "ab") as f:
                f.truncate(done * 4 * OUTPUTS[output][1])
        count = min(len(pixels), args.limit or len(pixels))
        while done < count:
            stop = min(done + args.chunk, count)
            with tempfile.TemporaryDirectory() as folder:
                crops = Path(folder) / "crops"
                crops.mkdir()
                for row in range(done, stop):
                    cv2.imwrite(str(crops / f"{row:08d}.png"), pixels[row][:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
                for output, file in files.items():
                    matrix = Path(folder) / "out.npy"
                    subprocess.run([args.pplcnet.resolve(), "embed", crops, "--model", args.teacher, "--output", output, "--raw",
                                    "--size", f"{seen}x{seen}", "--npy", matrix], check=True, env=environment, stdout=subprocess.DEVNULL)
                    values = np.load(matrix)
                    if values.shape != (stop - done, OUTPUTS[output][1]):
                        raise ValueError(f"{output}: expected {(stop - done, OUTPUTS[output][1])}, found {values.shape}")
                    with open(file, "ab") as f:
                        f.write(values.astype(np.float32).tobytes())
            done = stop
            print(f"{array}: {done}/{count}", flush=True)


if __name__ == "__main__":
    main()
