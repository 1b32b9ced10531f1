"""The checks of chapter 6 on right answers and each wrong one; the right ones found by bisection."""

import pytest

import toymodels as tm

from .saying import assert_says


def crossing(dropped, pair):
    """The density at which two costs are equal, by bisection."""
    low, high = 1e-6, 1.0
    for _ in range(60):
        p = (low + high) / 2
        low, high = (p, high) if pair(p) < dropped(p) else (low, p)
    return p


def uniform(r):
    return 1 - crossing(lambda p: r * (p / 3 - p**2 / 4), lambda p: (1 + r) * p**2 / 6)


def on_off(r):
    return 1 - crossing(lambda p: r * p * (1 - p), lambda p: (1 + r) * p**2)


ANSWERS = {
    tm.check.boundary: [
        (uniform, "✓"),
        (lambda r: tm.pair_threshold(r).item(), "✓"),
        (lambda r: 1 - uniform(r), "Return the sparsity S"),
        (lambda r: 1 - 2 * r / (1 + r), "its mean, which costs p/3 - p²/4"),
        (lambda r: 0.2, "both are wrong"),
        (lambda r: 1 - 4 / (5 + 2 * r), "Multiply its cost by r"),
        (lambda r: 3 / 7, "only for two equal features"),
        (None, "○ Not attempted yet."),
    ],
    tm.check.on_off_boundary: [
        (on_off, "✓"),
        (lambda r: (1 + r) / (1 + 2 * r), "✓"),
        (lambda r: 1 - on_off(r), "Return the sparsity S"),
        (lambda r: 1 / (1 + r), "its mean p, which costs p (1 - p)"),
        (uniform, "border for uniform values"),
        (lambda r: 0.5, "both come back as 0"),
        (lambda r: 2 / 3, "only for two equal features"),
        (None, "○ Not attempted yet."),
    ],
}


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in ANSWERS.items() for answer, says in answers],
)
def test_the_check_of_a_border_names_the_mistake(check, answer, says):
    assert_says(check(answer), says)
