"""Checks of chapter 6: where a pair becomes cheaper, for uniform values and for values of 1."""

from __future__ import annotations

from collections.abc import Callable

from toymodels.check.verdict import Verdict, exercise, judge

RATIOS = [(ratio,) for ratio in (1.0, 0.75, 0.5, 0.2)]


@exercise
def boundary(answer: Callable | None) -> Verdict:
    """Judge whether answer(ratio) is the sparsity from which a pair costs less than one feature.

    The two features have importances 1 and ratio <= 1, and values uniform on [0, 1). What is
    compared is the pair as it is drawn, without a bias, and keeping feature 0 alone.
    """

    def right(r):
        return 1 - 4 * r / (2 + 5 * r)

    mistakes = {
        "It returns p = 1 - S. Return the sparsity S.": lambda r: 1 - right(r),
        "It charges p/3 for feature 1. The model answers it with its mean, which costs p/3 - p²/4.": lambda r: (
            1 - 2 * r / (1 + r)
        ),
        "It counts the error of feature 1 alone. In a collision both are wrong: (1 + r) p²/6.": lambda r: (
            0.2
        ),
        "It forgets that feature 1 has importance r when it is left out. Multiply its cost by r.": lambda r: (
            1 - 4 / (5 + 2 * r)
        ),
        "It holds only for two equal features. Let it depend on r.": lambda r: 3 / 7,
    }
    return judge(answer, RATIOS, right, mistakes)


@exercise
def on_off_boundary(answer: Callable | None) -> Verdict:
    """Judge whether answer(ratio) is the same sparsity for features that are 1 when active."""

    def right(r):
        return (1 + r) / (1 + 2 * r)

    mistakes = {
        "It returns p = 1 - S. Return the sparsity S.": lambda r: 1 - right(r),
        "It charges p for feature 1. The model answers it with its mean p, which costs p (1 - p).": lambda r: (
            1 / (1 + r)
        ),
        "That is the border for uniform values. Derive it again for values that are 0 or 1.": lambda r: (
            1 - 4 * r / (2 + 5 * r)
        ),
        "It counts the error of feature 1 alone. In a collision both come back as 0: (1 + r) p².": lambda r: (
            0.5
        ),
        "It holds only for two equal features. Let it depend on r.": lambda r: 2 / 3,
    }
    return judge(answer, RATIOS, right, mistakes)
