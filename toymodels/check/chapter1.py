"""Checks of chapter 1: counting zeros, cosines, six lines in space."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers


@exercise
def share_of_zeros(answer: Callable | None) -> Verdict:
    """Judge whether answer(table) is the fraction of zeros in an array of any shape."""
    tables = [
        (np.array([0.0, 1, 2, 0, 0]),),
        (np.random.default_rng(0).poisson(1.0, (4, 7)),),
        (np.zeros((2, 3, 2)),),
        (np.array([[0.0, -1.0, -2.0], [-3.0, 0.1, 1e-12]]),),
    ]
    mistakes = {
        "That is the fraction of values that are not zero. Count the zeros.": lambda t: (
            t != 0
        ).mean(),
        "That is the number of zeros. Divide it by the number of values.": lambda t: (t == 0).sum(),
        "It counts small values as zeros. Count exact zeros only.": lambda t: (
            np.abs(t) < 0.5
        ).mean(),
        "It counts very small values as zeros. Count exact zeros only.": lambda t: (
            np.abs(t) < 1e-4
        ).mean(),
        "It counts negative values as zeros. Count exact zeros only.": lambda t: (t <= 0).mean(),
        "It counts small and negative values as zeros. Count exact zeros only.": lambda t: (
            t < 0.5
        ).mean(),
        "It divides by the number of rows. Divide by the number of values.": lambda t: (
            (t == 0).sum() / len(t)
        ),
    }
    return judge(answer, tables, lambda t: (t == 0).mean(), mistakes)


def _largest(V, unit=True, absolute=True, diagonal=False, columns=True, parallel=True):
    V = V if columns else V.T
    V = V / np.linalg.norm(V, axis=0) if unit else V
    G = V.T @ V
    G = np.abs(G) if absolute else G
    if not parallel:
        return G[G < 0.999].max()
    return G.max() if diagonal else G[~np.eye(len(G), dtype=bool)].max()


@exercise
def largest_cosine(answer: Callable | None) -> Verdict:
    """Judge whether answer(V) is the largest |cosine| between two columns of V, (m, n)."""
    negative = np.array([[1.0, -2.9, 0.1], [0.2, 1.0, 2.0]])
    inputs = [
        (negative,),
        (np.random.default_rng(0).standard_normal((3, 5)),),
        (np.random.default_rng(0).standard_normal((6, 4)),),
        (np.array([[1.0, 3.0, -2.0], [1.0, -1.0, -2.0]]),),  # the first and the last are parallel
    ]
    mistakes = {
        "It is always 1, because every column has a cosine of 1 with itself. Leave the diagonal out.": lambda V: (
            1.0
        ),
        "The columns are not scaled to length 1. Divide each by its length.": lambda V: _largest(
            V, unit=False
        ),
        "The diagonal is not left out, and the columns are not scaled. Do both.": lambda V: (
            _largest(V, unit=False, diagonal=True)
        ),
        "It ignores negative cosines. A cosine of -0.9 disturbs as much as one of 0.9. Take absolute values.": lambda V: (
            _largest(V, absolute=False)
        ),
        "It compares the rows of V. Compare its columns, which are the arrows.": lambda V: _largest(
            V, columns=False
        ),
        "It leaves out every cosine of 1. Leave out the diagonal only, because two different "
        "columns may have a cosine of 1, too.": lambda V: _largest(V, parallel=False),
    }
    return judge(answer, inputs, _largest, mistakes)


@exercise
def six_lines(V) -> Verdict:
    """Judge whether V, (3, 6), holds six directions with no |cosine| between two above 0.5."""
    return Verdict(_six_lines(V))


def _six_lines(V) -> str:
    if V is None:
        return BLANK
    try:
        V = numbers(V)
    except Exception:
        return "✗ V must be an array of numbers."
    if V.shape == (6, 3):
        return "✗ V lies on its side. Put one arrow in each column: shape (3, 6)."
    if V.shape != (3, 6):
        return f"✗ V must have shape (3, 6), got {V.shape}."
    if not np.isfinite(V).all() or (np.abs(V).max(axis=0) < 1e-9).any():
        return "✗ V contains a zero vector, NaN or infinity. Make every column a direction."
    largest = _largest(V / np.abs(V).max(axis=0))  # huge numbers have no square
    if largest > 0.999:
        return "✗ Two columns lie on the same line. Here v and -v count as the same."
    if round(largest, 3) > 0.5:  # 0.5 itself is allowed, and rounding
        return (
            f"✗ The largest |cosine| is {largest:.3f}. It should be at most 0.5. The best is 0.447."
        )
    return f"✓ Right: the largest |cosine| is {largest:.3f}. The best possible one is 0.447."
