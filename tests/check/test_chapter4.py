"""The checks of chapter 4 on right answers and each wrong one."""

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says

FUNCTIONS = {  # check: [(answer, what is said)], each with two right answers
    tm.check.interference: [
        (tm.interference, "✓"),
        (lambda W: overlaps(W).square().sum(1) - W.square().sum(0), "✓"),
        (lambda W: overlaps(W).square().sum(1), "The sum includes j = i. Leave"),
        (lambda W: (W.T @ W).fill_diagonal_(0).square().sum(1), "Divide it by its norm"),
        (lambda W: (W.T @ W).square().sum(1), "Divide W_i by its norm, and leave"),
        (lambda W: overlaps(W).fill_diagonal_(0).sum(1), "plus and minus cancel"),
        (lambda W: tm.interference(W / W.norm(dim=0)), "let W_j keep its length"),
        (lambda W: overlaps(W).fill_diagonal_(0).square().sum(0), "wrong index"),
        (lambda W: overlaps(W.T).fill_diagonal_(0).square().sum(1), "Features are its columns"),
        (lambda W: tm.interference(W) / W.shape[1], "Add them up instead"),
        (lambda W: tm.interference(W.clone()) + 0 * W.zero_()[0], "changes its input"),
        (lambda W: [sum(overlaps(W)[i, :] ** 2) - W[:, i] @ W[:, i] for i in range(len(W.T))], "✓"),
        (lambda W: tuple(tm.interference(W).tolist()), "✓"),
        (lambda W: tm.interference(W).numpy().astype(np.float16), "✓"),
        (lambda W: tm.interference(W)[:, None], "should have shape"),
        (lambda W: (tm.interference(W), W), "returns a tuple of 2"),
        (lambda W: (row for row in tm.interference(W)), "returns a generator"),
        (lambda W: map(float, tm.interference(W)), "returns a map"),
    ],
    tm.check.dimensionality: [
        (tm.feature_dimensionality, "✓"),
        (lambda W: W.square().sum(0) ** 2 / (W.T @ W).square().sum(1), "✓"),
        (lambda W: W.square().sum(0) / tm.interference(W), "leaves out j = i. Here"),
        (lambda W: W.square().sum(0) / (W.T @ W).square().sum(1), "Divide it by its norm"),
        (lambda W: W.norm(dim=0) / overlaps(W).square().sum(1), "in the numerator is not squared"),
        (lambda W: 1 / tm.feature_dimensionality(W), "upside down"),
        (lambda W: W.square().sum(1) / overlaps(W.T).square().sum(1), "Features are its columns"),
    ],
}


def overlaps(W):
    """(i, j): u_i . W_j."""
    return (W / W.norm(dim=0)).T @ W


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in FUNCTIONS.items() for answer, says in answers],
)
def test_the_check_of_a_function_names_the_mistake(check, answer, says):
    assert_says(check(answer), says)


PENTAGON = torch.stack([f(torch.arange(5) * 2 * torch.pi / 5) for f in (torch.cos, torch.sin)])


TWO_PAIRS = np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]])


@pytest.mark.parametrize(
    ("W", "b", "says"),
    [
        (None, None, "○ Not attempted yet."),
        (PENTAGON, -0.15, "✓"),
        ((1.15 * PENTAGON).tolist(), [-0.25] * 5, "✓"),
        (TWO_PAIRS, [0, 0, 0, 0, 0.025], "It keeps 4 features, but there is room for five"),
        (PENTAGON, 0, "Try a bias below 0"),
        (PENTAGON.T, 0, "lies on its side"),
        (np.eye(5), 0, "W must have shape (2, 5)"),
        (PENTAGON, [1, 2], "(2, 5) and (2,)"),
        ("pentagon", 0, "W and b must be numbers"),
        (PENTAGON * np.nan, 0, "NaN"),
        (np.eye(2, 5), 0, "It keeps only 2 of the 5 features"),
        (PENTAGON, 0.3, "Try a bias below 0"),
        (0.6 * PENTAGON, -0.1, "The arrows are short"),
        (np.ones((2, 5)), -0.1, "Spread them, and try"),
        (3 * PENTAGON, 0, "The arrows are long"),
        (3 * PENTAGON, -0.1, "The arrows are long"),
        (PENTAGON, -0.9, "silence"),
        (1.3 * PENTAGON, 0.0, "Try a bias below 0"),
    ],
)
def test_by_hand_check_names_the_mistake(W, b, says):
    assert_says(tm.check.by_hand(W, b), says)
