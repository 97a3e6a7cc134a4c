"""New last layers by ridge regression, for a start whose targets had another basis: seconds in the place of thousands of steps."""
import torch


def ridge(inputs, wanted, strength, constant=True):
    """Least squares with a penalty; returns the weights [out, in] and the constant [out]."""
    a = torch.cat([inputs, torch.ones(len(inputs), 1)], 1).double() if constant else inputs.double()
    scale = a.pow(2).mean() * len(a)
    w = torch.linalg.solve(a.t() @ a + strength * scale * torch.eye(a.shape[1]).double(), a.t() @ wanted.double()).float()
    return (w[:-1].t(), w[-1]) if constant else (w.t(), None)


@torch.no_grad()
def align_classes(model, arrays, rng):
    """Targets and the teacher's features from the pooled features, the teacher's logits from its own features."""
    model.eval()
    parts = []
    for array in arrays.values():
        for group in range(len(array.groups)):
            for _ in range(14):
                x, *wanted = array.batch(group, 64, 128, rng)
                parts.append((model.backbone(x)[-1].mean((2, 3)), *wanted))
    pooled, target, features, logits = (torch.cat(p) for p in zip(*parts))
    weight, bias = ridge(pooled, target, 1e-4)
    model.embedding.weight.copy_(weight)
    model.embedding.bias.copy_(bias)
    model.last_conv.weight.copy_(ridge(pooled, features * 1.5, 1e-4, constant=False)[0][:, :, None, None])  # hardswish halves small values
    weight, bias = ridge(features, logits, 1e-6)
    model.fc.weight.copy_(weight)
    model.fc.bias.copy_(bias)
    model.train()


def before_hardswish(y):
    """The number above -1.5 that hardswish makes y."""
    return torch.where(y < 3, (-3 + (9 + 24 * y).clamp(min=0).sqrt()) / 2, y)


@torch.no_grad()
def align_boxes(model, views, rng, batches=30):
    """For each level: the last 1x1 convolution gives the teacher's features, the last layer reads scores and sides from the teacher's."""
    model.eval()
    head, levels, rows = model.boxes.head, (views.strides / 8).log2().round().long(), {}
    names = [f"cls_conv_pw{level}_{head.conv_feat.blocks - 1}" for level in range(4)]
    hooks = [getattr(head.conv_feat, n).register_forward_pre_hook(lambda layer, x, n=n: rows.__setitem__(n, x[0].float().permute(0, 2, 3, 1).flatten(1, 2)))
             for n in names]
    parts, everything = [[] for _ in names], [[] for _ in names]
    for _ in range(batches):
        x, n, a, scores, sides, features, known = views.batch(rng.choice(views.rows, 16, replace=False), rng)
        with torch.autocast("cpu", torch.bfloat16):
            model.boxes(model.backbone(x)[1:])
        for level, name in enumerate(names):
            chosen = known & (levels[a] == level)
            parts[level].append((rows[name][n[chosen], a[chosen] - int((levels < level).sum())], features[chosen], scores[chosen], sides[chosen]))
            everything[level].append(rows[name].flatten(0, 1)[::5])
    for hook in hooks:
        hook.remove()
    for level, name in enumerate(names):
        inputs, features, scores, sides = (torch.cat(p) for p in zip(*parts[level]))
        layer, last = getattr(head.conv_feat, name), getattr(head, f"head_cls{level}")
        weight, bias = ridge(inputs, before_hardswish(features), 1e-3)
        made = torch.cat(everything[level]) @ weight.t()
        layer.conv.weight.copy_(weight[:, :, None, None])
        layer.norm.running_mean.copy_(made.mean(0))
        layer.norm.running_var.copy_(made.var(0))
        layer.norm.weight.copy_((layer.norm.running_var + layer.norm.eps).sqrt())
        layer.norm.bias.copy_(made.mean(0) + bias)
        sides = sides.clamp(min=0.002).log()
        weight, bias = ridge(features, torch.cat([scores.clamp(0.002, 0.998).logit(), (sides - sides.mean(-1, keepdim=True)).flatten(1)], 1), 1e-5)
        last.weight.copy_(weight[:, :, None, None])
        last.bias.copy_(bias)
    model.train()
