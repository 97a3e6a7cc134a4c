"""Depthwise convolution and batch normalisation with activation on CPUs, training in less than half the time of PyTorch's own operators (kernels.cpp).

`depthwise(x, convolution)` and `normalise(x, norm, activation)` use them under autocast on a CPU with AVX-512 BF16 and a
compiler, and PyTorch's operators everywhere else (a GPU, no compiler, `KERNELS=0`), so that the networks read the same.
"""
import ctypes
import functools
import os
import subprocess
import tempfile
from pathlib import Path

import torch
from torch.nn import functional as F

KINDS = {None: 0, "relu": 1, "hardswish": 2}


class Shape(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("n", "h", "w", "c", "oh", "ow", "k", "stride", "pad", "dilation")]


@functools.lru_cache(None)
def library():
    """The compiled kernels, or None where there is no compiler."""
    if os.environ.get("KERNELS") == "0":
        return None
    source = Path(__file__).with_name("kernels.cpp")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "kernels.so"
        try:
            subprocess.run(["c++", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", source, "-o", built], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return ctypes.CDLL(str(built))


def usable(x, channels):
    return x.device.type == "cpu" and channels % 16 == 0 and torch.is_autocast_cpu_enabled() and library() is not None


def pointer(tensor):
    return ctypes.c_void_p(tensor.data_ptr())


def rows(x):
    """As the kernels want it: bfloat16, [N, H, W, C] in memory."""
    return x.detach().to(torch.bfloat16).contiguous(memory_format=torch.channels_last)


def column_sums(dy):
    """Of [N, C, H, W] over all but C, float32."""
    if dy.shape[1] % 16:
        return dy.float().sum((0, 2, 3))
    mean, variance = torch.empty(dy.shape[1], dtype=torch.float64), torch.empty(dy.shape[1], dtype=torch.float64)
    m = dy.numel() // dy.shape[1]
    library().statistics(pointer(dy), ctypes.c_long(m), dy.shape[1], pointer(mean), pointer(variance))
    return (mean * m).float()


class Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, stride, pad, dilation):
        x = rows(x)
        n, c, h, w = x.shape
        k = weight.shape[2]
        oh, ow = ((side + 2 * pad - dilation * (k - 1) - 1) // stride + 1 for side in (h, w))
        ctx.shape = Shape(n, h, w, c, oh, ow, k, stride, pad, dilation)
        taps = weight.detach().float().reshape(c, k * k).t().contiguous()  # [k * k, C]
        y = torch.empty((n, c, oh, ow), dtype=torch.bfloat16, memory_format=torch.channels_last)
        library().depthwise_forward(pointer(x), pointer(taps), pointer(y), ctypes.byref(ctx.shape))
        ctx.save_for_backward(x, taps)
        ctx.biased = bias is not None
        return y if bias is None else y.add_(bias.detach().to(y.dtype)[:, None, None])

    @staticmethod
    def backward(ctx, dy):
        x, taps = ctx.saved_tensors
        s, dy = ctx.shape, rows(dy)
        dx = dw = db = None
        if ctx.needs_input_grad[0]:
            dx = torch.empty_like(x)
            if s.stride == 1:
                mirrored = taps.flip(0).contiguous()
                back = Shape(s.n, s.oh, s.ow, s.c, s.h, s.w, s.k, 1, s.dilation * (s.k - 1) - s.pad, s.dilation)
                library().depthwise_forward(pointer(dy), pointer(mirrored), pointer(dx), ctypes.byref(back))
            else:
                library().depthwise_backward_data(pointer(dy), pointer(taps), pointer(dx), ctypes.byref(s))
        if ctx.needs_input_grad[1]:
            dw = torch.zeros_like(taps)
            library().depthwise_backward_weights(pointer(x), pointer(dy), pointer(dw), ctypes.byref(s))
            dw = dw.t().reshape(s.c, 1, s.k, s.k)
        if ctx.biased and ctx.needs_input_grad[2]:
            db = column_sums(dy)
        return dx, dw, db, None, None, None


class Pointwise(torch.autograd.Function):
    """A 1x1 convolution whose backward pass is two matrix products: twice to nine times as fast as the convolution's."""

    @staticmethod
    def forward(ctx, x, weight, bias):
        x, matrix = rows(x), weight.detach().to(torch.bfloat16)
        ctx.save_for_backward(x, matrix)
        ctx.biased = bias is not None
        return F.conv2d(x, matrix, None if bias is None else bias.detach().to(torch.bfloat16))

    @staticmethod
    def backward(ctx, dy):
        x, matrix = ctx.saved_tensors
        flat = lambda t: t.permute(0, 2, 3, 1).reshape(-1, t.shape[1])
        dy = rows(dy)
        dx = dw = db = None
        if ctx.needs_input_grad[0]:
            n, _, h, w = x.shape
            dx = torch.mm(flat(dy), matrix.flatten(1)).reshape(n, h, w, -1).permute(0, 3, 1, 2)
        if ctx.needs_input_grad[1]:
            dw = torch.mm(flat(dy).t(), flat(x)).float()[:, :, None, None]
        if ctx.biased and ctx.needs_input_grad[2]:
            db = column_sums(dy)
        return dx, dw, db


class Normalise(torch.autograd.Function):
    """With the batch's statistics, or with `held` ones (mean, variance); also returns them (mean, biased variance) for the running ones."""

    @staticmethod
    def forward(ctx, x, gamma, beta, eps, kind, held=None):
        x = rows(x)
        n, c, h, w = x.shape
        m = n * h * w
        if held:
            mean, variance = (t.double() for t in held)
        else:
            mean, variance = torch.empty(c, dtype=torch.float64), torch.empty(c, dtype=torch.float64)
            library().statistics(pointer(x), ctypes.c_long(m), c, pointer(mean), pointer(variance))
        inverse = (variance + eps).rsqrt()
        scale = (gamma.detach().double() * inverse)
        shift = (beta.detach().double() - mean * scale).float()
        scale = scale.float()
        y = torch.empty_like(x)
        library().affine_forward(pointer(x), pointer(scale), pointer(shift), pointer(y), ctypes.c_long(m), c, kind)
        ctx.save_for_backward(x, scale, shift, mean, inverse)
        ctx.kind, ctx.held = kind, held is not None
        mean, variance = mean.float(), variance.float()
        ctx.mark_non_differentiable(mean, variance)
        return y, mean, variance

    @staticmethod
    def backward(ctx, dy, *_):
        x, scale, shift, mean, inverse = ctx.saved_tensors
        n, c, h, w = x.shape
        m, dy = n * h * w, rows(dy)
        total, product = torch.empty(c, dtype=torch.float64), torch.empty(c, dtype=torch.float64)
        library().affine_backward_sums(pointer(dy), pointer(x), pointer(scale), pointer(shift), ctypes.c_long(m), c, pointer(total), pointer(product), ctx.kind)
        dgamma, dbeta = (product - mean * total) * inverse, total
        # dx = scale (dz - mean(dz) - xhat mean(dz xhat)), written as dz scale + x slant + offset; held statistics: dx = scale dz
        slant = -scale.double() * dgamma * inverse / m * (not ctx.held)
        offset = -scale.double() * dbeta / m * (not ctx.held) - slant * mean
        slant, offset, dx = slant.float(), offset.float(), torch.empty_like(x)
        library().affine_backward_apply(pointer(dy), pointer(x), pointer(scale), pointer(shift), pointer(slant), pointer(offset), pointer(dx), ctypes.c_long(m), c,
                                        ctx.kind)
        return dx, dgamma.float(), dbeta.float(), None, None, None


def depthwise(x, layer):
    """A depthwise `nn.Conv2d` (3x3 or 5x5)."""
    if layer.kernel_size[0] in (3, 5) and usable(x, layer.in_channels):
        return Depthwise.apply(x, layer.weight, layer.bias, layer.stride[0], layer.padding[0], layer.dilation[0])
    with torch.autocast("cpu", enabled=False):  # PyTorch's backward pass takes half the time of bfloat16's in float32
        return F.conv2d(x.float(), layer.weight, layer.bias, layer.stride, layer.padding, layer.dilation, layer.groups)


def pointwise(x, layer):
    """A 1x1 `nn.Conv2d`."""
    if usable(x, 16) and min(x.shape[1], layer.out_channels, x.shape[0] * x.shape[2] * x.shape[3]) > 1:
        return Pointwise.apply(x, layer.weight, layer.bias)
    return F.conv2d(x, layer.weight, layer.bias)


@functools.lru_cache(None)
def weights_of_resize(source, target):
    """[target, source]: bilinear, half-pixel centres, borders repeated."""
    at = ((torch.arange(target) + 0.5) * source / target - 0.5).clamp(0, source - 1)
    low = at.floor().long().clamp(max=max(0, source - 2))
    matrix = torch.zeros(target, source)
    matrix.scatter_(1, low[:, None], (1 - (at - low))[:, None])
    matrix.scatter_add_(1, (low + 1).clamp(max=source - 1)[:, None], (at - low)[:, None])
    return matrix


def resize(x, shape):
    """Bilinear (align_corners False) as two matrix products: the backward pass of F.interpolate is the slowest part of a decoder on a CPU."""
    if not usable(x, 16):
        return F.interpolate(x, shape, mode="bilinear", align_corners=False)
    n, c, h, w = x.shape
    down, across = weights_of_resize(h, shape[0]).to(x.dtype), weights_of_resize(w, shape[1]).to(x.dtype)
    y = torch.matmul(across, x.permute(0, 2, 3, 1).reshape(n * h, w, c)).reshape(n, h, shape[1] * c)  # [N, h, W * C]
    return torch.matmul(down, y).reshape(n, shape[0], shape[1], c).permute(0, 3, 1, 2)


def normalise(x, norm, activation=None):
    """`nn.BatchNorm2d` and an activation (None, 'relu', 'hardswish') in one pass over memory."""
    if not usable(x, norm.num_features):
        y = norm(x)
        return y if activation is None else getattr(F, activation)(y)
    if not norm.training:
        if torch.is_grad_enabled() and (x.requires_grad or norm.weight.requires_grad):  # statistics held, gradient wanted
            return Normalise.apply(x, norm.weight, norm.bias, norm.eps, KINDS[activation], (norm.running_mean, norm.running_var))[0]
        x = rows(x)
        scale = (norm.weight * (norm.running_var + norm.eps).rsqrt()).detach()
        shift = (norm.bias - norm.running_mean * scale).detach()
        y = torch.empty_like(x)
        library().affine_forward(pointer(x), pointer(scale), pointer(shift), pointer(y), ctypes.c_long(x.numel() // x.shape[1]), x.shape[1], KINDS[activation])
        return y
    y, mean, variance = Normalise.apply(x, norm.weight, norm.bias, norm.eps, KINDS[activation])
    with torch.no_grad():
        m = x.numel() / x.shape[1]
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (m / max(1.0, m - 1)), norm.momentum)
        norm.num_batches_tracked += 1
    return y
