"""Step 5: the ImageNet head for pictures of all classes alike (logit adjustment, arXiv 2007.07314).

The crops of the training show some classes far more often than others, and a head learns that too. Taking the logarithm of each class's share from
its constant gives the decision for classes of equal share, without another step of training.
"""


def class_shares(logits):
    """Mean of the teacher's probabilities over crops, [1000]; logits [N, 1000]."""
    shares = sum(part.double().softmax(1).sum(0) for part in logits.split(4096))
    return shares / shares.sum()


def balanced(bias, shares):
    """The constants of the last layer without what they owe to the shares; their mean stays."""
    offset = shares.log()
    return bias - (offset - offset.mean()).to(bias.dtype)
