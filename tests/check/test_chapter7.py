"""The checks of chapter 7 on right answers and each wrong one."""

import functools

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

import toymodels as tm

from .saying import assert_says


def cosines(found, true):
    return torch.nn.functional.cosine_similarity(true[:, None], found[None], dim=-1)


def paired(found, true, sign=-1):
    C = cosines(found, true)
    return C[linear_sum_assignment(sign * C)]


RECALLS = [
    (lambda f, t: (tm.match_directions(f, t)[0] >= 0.95).float().mean(), "✓"),
    (lambda f, t: (paired(f, t) >= 0.95).sum() / len(t), "✓"),
    (
        lambda f, t: (cosines(f, t).amax(1) >= 0.95).float().mean(),
        "One direction found serves several",
    ),
    (lambda f, t: (paired(f, t) >= 0.95).sum() / len(f), "which gives precision"),
    (lambda f, t: ((t @ f.T).amax(1) >= 0.95).float().mean(), "depends on the lengths"),
    (lambda f, t: (cosines(f, t).abs().amax(1) >= 0.95).float().mean(), "no absolute value"),
    (lambda f, t: (paired(f, t) >= 0.95).sum(), "a count"),
    (lambda f, t: (paired(f, t, sign=1) >= 0.95).sum() / len(t), "minus the cosines"),
    (lambda f, t: (greedy(f, t) >= 0.95).sum() / len(t), "pairs the nearest two first"),
    (lambda f, t: (greedy(f, t, in_order=True) >= 0.95).sum() / len(t), "should be"),
    (lambda f, t: as_many_as_possible(f, t) / len(t), "should be"),
    (lambda f, t: (paired(f, t) >= 0.9).sum() / len(t), "should be"),
    (lambda f, t: (paired(f, t) >= 0.94).sum() / len(t), "should be"),
    (lambda f, t: (paired(f, t) >= 0.96).sum() / len(t), "should be"),
    (lambda f, t: (paired(f, t) >= 0.99).sum() / len(t), "should be"),
    (lambda f, t: (paired(f.clone(), t) >= 0.95).sum() / len(t.div_(2)), "changes its input"),
    (lambda f, t: np.mean(paired(f, t).numpy() >= 0.95) * min(len(f), len(t)) / len(t), "✓"),
    (None, "○ Not attempted yet."),
]


def greedy(found, true, in_order=False):
    """Cosines of a pairing that takes the best pair left, or the best for each in order."""
    C, best = cosines(found, true), []
    for i in range(min(C.shape)):
        row, column = divmod(int(C.argmax()), C.shape[1])
        if in_order:
            row, column = i, int(C[i].argmax())
        best.append(C[row, column].item())
        C[row], C[:, column] = -2, -2
    return np.array(best)


def as_many_as_possible(found, true):
    C = cosines(found, true) >= 0.95
    return C.double()[linear_sum_assignment(-C.double())].sum()


@pytest.mark.parametrize(("answer", "says"), RECALLS)
def test_the_check_of_recall_names_the_mistake(answer, says):
    assert_says(tm.check.recall(answer), says)


def with_values(values, there=None):
    """Two bonded features with values(rng, there)."""

    def drawn(samples, S, c, rng):
        there = bonded(samples, S, c, rng) > 0
        return there * values(rng, there)

    return drawn


def smaller_together(rng, there):
    """Uniform in all, but lower where both are there."""
    both = there.all(axis=1, keepdims=True)
    share = both.sum() / there[:, 0].sum()
    values = rng.random(there.shape)
    return np.where(both, share * values, share + (1 - share) * values)


def folded(rng, there):
    values = rng.random(there.shape)
    values[:, 1] = np.where(there.all(axis=1), abs(2 * values[:, 0] - 1), values[:, 1])
    return values


