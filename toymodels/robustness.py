"""How far a small change of the input can move a model's answer."""

from __future__ import annotations

import torch
from torch import Tensor

from toymodels import _require as require
from toymodels._engine import one_thread
from toymodels.models import TiedAutoencoder, computes_as_tied, identity

ROUNDS = 30  # steps uphill: beyond these the answer moves by less than a thousandth more


@torch.no_grad()
def attack(model: TiedAutoencoder, x: Tensor, size: float) -> Tensor:
    """The nudge, of length at most size, that moves the answer most.

    It looks for the largest |model(x + nudge) - model(x)|, the length over all n outputs. First it
    tries, for each output, the nudge that moves its reading most, and the axes of W^T W, each with
    both signs. From the best of them it climbs. It takes the gradient of the squared move, scales
    it to the allowed length, and repeats this. It returns the nudge with the longest move of all.

    For a linear model the result is exact: the longest move is size times the largest eigenvalue
    of W^T W. With a ReLU at the output, no move can be longer. If no nudge of this length moves
    the answer to a sample, the nudge for it is 0.

    Args:
        model: a tied model without a ReLU in its hidden layer, with or without one at its output,
            for example a trained `ReLUOutputModel`.
        x: (n,) or (batch, n); with copies (batch, n), the same for all, or (copies, batch, n).
        size: the greatest length, above 0, in units of x. Nudges may make x negative.
    Returns:
        The nudge for each sample: the shape of model(x).
    Raises:
        TypeError, ValueError: an argument is unusable.
    Source: Elhage et al. 2022, "Superposition and Adversarial Robustness"; the starts are ours.
    """
    check_attackable(model)
    size = require.positive("size", size)
    answer = model(x)  # (..., batch, n), or (n,)
    G = model.W.mT @ model.W  # (..., n, n)
    readings = torch.atleast_2d(model.encode(x) @ model.W)
    readings = readings + (model.b.unsqueeze(-2) if model.copies else model.b)
    rectified = model.output is torch.relu

    def moved(nudge: Tensor) -> Tensor:
        return model.output(readings + nudge @ G) - torch.atleast_2d(answer)

    def try_out(nudge: Tensor) -> None:
        nonlocal best, farthest
        distance = moved(nudge).norm(dim=-1)
        farther = distance > farthest
        best = torch.where(farther.unsqueeze(-1), nudge, best)
        farthest = torch.where(farther, distance, farthest)

    with one_thread():
        best = torch.zeros_like(readings)
        farthest = readings.new_zeros(readings.shape[:-1])  # (..., batch)
        for start in _starts(model.W).unbind(dim=-2):  # each (..., n)
            for nudge in (size * start, -size * start):
                try_out(nudge.unsqueeze(-2))
        nudge = best
        for _ in range(ROUNDS):
            move = moved(nudge)
            if rectified:  # where an output is closed, it has no slope
                move = move * (readings + nudge @ G > 0)
            nudge = size * torch.nn.functional.normalize(move @ G, dim=-1)
            try_out(nudge)
    return best.view_as(answer)


def _starts(W: Tensor) -> Tensor:
    """Directions of length 1 to begin with, (..., n + m, n): rows of W^T W, and its axes."""
    axes = torch.linalg.eigh(W @ W.mT).eigenvectors  # (..., m, m), one in each column
    return torch.nn.functional.normalize(torch.cat([W.mT @ W, axes.mT @ W], dim=-2), dim=-1)


def check_attackable(model) -> None:
    """Raise unless its readings are linear in x and its output function is a ReLU or none."""
    require.module(model)
    tied = computes_as_tied(model) and model.hidden is identity
    if not tied or model.output not in (identity, torch.relu):
        wanted = "model must be tied, without a ReLU in its hidden layer, as ReLUOutputModel is"
        raise TypeError(f"{wanted}, got {type(model).__name__}")
