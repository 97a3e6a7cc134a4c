"""PP-LCNet and DeepLabV3+ in PyTorch, with the parameter names of the official implementations."""
import json
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from kernels import depthwise, normalise, pointwise, resize


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation that saves its statistics as Paddle does (_mean, _variance)."""


class Convolution(nn.Conv2d):
    """Depthwise and 1x1 ones have kernels of their own."""

    def forward(self, x):
        if self.groups == 1:
            return pointwise(x, self) if self.kernel_size == (1, 1) else super().forward(x)
        return depthwise(x, self)


class ConvBNLayer(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__()
        self.conv = Convolution(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = BatchNorm(outputs)

    def forward(self, x):
        return normalise(self.conv(x), self.bn, "hardswish")


class SEModule(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = Convolution(channels, channels // 4, 1)
        self.conv2 = Convolution(channels // 4, channels, 1)

    def forward(self, x):
        gate = F.relu(self.conv1(x.mean((2, 3), keepdim=True)))
        return x * F.hardsigmoid(self.conv2(gate))


class DepthwiseSeparable(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, squeeze):
        super().__init__()
        self.dw_conv = ConvBNLayer(inputs, inputs, kernel, stride, groups=inputs)
        if squeeze:
            self.se = SEModule(inputs)
        self.pw_conv = ConvBNLayer(inputs, outputs, 1)

    def forward(self, x):
        x = self.dw_conv(x)
        if hasattr(self, "se"):
            x = self.se(x)
        return self.pw_conv(x)


# stage -> (kernel, in, out, stride, squeeze) of each block, scale 1.0
STAGES = {
    "blocks2": [(3, 16, 32, 1, False)],
    "blocks3": [(3, 32, 64, 2, False), (3, 64, 64, 1, False)],
    "blocks4": [(3, 64, 128, 2, False), (3, 128, 128, 1, False)],
    "blocks5": [(3, 128, 256, 2, False)] + [(5, 256, 256, 1, False)] * 5,
    "blocks6": [(5, 256, 512, 2, True), (5, 512, 512, 1, True)],
}


class PPLCNet(nn.Module):
    """The five stages; returns the maps after blocks3 (stride 4), blocks4, blocks5 and blocks6 (stride 32)."""

    def __init__(self):
        super().__init__()
        self.conv1 = ConvBNLayer(3, 16, 3, 2)
        for name, blocks in STAGES.items():
            setattr(self, name, nn.Sequential(*[DepthwiseSeparable(i, o, k, s, q) for k, i, o, s, q in blocks]))

        self.frozen = []

    def freeze(self, count):
        """Holds the first stages (conv1, blocks2, ...) as they are, statistics too: they cost most of the time at high resolution."""
        self.frozen = ["conv1", *STAGES][:count]
        for name in self.frozen:
            getattr(self, name).requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        for name in self.frozen:
            getattr(self, name).eval()
        return self

    def held(self, x, stages):
        """The maps, with all statistics as they are and without a gradient for the first stages: for pictures unlike those the statistics come from."""
        frozen, training = self.frozen, self.training
        self.frozen = ["conv1", *STAGES][:stages]
        self.eval()
        maps = self(x)
        self.frozen = frozen
        self.train(training)
        return maps

    def forward(self, x):
        maps = []
        for name in ("conv1", *STAGES):
            with torch.set_grad_enabled(torch.is_grad_enabled() and name not in self.frozen):
                x = getattr(self, name)(x)
            maps.append(x)
        return maps[2:]


class Embedder(nn.Module):
    """Backbone with two heads on its global average: the 512-d embedding (not yet normalised) and the ImageNet logits."""

    def __init__(self):
        super().__init__()
        self.backbone = PPLCNet()
        self.embedding = nn.Linear(512, 512)
        self.last_conv = Convolution(512, 1280, 1, bias=False)
        self.fc = nn.Linear(1280, 1000)

    def forward(self, x):
        pooled = self.backbone(x)[-1].mean((2, 3))
        return self.embedding(pooled), self.classify(pooled)

    def hidden(self, pooled):
        return F.hardswish(self.last_conv(pooled[:, :, None, None])).flatten(1)

    def classify(self, pooled):
        return self.fc(self.hidden(pooled))


class ConvBNReLU(nn.Module):
    def __init__(self, inputs, outputs, kernel, groups=1, dilation=1, bias=True, relu=True):
        super().__init__()
        self._conv = Convolution(inputs, outputs, kernel, 1, dilation * (kernel // 2), dilation, groups, bias)
        self._batch_norm = BatchNorm(outputs)
        self.relu = relu

    def forward(self, x):
        return normalise(self._conv(x), self._batch_norm, "relu" if self.relu else None)


class SeparableConvBNReLU(nn.Module):
    def __init__(self, inputs, outputs, dilation=1):
        super().__init__()
        self.depthwise_conv = ConvBNReLU(inputs, inputs, 3, inputs, dilation, relu=False)
        self.piontwise_conv = ConvBNReLU(inputs, outputs, 1)  # the official spelling

    def forward(self, x):
        return self.piontwise_conv(self.depthwise_conv(x))


class ASPP(nn.Module):
    def __init__(self, channels, ratios):
        super().__init__()
        self.aspp_blocks = nn.ModuleList(
            ConvBNReLU(channels, 256, 1) if r == 1 else SeparableConvBNReLU(channels, 256, r) for r in ratios)
        self.global_avg_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), ConvBNReLU(channels, 256, 1, bias=False))
        self.conv_bn_relu = ConvBNReLU(256 * (len(ratios) + 1), 256, 1)

    def forward(self, x):
        branches = [b(x) for b in self.aspp_blocks]
        branches.append(self.global_avg_pool(x).expand_as(branches[0]))
        return F.dropout(self.conv_bn_relu(torch.cat(branches, 1)), 0.1, self.training)


class Decoder(nn.Module):
    def __init__(self, low, classes):
        super().__init__()
        self.conv_bn_relu1 = ConvBNReLU(low, 48, 1)
        self.conv_bn_relu2 = SeparableConvBNReLU(304, 256)
        self.conv_bn_relu3 = SeparableConvBNReLU(256, 256)
        self.conv = Convolution(256, classes, 1)

    def forward(self, low, high):
        high = resize(high, low.shape[2:])
        x = torch.cat([high, self.conv_bn_relu1(low)], 1)
        return self.conv(self.conv_bn_relu3(self.conv_bn_relu2(x)))


class DeepLabHead(nn.Module):
    def __init__(self, classes, ratios):
        super().__init__()
        self.aspp = ASPP(512, ratios)
        self.decoder = Decoder(64, classes)

    def forward(self, maps):
        return self.decoder(maps[0], self.aspp(maps[-1]))


class DeepLabV3P(nn.Module):
    """DeepLabV3+ on PP-LCNet x1.0; logits at stride 4."""

    def __init__(self, classes=11, ratios=(1, 3, 6, 9)):
        super().__init__()
        self.backbone = PPLCNet()
        self.head = DeepLabHead(classes, ratios)

    def forward(self, x):
        return self.head(self.backbone(x))


def official(name):
    return name.replace("running_mean", "_mean").replace("running_var", "_variance")


def load_safetensors(path):
    """Tensors of a safetensors file under their official names, as float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        content = file.read()
    tensors = {n: t for n, t in header.items() if n != "__metadata__"}
    expected = max((t["data_offsets"][1] for t in tensors.values()), default=0)
    if len(content) != expected:
        raise ValueError(f"{path}: expected {expected} bytes of tensors, found {len(content)}")
    kinds = {"F16": np.float16, "F32": np.float32}
    return {n: torch.from_numpy(np.frombuffer(content[t["data_offsets"][0]:t["data_offsets"][1]], kinds[t["dtype"]])
                                .reshape(t["shape"]).astype(np.float32))
            for n, t in tensors.items()}