def in_blocks(samples, S, c, rng):
    return np.repeat(bonded(samples // 2 + 1, S, c, rng), 2, axis=0)[:samples]


def masks_in_blocks(samples, S, c, rng):
    return (in_blocks(samples, S, c, rng) > 0) * rng.random((samples, 2))


def sampled_once(samples, S, c, rng, count=200_000):
    return bonded(count, S, c, rng)


def fixed_masks(samples, S, c, rng):
    return (bonded(samples, S, c, np.random.default_rng(0)) > 0) * rng.random((samples, 2))


def in_torch(samples, S, c, rng, *, dtype=torch.float32):
    g = torch.Generator().manual_seed(int(rng.integers(2**31)))
    values, there = (
        torch.rand(samples, 2, generator=g, dtype=dtype),
        torch.rand(samples, 2, generator=g),
    )
    there[:, 1] = torch.where(torch.rand(samples, generator=g) < c, there[:, 0], there[:, 1])
    return values * (there >= S)


def bonded(samples, S, c, rng, mode="right"):
    there = rng.random((samples, 2)) > S
    if mode == "density":
        there = ~there
    holds = rng.random(samples) < (1.0 if mode == "always" else 0.0 if mode == "never" else c)
    there[holds, 1] = there[holds, 0]
    if mode == "values":
        return there * rng.random((samples, 1))
    if mode == "large":
        return there * (1 - rng.random((samples, 2)) ** 2)
    if mode == "above":
        return there * 2 * rng.random((samples, 2))
    return there * rng.random((samples, 2))


BONDED = [
    (bonded, "✓"),
    (
        lambda n, S, c, rng: tm.GroupedFeatures(2, S, [[0, 1]], c).sample(n, rng),
        "✓",
    ),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "density"), "S is the probability of a zero"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "always"), "always come together"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "never"), "Apply the bond"),
    (lambda n, S, c, rng: bonded(n, S, c * c, rng), "Both should be active"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "values"), "depend on something"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "large"), "uniform on [0, 1)"),
    (with_values(lambda rng, there: 0.5), "uniform on [0, 1)"),
    (with_values(lambda rng, there: rng.beta(2, 2, there.shape)), "uniform on [0, 1)"),
    (with_values(lambda rng, there: rng.random(there.shape) ** [2, 0.5]), "uniform on [0, 1)"),
    (with_values(lambda rng, there: rng.random(there.shape).round(2)), "rounded"),
    (with_values(lambda rng, there: rng.choice([0.2113, 0.7887], there.shape)), "uniform on"),
    (with_values(smaller_together), "depend on something"),
    (with_values(folded), "depend on something"),
    (lambda n, S, c, rng: bonded(n, S, c, rng) > 0, "is a whole number"),
    (lambda n, S, c, rng: bonded(n, S, c, rng).astype(int), "got 0%"),
    (in_blocks, "repeat"),
    (masks_in_blocks, "depend on the ones before"),
    (lambda n, S, c, rng: np.sort(bonded(n, S, c, rng), axis=0), "always come together"),
    (lambda n, S, c, rng: bonded(n, S, c, np.random.default_rng(0)), "Draw everything from rng"),
    (lambda n, S, c, rng: bonded(n, S, c, np.random.default_rng()), "Draw everything from rng"),
    (lambda n, S, c, rng: bonded(n, S, c, np.random), "Draw everything from rng"),
    (
        lambda n, S, c, rng: (bonded(n, S, c, rng) > 0) * np.random.rand(n, 2),
        "Draw everything from rng",
    ),
    (fixed_masks, "Draw everything from rng"),
    (sampled_once, "should have shape (samples, 2)"),
    (lambda n, S, c, rng: (bonded(n, S, c, rng), c), "returns a tuple of 2"),
    (in_torch, "✓"),
    (functools.partial(in_torch, dtype=torch.float64), "✓"),
    (lambda n, S, c, rng: bonded(n, S, c, rng).tolist(), "✓"),
    (lambda n, S, c, rng: bonded(n, S, c, rng).astype(np.float32)[::-1], "✓"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "above"), "lie outside [0, 1)"),
    (lambda n, S, c, rng: bonded(n, S / 2, c, rng), "Each feature should be active in"),
    (lambda n, S, c, rng: bonded(n, S, c, rng).T, "should have shape (samples, 2)"),
    (lambda n, S, c, rng: None, "It returns nothing"),
    (lambda n, S, c, rng: 1 / 0, "does not run. ZeroDivisionError"),
    (lambda n, S, c, rng: "x", "must be numbers"),
    (np.ones(3), "must be a function"),
    (None, "○ Not attempted yet."),
]


@pytest.mark.parametrize(("answer", "says"), BONDED)
def test_the_check_of_a_bond_names_the_mistake(answer, says):
    assert_says(tm.check.bonded(answer), says)
