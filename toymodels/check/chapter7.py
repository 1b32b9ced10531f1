"""Checks of chapter 7: recall of directions, two features with a bond."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from toymodels.check.draws import coarse, fixed, in_sequence, not_uniform, related, repeats
from toymodels.check.verdict import Verdict, exercise, judge, packed, run
from toymodels.recovery import ALIKE, match_directions

SAMPLES = 64_000
BONDS = ((0.8, 0.5), (0.6, 0.9), (0.7, 0.0), (0.5, 1.0))  # (S, c)
TOLERANCE = 0.01  # of a fraction or a mean: five standard deviations or more


def _cosines(found: Tensor, true: Tensor) -> Tensor:
    return nn.functional.normalize(true, dim=-1) @ nn.functional.normalize(found, dim=-1).T


def _dearest(found: Tensor, true: Tensor) -> float:
    """The fraction of pairs that are alike in the pairing with the smallest sum of cosines."""
    from scipy.optimize import linear_sum_assignment  # here: it takes 0.4 s to import

    cosines = _cosines(found, true)
    return (cosines[linear_sum_assignment(cosines)] >= ALIKE).sum() / len(true)


def _greedy(found: Tensor, true: Tensor) -> float:
    """The fraction of true directions with a partner, if the nearest pair is always taken first."""
    cosines = _cosines(found, true)
    alike = 0
    while cosines.numel() and cosines.amax() >= ALIKE:
        row, column = divmod(int(cosines.argmax()), cosines.shape[1])
        cosines[row] = cosines[:, column] = -1
        alike += 1
    return alike / len(true)


def _directions(*angles: float) -> Tensor:
    """(angles, 2), arrows in a plane, 2 long."""
    angles = torch.tensor(angles)
    return 2 * torch.stack([angles.cos(), angles.sin()], dim=-1)


@exercise
def recall(answer: Callable | None) -> Verdict:
    """Judge whether answer(found, true) is the fraction of true directions that were found.

    A direction is found if it has a partner of cosine 0.95 or more among the rows of found. No row
    may be the partner of two.
    """
    rng = torch.Generator().manual_seed(0)
    inputs = []
    for k, r, m in ((12, 8, 3), (5, 9, 3), (10, 10, 4)):
        true = torch.randn(r, m, generator=rng)
        found = true[torch.arange(k) % (r - 2)] + 0.08 * torch.randn(k, m, generator=rng)
        found[-1] = -true[-1]  # opposite is not alike
        true[1] = true[0] * 1.5  # two true ones in one direction: a find serves one of them
        inputs.append((3 * found[torch.randperm(k, generator=rng)], true))

    # Cosines of 0.955 and 0.945; and a plane where pairing the nearest first costs a partner
    turned = torch.tensor([0.955, 0.945]).arccos()
    inputs.append((_directions(*turned + torch.tensor([0.0, 2.0])), _directions(0.0, 2.0)))
    inputs.append((_directions(0.26, 0.58), _directions(0.0, 0.28)))

    def right(found, true):
        return (match_directions(found, true)[0] >= ALIKE).double().mean()

    mistakes = {
        "It takes row i of found as the partner of row i. Try every pairing.": lambda f, t: (
            (_cosines(f, t).diagonal() >= ALIKE).sum() / len(t)
        ),
        "One direction found serves several true directions. Pair each with one only.": lambda f, t: (
            (_cosines(f, t).amax(dim=1) >= ALIKE).double().mean()
        ),
        "It divides by len(found), which gives precision. Divide by len(true).": lambda f, t: (
            right(f, t) * len(t) / len(f)
        ),
        "It depends on the lengths of the rows. Scale the rows of both tensors to length 1.": lambda f, t: (
            ((t @ f.T).amax(dim=1) >= ALIKE).double().mean()
        ),
        "It counts opposite directions as alike. Take no absolute value.": lambda f, t: (
            (_cosines(f, t).abs().amax(dim=1) >= ALIKE).double().mean()
        ),
        "It pairs the nearest two first. Find the pairing with the largest sum of cosines.": _greedy,
        "It returns a count. Divide it by the number of true directions.": lambda f, t: (
            right(f, t) * len(t)
        ),
        "Its pairing has the smallest sum of cosines. Pass minus the cosines to SciPy.": lambda f, t: (
            _dearest(f, t)
        ),
    }
    return judge(answer, inputs, right, mistakes)


@exercise
def bonded(answer: Callable | None) -> Verdict:
    """Judge whether answer(samples, S, c, rng) draws two features with a bond c, (samples, 2).

    All its random numbers must come from rng.
    """
    return Verdict(_bonded(answer))


def _bonded(answer) -> str:
    # The same rng twice, and another one; no seed that a student may have fixed
    tried = run(answer, [(1000, 0.5, 0.5, np.random.default_rng(seed)) for seed in (20, 20, 21)])
    if isinstance(tried, str):
        return tried
    (result, first), (_, again), (_, other) = tried
    if first.shape != (1000, 2):
        shape = f"The result should have shape (samples, 2), got {first.shape} for 1000 samples."
        return f"✗ {packed(result) or shape}"
    if not np.array_equal(first, again):
        return "✗ Two calls with the same rng give different numbers. Draw everything from rng."
    drawn = run(
        answer,
        [(SAMPLES + k, S, c, np.random.default_rng(30 + k)) for k, (S, c) in enumerate(BONDS)],
    )
    if isinstance(drawn, str):
        return drawn
    for k, ((_, x), (S, c)) in enumerate(zip(drawn, BONDS, strict=True)):
        if x.shape != (SAMPLES + k, 2):
            return f"✗ The result should have shape (samples, 2), got {x.shape} for {SAMPLES + k} samples."
        fault = _fault(x, S, c)
        if fault:
            return f"✗ {fault} (S = {S}, c = {c})"
    if what := fixed(first, other):
        return f"✗ Another rng gives the same {what}. Draw everything from rng."
    return "✓ Right at every bond that we tried."


def _fault(x: np.ndarray, S: float, c: float) -> str:
    """What is wrong with samples of two features with bond c, or "" if they are right."""
    p = 1 - S
    there = x > 0
    if not ((x >= 0) & (x <= 1)).all():
        return "Some values lie outside [0, 1). Draw them uniformly on [0, 1)."
    if (abs(there.mean(axis=0) - S) < TOLERANCE).all() and abs(p - S) > 0.1:
        return "Features are active with probability S, but S is the probability of a zero."
    if (abs(there.mean(axis=0) - p) > TOLERANCE).any():
        return f"Each feature should be active in {p:.0%} of the samples, got {there.mean():.0%}."
    both = (there[:, 0] & there[:, 1]).mean()
    wanted = c * p + (1 - c) * p**2
    if abs(both - wanted) > TOLERANCE:
        if abs(both - p**2) < TOLERANCE:
            return "The two features are independent. Apply the bond."
        if abs(both - p) < TOLERANCE:
            return (
                "The features always come together. The bond should hold only with probability c."
            )
        return f"Both should be active in {wanted:.1%} of the samples, got {both:.1%}."
    values = x[there]
    if said := coarse(values):
        return said
    if repeats(x):
        return "Values repeat. Each feature of each sample needs random numbers of its own."
    if in_sequence(x):
        return "Samples depend on the ones before them. Draw each sample independently."
    if said := not_uniform(values):
        return said
    together = x[there.all(axis=1)]
    alone = [x[there[:, i] & ~there[:, 1 - i], i] for i in (0, 1)]
    if related(*together.T) or any(
        not_uniform(some) for some in (*together.T, *alone) if len(some)
    ):
        return "The values depend on something. Draw two independent values for each sample."
    return ""
