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
        "the diagonal is not excluded: a feature does not disturb itself": lambda W: _squares(
            W, diagonal=True
        ),
        "u_i has length 1: divide W_i by its norm": lambda W: _squares(W, unit=False),
        "u_i must be divided by its norm, and the diagonal be excluded": lambda W: _squares(
            W, unit=False, diagonal=True
        ),
        "the square is missing: plus and minus cancel": lambda W: _squares(W, power=1),
        "both directions are scaled to length 1: only u_i is, W_j keeps its length": lambda W: (
            _squares(W / W.norm(dim=0))
        ),
        "the sum runs over the wrong index: over j, for the direction of i": lambda W: (
            lambda G: (G - torch.diag(G.diagonal())).sum(0)
        )(((W / W.norm(dim=0)).T @ W) ** 2),
        "those are the rows: features are the columns of W": lambda W: _squares(W.T),
        "averaged where it should be summed": lambda W: _squares(W) / W.shape[1],
    }
    return judge(answer, _inputs_W(), _squares, mistakes)


@exercise
def dimensionality(answer: Callable | None) -> Verdict:
    """Judge whether answer(W) is |W_i|^2 divided by the sum over all j of (u_i . W_j)^2."""

    def own(W):
        return W.square().sum(0)

    mistakes = {
        "the sum leaves j = i out: here it belongs in": lambda W: own(W) / _squares(W),
        "u_i has length 1: divide W_i by its norm": lambda W: (
            own(W) / _squares(W, unit=False, diagonal=True)
        ),
        "|W_i| must be squared above the line": lambda W: (
            own(W).sqrt() / _squares(W, diagonal=True)
        ),
        "upside down: own part above, shared part below": lambda W: (
            _squares(W, diagonal=True) / own(W)
        ),
        "those are the rows: features are the columns of W": lambda W: (
            own(W.T) / _squares(W.T, diagonal=True)
        ),
    }
    return judge(answer, _inputs_W(), lambda W: own(W) / _squares(W, diagonal=True), mistakes)


@exercise
def by_hand(W, b, sparsity: float = 0.95) -> Verdict:
    """Judge whether a model made by hand, W (2, 5) and b, has under 30 % of the best linear loss.

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
        return "✗ W and b must be numbers"
    if W.shape == (5, 2):
        return "✗ W lies on its side: one column per feature, shape (2, 5)"
    if W.shape != (2, 5) or b.shape not in {(), (5,)}:
        got = f"{tuple(W.shape)} and {tuple(b.shape)}"
        return f"✗ W must be (2, 5) and b one number or (5,), got {got}"
    if not (W.isfinite().all() and b.isfinite().all()):
        return "✗ some numbers are NaN or infinite"
    try:
        features = SparseFeatures(5, sparsity)
        optimum = linear_optimum(2, features)
    except Exception:
        optimum = torch.zeros(())
    if optimum.ndim or optimum == 0 or sparsity > 0.999:  # beyond, no sample has an active feature
        return f"✗ sparsity must be one number, from 0 to 0.999, got {shown(sparsity)}"
    loss = mean_loss(ReLUOutputModel.from_weights(W, b), features) / optimum
    lengths = W.norm(dim=0)
    kept = int((lengths > 0.5).sum())
    measured = f"{loss:.0%} of the best linear model's loss"
    if loss < 0.3:
        return f"✓ {measured}, {kept} features kept in 2 dimensions"
    if kept <= 2:
        return f"✗ {measured}: only {kept} features kept, as a linear one does"
    if kept < 5:
        return f"✗ {measured}: {kept} features kept, there is a place for five"
    if lengths.amin() > 1.5:
        return f"✗ {measured}: the directions are long, so x_hat is too large"
    if (b < -0.5 * lengths.square()).all():  # less than half is left of each feature
        return f"✗ {measured}: the biases are so low that they silence the features themselves"
    if (b >= 0).all():
        return f"✗ {measured}: a bias below 0 would silence the interference"
    if lengths.amax() < 0.9:
        return f"✗ {measured}: the directions are short, so x_hat is too small"
    u = W / lengths
    if (u.T @ u - 2 * torch.eye(5)).amax() < 0.5:  # as in a pentagon, or nearly
        return f"✗ {measured}: the directions are well spread, so try other lengths and biases"
    return f"✗ {measured}: spread the directions, and try other biases"
