"""Checks of chapter 8: what a linear model carries, one shadow deleted, a wheel made by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers
from toymodels.grouped import Months

SAMPLES = 50_000
ENOUGH = 0.3  # of the variance; training reaches 0.28, and 4/13 = 0.31 takes the active months only
NEAR = 0.9  # of the least cosine of neighbours on a wheel: they are side by side


def _covariances() -> list[tuple[Tensor, int]]:
    rng = torch.Generator().manual_seed(0)
    inputs = []
    for n, m, scale in ((5, 2, 1.0), (7, 3, 0.2), (4, 1, 3.0)):
        mixed = torch.randn(n, 2 * n, generator=rng)
        mixed = mixed / mixed.norm(dim=1, keepdim=True)  # equal variances
        inputs.append((scale * mixed @ mixed.T, m))
    return inputs


@exercise
def worth(answer: Callable | None) -> Verdict:
    """Judge whether answer(C, m) is the features' worth of the best linear model.

    It is n times the share of the m largest eigenvalues. C is (n, n), and all features have equal
    variance.
    """

    def eigenvalues(C):
        return torch.linalg.eigvalsh(C)

    def right(C, m):
        return len(C) * eigenvalues(C)[-m:].sum() / eigenvalues(C).sum()

    mistakes = {
        "It adds up the smallest eigenvalues. They come first, and the largest come last.": lambda C, m: (
            len(C) * eigenvalues(C)[:m].sum() / eigenvalues(C).sum()
        ),
        "It returns the fraction of the variance. Multiply it by n.": lambda C, m: (
            right(C, m) / len(C)
        ),
        "It returns a variance. Divide it by the sum of all eigenvalues, and multiply by n.": lambda C, m: (
            eigenvalues(C)[-m:].sum()
        ),
        "It multiplies by m. Multiply the fraction by n, the number of features.": lambda C, m: (
            m * right(C, m) / len(C)
        ),
        "It returns m, which is right for independent features only. Use the eigenvalues of C.": lambda C, m: (
            torch.tensor(float(m))
        ),
        "It counts what is lost. Subtract it from n.": lambda C, m: len(C) - right(C, m),
        "It uses only the largest eigenvalue. Add up the m largest.": lambda C, m: right(C, 1),
    }
    return judge(answer, _covariances(), right, mistakes)


def _models() -> list[tuple[Tensor, Tensor, Tensor, int, int]]:
    """Models of a size at which every mistake changes the result by more than rounding."""
    rng = torch.Generator().manual_seed(0)
    inputs = []
    for n, m, i, j in ((4, 2, 0, 2), (5, 3, 4, 1), (3, 2, 1, 0)):
        W = 1.5 * torch.randn(m, n, generator=rng)
        b = 0.5 * torch.randn(n, generator=rng)
        x = torch.rand(60, n, generator=rng) * (torch.rand(60, n, generator=rng) < 0.7)
        inputs.append((W, b, x, i, j))
    return inputs


def _change(W, b, x, removed: Tensor, answer=torch.relu) -> Tensor:
    """Change of the mean loss if `removed`, (batch, n), is subtracted from the readings."""
    reading = x @ (W.T @ W) + b
    before, after = ((x - answer(r)).square().mean() for r in (reading, reading - removed))
    return after - before


def _shadow(W, x, i: int, j: int, both: bool = False) -> Tensor:
    """What feature j casts on feature i, (batch, n)."""
    G = W.T @ W
    removed = torch.zeros_like(x)
    removed[:, i] = G[i, j] * x[:, j]
    if both:
        removed[:, j] = G[j, i] * x[:, i]
    return removed


@exercise
def deletion(answer: Callable | None) -> Verdict:
    """Judge whether answer(W, b, x, i, j) is the change of the loss if a shadow is deleted.

    The shadow is that of feature j on feature i. The model is ReLU-output, and the loss is the mean
    of all squared errors.
    """

    def right(W, b, x, i, j):
        return _change(W, b, x, _shadow(W, x, i, j))

    def without_own(W, b, x, i, j):
        return _change(W, b, x, _shadow(W, x, i, i))

    mistakes = {
        "Its sign is wrong. Subtract the loss before from the loss after.": lambda *a: -right(*a),
        "It deletes the shadow of i on j. Subtract the shadow of feature j from reading i.": lambda W, b, x, i, j: (
            right(W, b, x, j, i)
        ),
        "It deletes both shadows, that of j on i and that of i on j. Delete only the first.": lambda W, b, x, i, j: (
            _change(W, b, x, _shadow(W, x, i, j, both=True))
        ),
        "It deletes the own part of feature i. Delete the shadow of j instead.": without_own,
        "It forgets the ReLU. Apply it to the readings with their bias.": lambda W, b, x, i, j: (
            _change(W, b, x, _shadow(W, x, i, j), answer=lambda r: r)
        ),
        "It forgets the bias. Add b to the readings.": lambda W, b, x, i, j: right(
            W, 0 * b, x, i, j
        ),
        "It subtracts the whole entry of W.T @ W in every sample. Multiply it by x of feature j.": lambda W, b, x, i, j: (
            _change(W, b, x, _shadow(W, torch.ones_like(x), i, j))
        ),
        "It returns the loss without the shadow. Subtract the loss with it.": lambda W, b, x, i, j: (
            (x - torch.relu(x @ (W.T @ W) + b - _shadow(W, x, i, j))).square().mean()
        ),
        "It averages over the samples only. Average over the features, too.": lambda W, b, x, i, j: (
            len(b) * right(W, b, x, i, j)
        ),
        "It adds up the samples. Take the mean over samples and features.": lambda W, b, x, i, j: (
            x.numel() * right(W, b, x, i, j)
        ),
        "It divides by the loss. Return the difference itself.": lambda W, b, x, i, j: (
            right(W, b, x, i, j) / (x - torch.relu(x @ (W.T @ W) + b)).square().mean()
        ),
        "It removes feature j from the sample, and so all its shadows. Delete only the one on feature i.": lambda W, b, x, i, j: (
            _change(W, b, x, x[:, [j]] * (W.T @ W)[j])
        ),
    }
    return judge(answer, _models(), right, mistakes)


@exercise
def wheel(W, b) -> Verdict:
    """Judge whether a model made by hand leaves at most 30% of the months' variance unexplained.

    It is a ReLU-output model of twelve months at c = 1. W is (2, 12), and b is one number for all
    months, or (12,).
    """
    return Verdict(_wheel(W, b))


def _wheel(W, b) -> str:
    if W is None or b is None:
        return BLANK
    try:
        W, b = (torch.from_numpy(numbers(value)).float() for value in (W, b))
    except Exception:
        return "✗ W and b must consist of numbers."
    if W.shape == (12, 2):
        return "✗ W lies on its side. Give each month a column, so that W has shape (2, 12)."
    if W.shape != (2, 12) or b.shape not in {(), (12,)}:
        got = f"{tuple(W.shape)} and {tuple(b.shape)}"
        return (
            f"✗ W must have shape (2, 12), and b must be one number or have shape (12,), got {got}."
        )
    if not (W.isfinite().all() and b.isfinite().all()):
        return "✗ Some numbers are NaN or infinite."
    data = Months(1.0)
    x = data.sample(SAMPLES, np.random.default_rng(0))
    back = torch.relu(x @ W.T @ W + b)
    left = ((x - back).square().mean() / data.variance).item()
    measured = (
        f"{left:.1%} of the variance is unexplained" if left < 10 else "The error is very large"
    )
    if left <= ENOUGH:
        return f"✓ {measured}. Training reaches 28%."
    lengths = W.norm(dim=0)
    if lengths.amin() < 0.1:
        return f"✗ {measured}. Month {int(lengths.argmin())} has hardly any arrow. Give all arrows the same length."
    u = W / lengths
    neighbours = (u * u.roll(-1, dims=1)).sum(dim=0)  # cosines
    if neighbours.amin() > 0.99:
        return f"✗ {measured}. All arrows point the same way. Spread them around the circle."
    if neighbours.amin() < NEAR * np.cos(np.pi / 6):
        k = int(neighbours.argmin())
        return f"✗ {measured}. Months {k} and {(k + 1) % 12} are far apart. Put neighbours side by side, and month 11 beside month 0."
    if (b >= 0).all():
        return f"✗ {measured}. Readings of absent months come through. Try a bias below 0."
    if (back == 0).all():
        return f"✗ {measured}. All answers are 0. Raise the bias, or lengthen the arrows."
    answers = back[x > 0].mean().item()
    if answers > 0.55:  # active months have the mean 1/2
        return f"✗ {measured}. Active months come back too large, as {answers:.2f} on average instead of 0.5. Shorten the arrows, or lower the bias."
    if answers < 0.4:
        return f"✗ {measured}. Active months come back too small, as {answers:.2f} on average instead of 0.5. Lengthen the arrows, or raise the bias."
    return f"✗ {measured}. The order is right. Try other lengths and biases."
