"""Checks of chapter 10: vulnerability, a nudge through shadows, the shortest nudge that opens."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers

LONGEST = 0.3  # of a nudge through shadows
BACK = 0.2  # what feature 0 has to come back as; the best nudge of that length brings 0.236
LENGTH, BIAS = 1.15, -0.25  # of the pentagon's arrows and outputs, rounded as chapter 5 prints them


def _eigenvalues(W: Tensor) -> Tensor:
    """Of W^T W, rising: (..., n)."""
    return torch.linalg.eigvalsh(W.mT @ W)


@exercise
def vulnerability(answer: Callable | None) -> Verdict:
    """Judge whether answer(W) is each model's largest eigenvalue of W^T W, for W (..., m, n)."""
    rng = torch.Generator().manual_seed(0)
    inputs = [(torch.randn(*shape, generator=rng),) for shape in ((2, 5), (4, 3, 7), (3, 3, 4))]
    mistakes = {
        "That is the largest singular value of W. Its square is the largest eigenvalue.": lambda W: (
            _eigenvalues(W)[..., -1].clamp_min(0).sqrt()
        ),
        "That is the sum of all eigenvalues. Take the largest alone.": lambda W: W.square().sum(
            dim=(-2, -1)
        ),
        "That is the smallest eigenvalue. Take the largest.": lambda W: _eigenvalues(W)[..., 0],
        "That is the smallest eigenvalue of W W^T. Take the largest.": lambda W: (
            torch.linalg.eigvalsh(W @ W.mT)[..., 0]
        ),
        "It returns all eigenvalues. Take the largest of each model.": _eigenvalues,
        "It returns all eigenvalues of W W^T. Take the largest of each model.": lambda W: (
            torch.linalg.eigvalsh(W @ W.mT)
        ),
        "That is the largest squared length of an arrow. A nudge can move all features at once.": lambda W: (
            W.square().sum(dim=-2).amax(dim=-1)
        ),
        "That is the largest entry of W^T W. A nudge can move all features at once.": lambda W: (
            (W.mT @ W).abs().amax(dim=(-2, -1))
        ),
        "It returns one number for all models. Return one number for each.": lambda W: _eigenvalues(
            W
        ).max(),
    }
    return judge(answer, inputs, lambda W: _eigenvalues(W)[..., -1], mistakes)


def pentagon() -> Tensor:
    """Five evenly spread arrows, (2, 5); arrow 0 points to the right."""
    angle = torch.arange(5, dtype=torch.float64) * 2 * torch.pi / 5
    return LENGTH * torch.stack([angle.cos(), angle.sin()])


@exercise
def through_shadows(nudge) -> Verdict:
    """Judge whether a nudge (5,) of an empty sample brings feature 0 back through shadows alone.

    It leaves feature 0 as it is, and its length is at most 0.3. The pentagon has arrows of length
    1.15 and biases of -0.25, and its output 0 must give at least 0.2.
    """
    return Verdict(_through_shadows(nudge))


def _through_shadows(nudge) -> str:
    if nudge is None:
        return BLANK
    try:
        nudge = torch.from_numpy(numbers(nudge))
    except Exception:
        return "✗ The nudge must hold numbers."
    if nudge.shape != (5,):
        return f"✗ The nudge must have shape (5,), one number for each feature, got {tuple(nudge.shape)}."
    if not nudge.isfinite().all():
        return "✗ Some numbers are NaN or infinite."
    if nudge[0].abs() > 1e-6:
        return "✗ It changes feature 0 itself. Leave feature 0 at 0, and use the others' shadows."
    length = nudge.norm().item()
    W = pentagon()
    shadows = W[:, 0] @ W  # on feature 0, of each feature at 1
    back = max(0.0, (shadows @ nudge).item() + BIAS)
    if length > LONGEST + 1e-3:
        return f"✗ Its length is {length:.2f}, and at most {LONGEST} is allowed. Multiply it by {LONGEST} / {length:.2f}."
    came = f"Feature 0 comes back as {back:.3f}"
    if back >= BACK:
        return f"✓ {came}, though nobody touched it. The most that a nudge of this length can reach is 0.236."
    if not length:
        return "✗ The nudge is 0. Push the features that cast shadows on feature 0."
    against = nudge * shadows < 0
    if against[1:].any():
        wrong = int(against[1:].nonzero()[0]) + 1
        sign = "above" if shadows[wrong] > 0 else "below"
        return f"✗ {came}. The shadow of feature {wrong} pushes the wrong way. Move feature {wrong} {sign} zero."
    if (nudge[2:4] == 0).any() or (nudge[[1, 4]] == 0).any():
        return f"✗ {came}. It uses the shadows of some features only. Push all four, including those with negative shadows."
    if length < LONGEST - 1e-3:
        return f"✗ {came}. Its length is {length:.2f}, and {LONGEST} is allowed. Make it longer."
    return f"✗ {came}. Push each feature in proportion to its shadow on feature 0."


@exercise
def shortest_nudge(answer: Callable | None) -> Verdict:
    """Judge whether answer(W, b) is the length of the shortest nudge that opens an output.

    The sample is empty and all biases are negative. Output i opens when the length exceeds |b_i|
    over the length of row i of W^T W.
    """
    rng = torch.Generator().manual_seed(1)
    inputs = []
    for m, n in ((2, 5), (3, 8), (1, 2)):
        W = torch.randn(m, n, generator=rng)
        inputs.append((W, -0.1 - 0.4 * torch.rand(n, generator=rng)))

    def rows(W):
        return (W.T @ W).norm(dim=-1)

    mistakes = {
        "It is negative, but a length is positive. Use the negative of the biases.": lambda W, b: (
            b / rows(W)
        ).max(),
        "It returns the largest of these lengths. The first output opens at the smallest.": lambda W, b: (
            (-b / rows(W)).max()
        ),
        "It returns one length for each output. Return the smallest of them.": lambda W, b: (
            -b / rows(W)
        ),
        "It divides by |W_i|^2, so it nudges feature i alone. Divide by the length of row i of W^T W.": lambda W, b: (
            (-b / W.square().sum(dim=0)).min()
        ),
        "It divides by |W_i|. Divide by the length of row i of W^T W.": lambda W, b: (
            -b / W.norm(dim=0)
        ).min(),
        "It takes the smallest bias and the longest row separately. Divide first, and then take the minimum.": lambda W, b: (
            -b.max() / rows(W).max()
        ),
        "It divides by the sum of row i. Use the row's length, the root of the sum of squares.": lambda W, b: (
            (-b / (W.T @ W).sum(dim=-1)).min()
        ),
        "It divides by the largest eigenvalue. Each output has its own row of W^T W.": lambda W, b: (
            -b.max() / _eigenvalues(W)[-1]
        ),
        "The fraction is upside down. Put the bias on top.": lambda W, b: (rows(W) / -b).min(),
    }
    return judge(answer, inputs, lambda W, b: (-b / rows(W)).min(), mistakes)
