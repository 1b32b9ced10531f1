"""Checks of chapter 7: recall of directions, two features with a bond."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from toymodels.exercises.judge import judge, results_of, say
from toymodels.recovery import ALIKE, match_directions

SAMPLES = 200_000
BONDS = ((0.8, 0.5), (0.6, 0.9), (0.7, 0.0), (0.5, 1.0))  # (S, c)
TOLERANCE = 0.01  # of a share or a mean: five standard deviations and more


def _cosines(found: Tensor, true: Tensor) -> Tensor:
    return nn.functional.normalize(true, dim=-1) @ nn.functional.normalize(found, dim=-1).T


def _dearest(found: Tensor, true: Tensor) -> float:
    """The share of pairs that are alike in the pairing with the smallest sum of cosines."""
    cosines = _cosines(found, true)
    return (cosines[linear_sum_assignment(cosines)] >= ALIKE).sum() / len(true)


def check_recall(answer: Callable | None) -> None:
    """Print whether answer(found, true) is the share of true directions with a partner of cosine
    0.95 or more, no row of found being the partner of two."""
    rng = torch.Generator().manual_seed(0)
    inputs = []
    for k, r, m in ((12, 8, 3), (5, 9, 3), (10, 10, 4)):
        true = torch.randn(r, m, generator=rng)
        found = true[torch.arange(k) % (r - 2)] + 0.08 * torch.randn(k, m, generator=rng)
        found[-1] = -true[-1]  # opposite is not alike
        true[1] = true[0] * 1.5  # two true ones in one direction: a find serves one of them
        inputs.append((3 * found, true))

    def right(found, true):
        return (match_directions(found, true)[0] >= ALIKE).double().mean()

    mistakes = {
        "one find serves several true directions: pair each with one only": lambda f, t: (
            (_cosines(f, t).amax(dim=1) >= ALIKE).double().mean()
        ),
        "that is precision: divide by the number of true directions": lambda f, t: (
            right(f, t) * len(t) / len(f)
        ),
        "lengths must not count: scale both to length 1": lambda f, t: (
            ((t @ f.T).amax(dim=1) >= ALIKE).double().mean()
        ),
        "opposite directions are not alike: no absolute value": lambda f, t: (
            (_cosines(f, t).abs().amax(dim=1) >= ALIKE).double().mean()
        ),
        "a count, where a share is wanted": lambda f, t: right(f, t) * len(t),
        "the pairing is the dearest: give SciPy minus the cosines": lambda f, t: _dearest(f, t),
    }
    say(judge(answer, inputs, right, mistakes))


def check_bonded(answer: Callable | None) -> None:
    """Print whether answer(samples, S, c, rng) draws two features with a bond c, (samples, 2)."""
    say(_bonded(answer))


def _bonded(answer) -> str:
    inputs = [(SAMPLES, S, c, np.random.default_rng(0)) for S, c in BONDS]
    drawn = results_of(answer, inputs)
    if isinstance(drawn, str):
        return drawn
    for x, (S, c) in zip(drawn, BONDS, strict=True):
        if x.shape != (SAMPLES, 2):
            return f"✗ the result should have shape (samples, 2), got {x.shape}"
        fault = _fault(x, S, c)
        if fault:
            return f"✗ {fault}, at S = {S}, c = {c}"
    return "✓ right at every bond tried"


def _fault(x: np.ndarray, S: float, c: float) -> str:
    """What is wrong with samples of two features with bond c; nothing if they are right."""
    p = 1 - S
    there = x > 0
    if not ((x >= 0) & (x <= 1)).all():
        return "values must lie in [0, 1)"
    if (abs(there.mean(axis=0) - S) < TOLERANCE).all() and abs(p - S) > 0.1:
        return "features are there with probability S: S is the probability of a zero"
    if (abs(there.mean(axis=0) - p) > TOLERANCE).any():
        return f"each feature should be there in {p:.0%} of the samples, got {there.mean():.0%}"
    both = (there[:, 0] & there[:, 1]).mean()
    wanted = c * p + (1 - c) * p**2
    if abs(both - wanted) > TOLERANCE:
        if abs(both - p**2) < TOLERANCE:
            return "the features are independent: where is the bond?"
        if abs(both - p) < TOLERANCE:
            return "the features always come together: the bond holds with probability c only"
        return f"both should be there in {wanted:.1%} of the samples, got {both:.1%}"
    values = x[there]
    if abs(values.mean() - 0.5) > TOLERANCE:
        return f"a feature that is there should be uniform, mean 0.5, got {values.mean():.2f}"
    together = x[there[:, 0] & there[:, 1]]
    if abs(np.corrcoef(together.T)[0, 1]) > 0.05:
        return "how large they are should depend on nothing: draw two values"
    return ""
