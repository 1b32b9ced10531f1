"""Checks of chapter 4: interference, dimensionality, a model made by hand. Inputs: W (m, n)."""

from __future__ import annotations

from collections.abc import Callable

import torch

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers, shown
from toymodels.data import SparseFeatures
from toymodels.metrics import mean_loss
from toymodels.models import ReLUOutputModel
from toymodels.theory import linear_optimum


def _squares(W, unit=True, diagonal=False, power=2):
    U = W / W.norm(dim=0) if unit else W
    G = (U.T @ W) ** power  # (i, j): what j writes on i's direction
    return (G if diagonal else G - torch.diag(G.diagonal())).sum(-1)


def _inputs_W():
    rng = torch.Generator().manual_seed(0)
    return [(torch.randn(m, n, generator=rng),) for n, m in ((5, 2), (7, 3), (4, 4))]


@exercise
def interference(answer: Callable | None) -> Verdict:
    """Judge whether answer(W) is each feature's sum over j != i of (u_i . W_j)^2."""
    mistakes = {
        "The sum includes j = i. Leave it out, because a feature does not disturb itself.": lambda W: (
            _squares(W, diagonal=True)
        ),
        "W_i keeps its own length. Divide it by its norm to get u_i.": lambda W: _squares(
            W, unit=False
        ),
        "W_i keeps its own length, and the sum includes j = i. Divide W_i by its norm, "
        "and leave j = i out.": lambda W: _squares(W, unit=False, diagonal=True),
        "The dot products are not squared, so plus and minus cancel. Square them.": lambda W: (
            _squares(W, power=1)
        ),
        "Both directions are scaled to length 1. Scale only W_i, and let W_j keep its length.": (
            lambda W: _squares(W / W.norm(dim=0))
        ),
        "The sum runs over the wrong index. For each direction i, sum over j.": lambda W: (
            lambda G: (G - torch.diag(G.diagonal())).sum(0)
        )(((W / W.norm(dim=0)).T @ W) ** 2),
        "It measures the rows of W. Features are its columns.": lambda W: _squares(W.T),
        "It averages over the features. Add them up instead.": lambda W: _squares(W) / W.shape[1],
    }
    return judge(answer, _inputs_W(), _squares, mistakes)


@exercise
def dimensionality(answer: Callable | None) -> Verdict:
    """Judge whether answer(W) is |W_i|^2 divided by the sum over all j of (u_i . W_j)^2."""

    def own(W):
        return W.square().sum(0)

    mistakes = {
        "The sum leaves out j = i. Here it belongs in the sum.": lambda W: own(W) / _squares(W),
        "W_i keeps its own length in the denominator. Divide it by its norm to get u_i.": lambda W: (
            own(W) / _squares(W, unit=False, diagonal=True)
        ),
        "The length in the numerator is not squared. Square it.": lambda W: (
            own(W).sqrt() / _squares(W, diagonal=True)
        ),
        "The fraction is upside down. Put the feature's own part on top.": lambda W: (
            _squares(W, diagonal=True) / own(W)
        ),
        "It measures the rows of W. Features are its columns.": lambda W: (
            own(W.T) / _squares(W.T, diagonal=True)
        ),
    }
    return judge(answer, _inputs_W(), lambda W: own(W) / _squares(W, diagonal=True), mistakes)


@exercise
def by_hand(W, b, sparsity: float = 0.95) -> Verdict:
    """Judge whether a model made by hand, W (2, 5) and b, has under 30% of the best linear loss.

    It is a ReLU-output model of five equally important features in two dimensions. b is one
    number for all features, or (5,).
    """
    return Verdict(_by_hand(W, b, sparsity))


def _by_hand(W, b, sparsity) -> str:
    if W is None or b is None:
        return BLANK
    try:
        W, b = (torch.from_numpy(numbers(value)).float() for value in (W, b))
    except Exception:
        return "✗ W and b must be numbers."
    if W.shape == (5, 2):
        return "✗ W lies on its side. Give each feature a column, so that W has shape (2, 5)."
    if W.shape != (2, 5) or b.shape not in {(), (5,)}:
        got = f"{tuple(W.shape)} and {tuple(b.shape)}"
        return (
            f"✗ W must have shape (2, 5), and b must be one number or have shape (5,), got {got}."
        )
    if not (W.isfinite().all() and b.isfinite().all()):
        return "✗ Some numbers are NaN or infinite. Use finite numbers only."
    try:
        features = SparseFeatures(5, sparsity)
        optimum = linear_optimum(2, features)
    except Exception:
        optimum = torch.zeros(())
    if optimum.ndim or optimum == 0 or sparsity > 0.999:  # beyond, no sample has an active feature
        return f"✗ sparsity must be one number from 0 to 0.999, got {shown(sparsity)}."
    loss = mean_loss(ReLUOutputModel.from_weights(W, b), features) / optimum
    lengths = W.norm(dim=0)
    kept = int((lengths > 0.5).sum())
    measured = f"The loss is {loss:.0%} of the best linear loss"
    if loss < 0.3:
        return f"✓ Right. {measured}, with {kept} features kept in 2 dimensions."
    if kept <= 2:
        return f"✗ {measured}. It keeps only {kept} of the 5 features, as a linear model would. Lengthen the other arrows."
    if kept < 5:
        return f"✗ {measured}. It keeps {kept} features, but there is room for five."
    if lengths.amin() > 1.5:
        return f"✗ {measured}. The arrows are long, so x_hat is too large. Shorten them."
    if (b < -0.5 * lengths.square()).all():  # less than half is left of each feature
        return f"✗ {measured}. The biases are so low that they silence the features themselves. Raise them."
    if (b >= 0).all():
        return f"✗ {measured}. The shadows come through. Try a bias below 0."
    if lengths.amax() < 0.9:
        return f"✗ {measured}. The arrows are short, so x_hat is too small. Lengthen them."
    u = W / lengths
    if (u.T @ u - 2 * torch.eye(5)).amax() < 0.5:  # as in a pentagon, or nearly
        return f"✗ {measured}. The arrows are well spread. Try other lengths and biases."
    return f"✗ {measured}. Some arrows are close together. Spread them, and try other biases."
