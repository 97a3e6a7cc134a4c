"""PicoDet on PP-LCNet x1.0 in PyTorch (LC-PAN, the first head), with the parameter names of PaddleDetection."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from kernels import normalise
from nets import BatchNorm, Convolution, ConvBNLayer, DepthwiseSeparable

STRIDES = (8, 16, 32, 64)
BINS = 8


class DepthwisePair(nn.Module):
    def __init__(self, channels, stride=1):
        super().__init__()
        self.dwconv = Convolution(channels, channels, 5, stride, 2, groups=channels, bias=False)
        self.bn1 = BatchNorm(channels)
        self.pwconv = Convolution(channels, channels, 1, bias=False)
        self.bn2 = BatchNorm(channels)

    def forward(self, x):
        return normalise(self.pwconv(normalise(self.dwconv(x), self.bn1, "hardswish")), self.bn2, "hardswish")


def join(channels):
    return nn.Sequential(DepthwiseSeparable(2 * channels, 2 * channels, 5, 1, False), DepthwiseSeparable(2 * channels, channels, 5, 1, False))


class Laterals(nn.Module):
    def __init__(self, widths, channels):
        super().__init__()
        self.convs = nn.ModuleList(ConvBNLayer(w, channels, 1) for w in widths)


class LCPAN(nn.Module):
    def __init__(self, widths=(128, 256, 512), channels=96):
        super().__init__()
        self.conv_t = Laterals(widths, channels)
        self.top_down_blocks = nn.ModuleList(join(channels) for _ in range(2))
        self.downsamples = nn.ModuleList(DepthwisePair(channels, 2) for _ in range(2))
        self.bottom_up_blocks = nn.ModuleList(join(channels) for _ in range(2))
        self.first_top_conv = DepthwisePair(channels, 2)
        self.second_top_conv = DepthwisePair(channels, 2)

    def forward(self, maps):
        t3, t4, t5 = (conv(m) for conv, m in zip(self.conv_t.convs, maps))
        up = lambda x: F.interpolate(x, scale_factor=2, mode="nearest")
        m4 = self.top_down_blocks[0](torch.cat([up(t5), t4], 1))
        p3 = self.top_down_blocks[1](torch.cat([up(m4), t3], 1))
        p4 = self.bottom_up_blocks[0](torch.cat([self.downsamples[0](p3), m4], 1))
        p5 = self.bottom_up_blocks[1](torch.cat([self.downsamples[1](p4), t5], 1))
        return [p3, p4, p5, self.first_top_conv(t5) + self.second_top_conv(p5)]


class ConvNormLayer(nn.Module):
    def __init__(self, channels, kernel, groups=1):
        super().__init__()
        self.conv = Convolution(channels, channels, kernel, 1, kernel // 2, groups=groups, bias=False)
        self.norm = BatchNorm(channels)

    def forward(self, x):
        return normalise(self.conv(x), self.norm, "hardswish")


class ScaleReg(nn.Module):
    """Present in every official checkpoint, used by none."""

    def __init__(self):
        super().__init__()
        self.scale_reg = nn.Parameter(torch.ones(1), requires_grad=False)


class Features(nn.Module):
    def __init__(self, channels, blocks):
        super().__init__()
        for level in range(len(STRIDES)):
            for i in range(blocks):
                self.add_module(f"cls_conv_dw{level}_{i}", ConvNormLayer(channels, 5, channels))
                self.add_module(f"cls_conv_pw{level}_{i}", ConvNormLayer(channels, 1))
        self.blocks = blocks

    def forward(self, x, level):
        for i in range(self.blocks):
            x = getattr(self, f"cls_conv_pw{level}_{i}")(getattr(self, f"cls_conv_dw{level}_{i}")(x))
        return x


class PicoHead(nn.Module):
    """Returns class logits [N, A, C], box logits [N, A, 4, 8] and the features [N, A, 96] that both are read from, of all anchors, finest level first."""

    def __init__(self, classes=80, channels=96, blocks=2):
        super().__init__()
        self.classes = classes
        self.conv_feat = Features(channels, blocks)
        for level in range(len(STRIDES)):
            layer = Convolution(channels, classes + 4 * BINS, 1)
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
            nn.init.constant_(layer.bias[:classes], -math.log(99))
            self.add_module(f"head_cls{level}", layer)
            self.add_module(f"p{level + 3}_feat", ScaleReg())

    def forward(self, pyramid):
        maps = [self.conv_feat(p, i) for i, p in enumerate(pyramid)]
        rows = lambda levels: torch.cat([m.permute(0, 2, 3, 1).flatten(1, 2) for m in levels], 1).float()
        return *self.split(rows([getattr(self, f"head_cls{i}")(m) for i, m in enumerate(maps)])), rows(maps)

    def split(self, both):
        return both[..., :self.classes], both[..., self.classes:].unflatten(-1, (4, BINS))

    def last(self, features, level):
        """The last layer alone, on features [R, 96] of anchors whose levels [R] are given."""
        both = features.new_zeros(len(features), self.classes + 4 * BINS)
        for i in range(len(STRIDES)):
            layer, chosen = getattr(self, f"head_cls{i}"), (level == i).nonzero()[:, 0]
            both = both.index_copy(0, chosen, F.linear(features[chosen], layer.weight.flatten(1), layer.bias))
        return self.split(both)


class PicoDet(nn.Module):
    """Neck and head on the maps of a backbone at strides 8, 16 and 32."""

    def __init__(self, classes=80, channels=96):
        super().__init__()
        self.neck = LCPAN(channels=channels)
        self.head = PicoHead(classes, channels)

    def forward(self, maps):
        return self.head(self.neck(maps))


def official(name):
    """cls_conv_dw0_1 -> cls_conv_dw0.1 (PyTorch allows no dots in a module's name)."""
    for kind in ("dw", "pw"):
        for level in range(len(STRIDES)):
            name = name.replace(f"cls_conv_{kind}{level}_", f"cls_conv_{kind}{level}.")
    return name


def anchors(side):
    """Centres [A, 2] and strides [A] in input pixels, finest level first."""
    centres, strides = [], []
    for stride in STRIDES:
        line = (torch.arange(math.ceil(side / stride)) + 0.5) * stride
        y, x = torch.meshgrid(line, line, indexing="ij")
        centres.append(torch.stack([x, y], -1).reshape(-1, 2))
        strides.append(torch.full((len(line) ** 2,), float(stride)))
    return torch.cat(centres), torch.cat(strides)
