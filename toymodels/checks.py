"""Checks of the exercises. They never raise: a blank, a right answer or the likely mistake, in one line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def check_generator(generate: Callable | None) -> None:
    """Print whether generate(dim_sample, num_sample, sparsity) draws the sparse features of chapter 2.

    Tests properties, not code: any right answer passes. Named mistakes: sparsity the wrong way round,
    wrong shape, a whole sample zeroed at once, values that are not uniform on [0, 1), a fixed seed.
    """
    print(_diagnose_generator(generate))


def _diagnose_generator(generate) -> str:
    if generate is None:
        return "○ not attempted"
    try:
        drawn = generate(7, 4000, 0.8)
        again = generate(7, 4000, 0.8)
        dense, empty = generate(5, 2000, 0.0), generate(5, 100, 1.0)
    except Exception as error:
        return f"✗ it does not run: {type(error).__name__}: {error}"
    if drawn is None:
        return "✗ it returns nothing: is there a return at the end, outside the loop?"
    try:
        drawn, again, dense, empty = (np.asarray(a, dtype=float) for a in (drawn, again, dense, empty))
    except Exception:
        return "✗ the result is not a table of numbers: every sample must have dim_sample of them"
    if not np.isfinite(drawn).all():
        return "✗ some values are NaN or infinite"
    if drawn.shape == (7, 4000):
        return "✗ the table lies on its side: it should be (num_sample, dim_sample) = (4000, 7)"
    if drawn.shape != (4000, 7):
        return f"✗ asked for (num_sample, dim_sample) = (4000, 7), got shape {drawn.shape}"
    if dense.shape != (2000, 5) or empty.shape != (100, 5):
        return "✗ the sizes asked for are ignored: use dim_sample and num_sample, not numbers of your own"
    zeros = float((drawn == 0).mean())
    if abs(zeros - 0.2) < 0.03:
        return "✗ 20 % zeros at sparsity 0.8: sparsity is the wrong way round, it is the share of zeros"
    if abs(zeros - 0.8) > 0.03:
        return f"✗ {zeros:.0%} zeros at sparsity 0.8, expected 80 %"
    active = (drawn != 0).mean(axis=1)
    if active.std() > 0.3:
        return "✗ whole samples are zero at once: each feature needs a random number of its own"
    if active.std() < 0.1:
        return "✗ every sample has the same number of zeros: each feature should be dropped independently"
    if np.abs(np.corrcoef(drawn.T) - np.eye(7)).max() > 0.15:
        return "✗ two features go together: each needs random numbers of its own"
    values = drawn[drawn != 0]
    if values.min() < 0 or values.max() > 1 or abs(values.mean() - 0.5) > 0.03 or values.std() < 0.25:
        return (
            f"✗ active values should be uniform on [0, 1): mean 0.5 and spread 0.29, got mean "
            f"{values.mean():.2f} and spread {values.std():.2f}. Are mask and value independent?"
        )
    if (dense == 0).any() or (empty != 0).any():
        return "✗ sparsity 0 should leave no zeros, and sparsity 1 nothing but zeros"
    if np.array_equal(drawn, again):
        return "✗ two calls give the same data: is a seed fixed inside the function?"
    return "✓ right shape, right share of zeros, independent, uniform"
