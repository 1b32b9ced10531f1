"""Checks of chapter 6: where a pair begins to pay, for uniform values and for values that are 1."""

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
        "that is the density 1 - S: the sparsity is wanted": lambda r: 1 - right(r),
        "a dropped feature is answered with its mean: its cost is p/3 - p²/4, not p/3": lambda r: (
            1 - 2 * r / (1 + r)
        ),
        "in a collision both features of the pair are wrong: (1 + ratio) p²/6": lambda r: 0.2,
        "the dropped feature's cost counts with its importance, ratio": lambda r: (
            1 - 4 / (5 + 2 * r)
        ),
        "that holds for two equal features only: where is ratio?": lambda r: 3 / 7,
    }
    return judge(answer, RATIOS, right, mistakes)


@exercise
def on_off_boundary(answer: Callable | None) -> Verdict:
    """Judge whether answer(ratio) is the same sparsity for features that are 1 when active."""

    def right(r):
        return (1 + r) / (1 + 2 * r)

    mistakes = {
        "that is the density 1 - S: the sparsity is wanted": lambda r: 1 - right(r),
        "a dropped feature is answered with its mean p: its cost is p (1 - p), not p": lambda r: (
            1 / (1 + r)
        ),
        "that is the boundary for uniform values": lambda r: 1 - 4 * r / (2 + 5 * r),
        "in a collision h = 0 and both come back as 0: (1 + ratio) p²": lambda r: 0.5,
        "that holds for two equal features only: where is ratio?": lambda r: 2 / 3,
    }
    return judge(answer, RATIOS, right, mistakes)