def save_safetensors(path, model, names=str):
    """Writes a model's parameters under the official names (linear weights as [in, out], as Paddle keeps them)."""
    tensors = {names(official(n)): t.detach().cpu().float() for n, t in model.state_dict().items() if "num_batches" not in n}
    write_safetensors(path, {n: t.t() if n in LINEAR_IN_OUT else t for n, t in tensors.items()})


def write_safetensors(path, tensors):
    """Writes named tensors as float16."""
    tensors = {n: t.contiguous().numpy().astype(np.float16) for n, t in sorted(tensors.items())}
    header, offset = {"__metadata__": {"format": "paddle-names", "storage": "float16"}}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.tobytes())


LINEAR_IN_OUT = {"fc.weight", "embedding.weight"}


def load_into(model, tensors, prefix="", names=str):
    """Fills the parameters of a model whose official names (through `names`) start with a prefix; every one of them must be there."""
    state = {}
    for name, own in model.state_dict().items():
        if "num_batches" in name:
            state[name] = own
            continue
        if name.startswith(prefix):
            key = names(official(name))
            if key not in tensors:
                raise ValueError(f"{key}: not among the {len(tensors)} tensors of the start")
            tensor = tensors[key]
            state[name] = tensor.t() if official(name) in LINEAR_IN_OUT else tensor
            if state[name].shape != own.shape:
                raise ValueError(f"{name}: expected {tuple(own.shape)}, found {tuple(state[name].shape)}")
        else:
            state[name] = own
    model.load_state_dict(state)
