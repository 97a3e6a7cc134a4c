"""Step 6: the ImageNet head for pictures of all classes alike (logit adjustment, arXiv 2007.07314).

The crops of the training show some classes far more often than others, and a head learns that too. Taking the logarithm of each class's share from
its constant gives the decision for classes of equal share, without another step of training.
"""
import torch

import crops


def class_shares(data):
    """Mean of the teacher's probabilities over what a batch is drawn from, [1000]."""
    arrays, mixture = crops.read(data)
    if not mixture:
        raise FileNotFoundError(f"{data}: expected arrays of crops with the teacher's logits (label.py), found none")
    shares = torch.zeros(1000, dtype=torch.float64)
    for (name, group), share in mixture.items():
        rows = torch.from_numpy(arrays[name].groups[group])
        for part in rows.split(4096):
            shares += share / len(rows) * arrays[name].logits[part].float().softmax(1).sum(0)
    return shares / shares.sum()


def balanced(bias, shares):
    """The constants of the last layer without what they owe to the shares; their mean stays."""
    offset = shares.log()
    return bias - (offset - offset.mean()).to(bias.dtype)
