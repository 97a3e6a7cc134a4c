"""Step 0: the kernels of kernels.cpp against PyTorch's own operators in float32, outputs and every gradient.

python3 check_kernels.py   (exit status 1 if one differs by more than bfloat16 explains)
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

import kernels

MOST = 0.02  # relative error (norms): bfloat16 keeps 8 bits, and a value beside a kink of hardswish may fall on its other side


def gradients(run, x, layers, seed):
    for layer in layers:
        layer.zero_grad(set_to_none=True)
    y = run(x)
    y.backward(torch.randn(y.shape, generator=torch.Generator().manual_seed(seed)).to(y.dtype))
    return [y.detach(), x.grad] + [p.grad for layer in layers for p in layer.parameters()]


def compare(name, reference, kernel, x, layers):
    exact = gradients(reference, x.clone().requires_grad_(), layers, 1)
    with torch.autocast("cpu", torch.bfloat16):
        own = gradients(kernel, x.to(torch.bfloat16).contiguous(memory_format=torch.channels_last).requires_grad_(), layers, 1)
    errors = [((a.float() - b.float()).norm() / b.float().norm().clamp(min=1e-6)).item() for a, b in zip(own, exact)]
    print(f"{name}: " + " ".join(f"{e:.4f}" for e in errors))
    return max(errors) <= MOST


def main():
    torch.manual_seed(3)
    if kernels.library() is None:
        print("no kernels here: PyTorch's operators are used")
        return 0
    fine = True
    for channels, side, kernel, stride, dilation, bias in ((32, 56, 3, 1, 1, False), (48, 57, 3, 2, 1, False), (96, 40, 5, 1, 1, False), (256, 20, 5, 2, 1, False),
                                                           (304, 21, 3, 1, 6, True), (96, 5, 5, 2, 1, False)):
        layer = nn.Conv2d(channels, channels, kernel, stride, dilation * (kernel // 2), dilation, channels, bias)
        x = torch.randn(4, channels, side, side).bfloat16().float()
        fine &= compare(f"depthwise {channels}x{side}x{side}, {kernel}x{kernel}, stride {stride}, dilation {dilation}", layer, lambda v: kernels.depthwise(v, layer), x, [layer])
    layer = nn.Conv2d(96, 112, 1)
    fine &= compare("pointwise 96 to 112", layer, lambda v: kernels.pointwise(v, layer), torch.randn(4, 96, 20, 20).bfloat16().float(), [layer])
    for activation in (None, "relu", "hardswish"):
        norm = nn.BatchNorm2d(64)
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        nn.init.normal_(norm.bias)
        plain = lambda v: norm(v) if activation is None else getattr(F, activation)(norm(v))
        fine &= compare(f"batch norm, {activation}", plain, lambda v: kernels.normalise(v, norm, activation), torch.randn(4, 64, 20, 20).bfloat16().float(), [norm])
        norm.eval()
        fine &= compare(f"batch norm with held statistics, {activation}", plain, lambda v: kernels.normalise(v, norm, activation),
                        torch.randn(4, 64, 20, 20).bfloat16().float(), [norm])
    resized = lambda v: F.interpolate(v, (56, 60), mode="bilinear", align_corners=False)
    fine &= compare("resize 7x9 to 56x60", resized, lambda v: kernels.resize(v, (56, 60)), torch.randn(2, 32, 7, 9), [])
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
