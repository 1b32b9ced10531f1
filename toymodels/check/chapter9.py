"""Checks of chapter 9: absolute values by hand, three neurons for two features, ANDs."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers
from toymodels.computing import AbsoluteModel, SignedFeatures, one_feature_loss

SMALL = 1e-3  # an answer nearer than this is right
POINTS = 60  # of a grid between 0 and 1


def _network(shape: tuple[int, int], W1, W2, b) -> AbsoluteModel | str:
    """The network of these weights, (m, n) = shape; or what is wrong with them."""
    if W1 is None or W2 is None or b is None:
        return BLANK
    m, n = shape
    try:
        W1, W2, b = (torch.from_numpy(numbers(value)).float() for value in (W1, W2, b))
    except Exception:
        return "✗ W1, W2 and b must consist of numbers."
    if W1.shape == (n, m) and W2.shape == (m, n):
        return f"✗ W1 and W2 lie on their sides. A row of W1 is what a neuron takes in, so W1 has shape {(m, n)}."
    if W1.shape != (m, n) or W2.shape != (n, m) or b.shape not in {(), (n,)}:
        wanted = f"W1 must have shape {(m, n)}, W2 {(n, m)}, and b must be one number or {(n,)}"
        return f"✗ {wanted}, got {tuple(W1.shape)}, {tuple(W2.shape)} and {tuple(b.shape)}."
    if not all(values.isfinite().all() for values in (W1, W2, b)):
        return "✗ Some numbers are NaN or infinite."
    return AbsoluteModel.from_weights(W1, W2, b)


@exercise
def absolute_by_hand(W1, W2, b) -> Verdict:
    """Judge whether a network made by hand answers |x| exactly: three features, six neurons.

    W1 is (6, 3), W2 is (3, 6), and b is one number or (3,).
    """
    model = _network((6, 3), W1, W2, b)
    return Verdict(model if isinstance(model, str) else _absolute(model))


@torch.no_grad()
def _absolute(model: AbsoluteModel) -> str:
    empty = model(torch.zeros(1, 3))[0]
    if (empty > SMALL).any():
        return f"✗ For the empty sample output {int(empty.argmax())} answers {empty.max():.2f}. Set its bias to 0."
    sizes = torch.tensor([1.0, 0.37])
    up = model(sizes[:, None, None] * torch.eye(3))  # (sizes, feature, output)
    down = model(-sizes[:, None, None] * torch.eye(3))
    right = sizes[:, None].expand(2, 3)
    own = [side.diagonal(dim1=-2, dim2=-1) for side in (up, down)]
    for i in range(3):
        good = [bool((side[:, i] - right[:, i]).abs().max() < SMALL) for side in own]
        silent = [bool(side[:, i].max() < SMALL) for side in own]
        if all(silent):
            return f"✗ Output {i} answers 0 whatever feature {i} is. Let two neurons take it in and give to it."
        for k, (sign, other) in enumerate((("positive", "negative"), ("negative", "positive"))):
            if silent[1 - k] and not silent[k]:
                return f"✗ Feature {i} is answered where it is {sign}, but not where it is {other}. Let another neuron take it in with the other sign."
        if not all(good):
            k = 0 if not good[0] else 1
            x, got = (1 - 2 * k), own[k][0, i]
            return f"✗ For x = {x} output {i} answers {got:.2f} instead of 1. A neuron's input weight times its output weight should be 1 in size."
    for side in (up, down):
        false = (side * (1 - torch.eye(3))).amax(dim=0)  # (feature, output)
        if false.max() > SMALL:
            feature, output = divmod(int(false.argmax()), 3)
            return f"✗ Output {output} answers to feature {feature} as well. Let each neuron give to one output only."
    x = 2 * torch.rand(200, 3, generator=torch.Generator().manual_seed(0)) - 1
    error = (model(x) - x.abs()).abs().max()
    if error > SMALL:
        return f"✗ It is right for one feature at a time, but off by {error:.2f} where several are active. Let each neuron take in one feature only."
    return "✓ Right. It answers the absolute value of each feature, whatever else is active."


@exercise
def three_neurons(W1, W2, b, sparsity: float = 0.95) -> Verdict:
    """Judge whether three neurons answer |x| of two features better than one-feature neurons can.

    W1 is (3, 2), W2 is (2, 3), and b is one number or (2,). The loss is a mean over a fine grid.
    """
    model = _network((3, 2), W1, W2, b)
    return Verdict(model if isinstance(model, str) else _three_neurons(model, sparsity))


def _three_neurons(model: AbsoluteModel, sparsity: float) -> str:
    try:
        features = SignedFeatures(2, sparsity)
        line = one_feature_loss(3, features)
    except Exception:
        line = torch.zeros(())
    if line.ndim or line == 0 or sparsity > 0.999:
        return "✗ sparsity must be one number from 0 to 0.999."
    ratio = float(_loss_of_two(model, sparsity) / line)
    measured = f"loss of {ratio:.3f} of the line"
    if ratio < 0.999:
        return f"✓ Right, with a {measured}. No one-feature neurons can reach that."
    with torch.no_grad():
        sides = torch.cat([torch.eye(2), -torch.eye(2)])  # +0, +1, -0, -1
        y = model(sides)
    names = ("feature 0 at 1", "feature 1 at 1", "feature 0 at -1", "feature 1 at -1")
    for k, name in enumerate(names):
        if y[k, 1 - k % 2] > 0.3:
            return f"✗ It has a {measured}. With {name}, output {1 - k % 2} answers {y[k, 1 - k % 2]:.2f}, but its feature is absent. A bias below 0, or a weight below 0, would delete this answer."
    missed = [name for k, name in enumerate(names) if y[k, k % 2] < 0.2]
    if len(missed) > 1:
        return f"✗ It has a {measured}. It misses {' and '.join(missed)}. Serve one feature in full first."
    if missed:
        return f"✗ It has a {measured}. It misses {missed[0]}. Let a neuron of the other feature take it in with a small weight."
    if (model.b >= 0).all():
        return f"✗ It has a {measured}. A shared neuron pushes both outputs. A bias below 0 can delete the wrong answers."
    return f"✗ It has a {measured}. All four sides are answered. Now tune the small input weight of the shared neuron, its output weights and the bias."


@torch.no_grad()
def _loss_of_two(model: AbsoluteModel, sparsity: float) -> Tensor:
    """The expected loss of a network of two features, as a weighted mean over a grid."""
    p = 1 - float(sparsity)
    size = (torch.arange(POINTS, dtype=torch.float32) + 0.5) / POINTS
    value = torch.cat([-size, torch.zeros(1), size])
    chance = torch.cat([torch.full((POINTS,), p / 2 / POINTS), torch.tensor([1 - p])])
    chance = torch.cat([chance, chance[:POINTS]])
    x = torch.cartesian_prod(value, value)
    weight = (chance[:, None] * chance).flatten()
    return (weight * (x.abs() - model(x)).square().mean(dim=-1)).sum()


@exercise
def neurons_needed(answer: Callable | None) -> Verdict:
    """Judge whether answer(q, share) is the least m with 1 - (1 - q^2)^m at least share."""
    inputs = [(q, share) for q in (0.05, 0.1, 0.3) for share in (0.5, 0.9, 0.99)]

    def exact(q, share):
        return math.log(1 - share) / math.log(1 - q * q)

    mistakes = {
        "A neuron hears one feature with probability q, but both with q². Square q.": lambda q, s: (
            math.ceil(math.log(1 - s) / math.log(1 - q))
        ),
        "It rounds down, so too few pairs are covered. Round up.": lambda q, s: math.floor(
            exact(q, s)
        ),
        "It rounds to the nearest. The share must be reached, so round up.": lambda q, s: round(
            exact(q, s)
        ),
        "It is not rounded. A network has a whole number of neurons.": exact,
        "It uses share where 1 - share belongs. The fraction of pairs that no neuron covers is (1 - q^2)^m.": lambda q, s: (
            math.ceil(math.log(s) / math.log(1 - q * q))
        ),
        "It divides share by q². That is right for the mean number of neurons, but some pairs get several and others none.": lambda q, s: (
            math.ceil(s / q**2)
        ),
    }
    return judge(answer, inputs, lambda q, share: math.ceil(exact(q, share)), mistakes)
