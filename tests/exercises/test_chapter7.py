"""The checks of chapter 7 on right answers and each wrong one."""

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

import toymodels as tm

from .saying import assert_says, said_by


def cosines(found, true):
    return torch.nn.functional.cosine_similarity(true[:, None], found[None], dim=-1)


def paired(found, true, sign=-1):
    C = cosines(found, true)
    return C[linear_sum_assignment(sign * C)]


RECALLS = [
    (lambda f, t: (tm.match_directions(f, t)[0] >= 0.95).float().mean(), "✓"),
    (lambda f, t: (paired(f, t) >= 0.95).sum() / len(t), "✓"),
    (lambda f, t: (cosines(f, t).amax(1) >= 0.95).float().mean(), "one find serves several"),
    (lambda f, t: (paired(f, t) >= 0.95).sum() / len(f), "that is precision"),
    (lambda f, t: ((t @ f.T).amax(1) >= 0.95).float().mean(), "lengths must not count"),
    (lambda f, t: (cosines(f, t).abs().amax(1) >= 0.95).float().mean(), "no absolute value"),
    (lambda f, t: (paired(f, t) >= 0.95).sum(), "a count"),
    (lambda f, t: (paired(f, t, sign=1) >= 0.95).sum() / len(t), "minus the cosines"),
    (None, "○ not attempted"),
]


@pytest.mark.parametrize(("answer", "says"), RECALLS)
def test_the_check_of_recall_names_the_mistake(capsys, answer, says):
    assert_says(said_by(capsys, tm.check_recall, answer), says)


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
    (lambda n, S, c, rng: bonded(n, S, c, rng, "never"), "where is the bond"),
    (lambda n, S, c, rng: bonded(n, S, c * c, rng), "both should be there"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "values"), "should depend on nothing"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "large"), "should be uniform, mean 0.5"),
    (lambda n, S, c, rng: bonded(n, S, c, rng, "above"), "must lie in [0, 1)"),
    (lambda n, S, c, rng: bonded(n, S / 2, c, rng), "each feature should be there in"),
    (lambda n, S, c, rng: bonded(n, S, c, rng).T, "should have shape (samples, 2)"),
    (lambda n, S, c, rng: None, "returns nothing"),
    (lambda n, S, c, rng: 1 / 0, "does not run: ZeroDivisionError"),
    (lambda n, S, c, rng: "x", "expected numbers"),
    (np.ones(3), "expected a function"),
    (None, "○ not attempted"),
]


@pytest.mark.parametrize(("answer", "says"), BONDED)
def test_the_check_of_a_bond_names_the_mistake(capsys, answer, says):
    assert_says(said_by(capsys, tm.check_bonded, answer), says)
