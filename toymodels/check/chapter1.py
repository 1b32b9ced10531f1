"""Checks of chapter 1: counting zeros, cosines, six lines in space."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from toymodels.check.verdict import BLANK, Verdict, exercise, judge, numbers


@exercise
def share_of_zeros(answer: Callable | None) -> Verdict:
    """Judge whether answer(table) is the share of zeros of an array of any shape."""
    tables = [
        (np.array([0.0, 1, 2, 0, 0]),),
        (np.random.default_rng(0).poisson(1.0, (4, 7)),),
        (np.zeros((2, 3, 2)),),
        (np.array([[0.0, -1.0, -2.0], [-3.0, 0.1, 1e-12]]),),
    ]
    mistakes = {
        "that is the share of active values: sparsity is the wrong way round": lambda t: (
            t != 0
        ).mean(),
        "that is the number of zeros: divide by how many numbers there are": lambda t: (
            t == 0
        ).sum(),
        "that counts small values as zeros: only exact zeros count": lambda t: (
            np.abs(t) < 0.5
        ).mean(),
        "that counts small values as zeros, too: only exact zeros count": lambda t: (
            np.abs(t) < 1e-4
        ).mean(),
        "that counts negative values as zeros: only exact zeros count": lambda t: (t <= 0).mean(),
        "that counts small and negative values as zeros: only exact zeros count": lambda t: (
            t < 0.5
        ).mean(),
        "that divides by the number of rows only, not by all numbers": lambda t: (
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
        "always 1: leave the diagonal out, every column has cosine 1 with itself": lambda V: 1.0,
        "the columns are not scaled to length 1": lambda V: _largest(V, unit=False),
        "the diagonal is not left out, and the columns are not scaled": lambda V: _largest(
            V, unit=False, diagonal=True
        ),
        "a cosine of -0.9 disturbs as much as one of 0.9: take absolute values": lambda V: _largest(
            V, absolute=False
        ),
        "those are the rows: features are the columns of V": lambda V: _largest(V, columns=False),
        "It leaves out every cosine of 1. Leave out the diagonal only: two different columns "
        "may have even a cosine of 1.": lambda V: _largest(V, parallel=False),
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
        return "✗ V must be an array of numbers"
    if V.shape == (6, 3):
        return "✗ V lies on its side: one column per direction, shape (3, 6)"
    if V.shape != (3, 6):
        return f"✗ V must have shape (3, 6), got {V.shape}"
    if not np.isfinite(V).all() or (np.abs(V).max(axis=0) < 1e-9).any():
        return "✗ every column must be a direction: no zero vector, no NaN"
    largest = _largest(V / np.abs(V).max(axis=0))  # huge numbers have no square
    if largest > 0.999:
        return "✗ two columns lie on the same line (v and -v count as the same)"
    if round(largest, 3) > 0.5:  # 0.5 itself is allowed, and rounding
        return (
            f"✗ the largest |cosine| is {largest:.3f}: at most 0.5 is asked for, the best is 0.447"
        )
    return f"✓ six lines, largest |cosine| {largest:.3f} (the best possible is 0.447)"
