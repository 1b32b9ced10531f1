"""Checks of chapter 5: eight arrows in space, dimensions per feature."""

from __future__ import annotations

from collections.abc import Callable

import torch

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers

CUBE = 1 / 3  # largest cosine between a cube's corners
ENOUGH = 0.27  # of eight arrows in space: the best possible is 0.261, the square antiprism


@exercise
def eight_arrows(W) -> Verdict:
    """Judge whether W (3, 8) holds eight arrows of length 1 whose largest cosine is below 0.27.

    Source: the best possible is Schuette and van der Waerden's square antiprism (1951), 74.86
    degrees between nearest neighbours.
    """
    return Verdict(_eight_arrows(W))


def _eight_arrows(W) -> str:
    if W is None:
        return BLANK
    try:
        W = torch.from_numpy(numbers(W))
    except Exception:
        return "✗ W must be numbers."
    if W.shape == (8, 3):
        return "✗ W has one row for each arrow. Give it one column for each, so that it has shape (3, 8)."
    if W.shape != (3, 8):
        return f"✗ W must have shape (3, 8), got {tuple(W.shape)}."
    if not W.isfinite().all():
        return "✗ Some numbers are NaN or infinite. Use finite numbers only."
    lengths = W.norm(dim=0)
    if (lengths - 1).abs().max() > 1e-3:
        return f"✗ Each arrow must have length 1, got lengths from {lengths.min():.2f} to {lengths.max():.2f}."
    cosines = (W.T @ W)[torch.triu(torch.ones(8, 8), diagonal=1) > 0]  # of the 28 pairs
    largest = cosines.max().item()
    measured = f"The largest cosine is {largest:.3f}"
    if largest < ENOUGH:
        return f"✓ {measured}. The smallest possible value is 0.261."
    if abs(largest - 1) < 1e-3:
        return f"✗ {measured}, because two arrows are the same. Move one of them."
    if abs(largest - CUBE) < 1e-3:
        opposite = int((cosines < -0.999).sum())
        if opposite == 4:
            return f"✗ {measured}, because these are the corners of a cube. Turn its upper square by 45 degrees."
        beyond = cosines[cosines < CUBE - 1e-3].max()  # between two squares that are turned by 45
        if abs(beyond - ((1 - CUBE) * 0.5**0.5 - CUBE)) < 1e-3:
            return f"✗ {measured}. Move the two squares closer together, and make them larger."
    return f"✗ {measured}. Some neighbours are still too close to each other. Move them apart."


@exercise
def dimensions_per_feature(answer: Callable | None) -> Verdict:
    """Judge whether answer(W) is m / |W|_F^2, one number for each model of W (..., m, n)."""
    rng = torch.Generator().manual_seed(0)
    inputs = [(torch.randn(*shape, generator=rng),) for shape in ((2, 5), (4, 3, 7), (3, 3, 4))]

    def right(W):
        return W.shape[-2] / W.square().sum(dim=(-2, -1))

    mistakes = {
        "It uses n in place of m. The hidden dimensions are the rows of W.": lambda W: (
            W.shape[-1] / W.square().sum(dim=(-2, -1))
        ),
        "The fraction is upside down. Put m on top.": lambda W: 1 / right(W),
        "It divides by the square root of the sum. Divide by the sum of all squared entries itself.": lambda W: (
            W.shape[-2] / W.square().sum(dim=(-2, -1)).sqrt()
        ),
        "It adds up all models. Return one number for each model.": lambda W: (
            W.shape[-2] / W.square().sum()
        ),
        "It uses W.shape[0], which is m for a single model only. Use the second axis from the end.": lambda W: (
            W.shape[0] / W.square().sum(dim=(-2, -1))
        ),
        "It sums over the hidden dimensions alone. Sum over the features as well.": lambda W: (
            W.shape[-2] / W.square().sum(dim=-2)
        ),
    }
    return judge(answer, inputs, right, mistakes)
