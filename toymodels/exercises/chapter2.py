"""Checks of chapter 2: collisions, and data that a student generates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

import numpy as np

from toymodels.exercises.judge import BLANK, called, does_not_run, judge, numbers, say, shown


def check_collision(answer: Callable | None) -> None:
    """Print whether answer(n, sparsity) is the probability of two or more active features."""

    def at_least_two(n, S):
        return 1 - S**n - n * (1 - S) * S ** (n - 1)

    mistakes = {
        "sparsity is the wrong way round: a feature is active with 1 - S": lambda n, S: (
            at_least_two(n, 1 - S)
        ),
        "that is at least one: a single active feature is no collision": lambda n, S: 1 - S**n,
        "that is exactly two: three or more collide as well": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2 * S ** (n - 2)
        ),
        "that is the expected number of colliding pairs, no probability: it can exceed 1": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2
        ),
        "that is for two given features: any two of the n may meet": lambda n, S: (1 - S) ** 2,
        "the one active feature may be any of the n: is the factor n missing?": lambda n, S: (
            1 - S**n - (1 - S) * S ** (n - 1)
        ),
    }
    say(judge(answer, [(40, 0.9), (5, 0.3), (40, 0.999)], at_least_two, mistakes))


@np.errstate(all="ignore")  # whatever the student has set
def check_generator(generate: Callable | None) -> None:
    """Print whether generate(dim_sample, num_sample, sparsity) draws the sparse features of
    chapter 2.

    Named mistakes: sparsity the wrong way round, wrong shape, a whole sample zeroed at once,
    values that are not uniform on [0, 1), a fixed seed.
    """
    say(_generator(generate))


def _drawn(generate, sizes: Sequence[tuple]) -> list[np.ndarray] | str:
    """Arrays (num_sample, dim_sample) for (dim_sample, num_sample, sparsity), or what is wrong."""
    if not callable(generate):
        return f"✗ expected a function, got {shown(generate)}"
    try:
        drawn = [called(generate, size) for size in sizes]
    except Exception as error:
        return does_not_run(error)
    if any(table is None for table in drawn):
        return "✗ it returns nothing: is there a return at the end, outside the loop?"
    try:
        drawn = [numbers(np.asarray(table)) for table in drawn]
    except Exception:
        return "✗ the result is not a table of numbers: every sample must have dim_sample of them"
    if not all(np.isfinite(table).all() for table in drawn):
        return "✗ some values are NaN or infinite"
    n, count, _ = sizes[0]
    if drawn[0].shape == (n, count):
        return (
            f"✗ the table lies on its side: it should be (num_sample, dim_sample) = ({count}, {n})"
        )
    if drawn[0].shape != (count, n):
        return f"✗ asked for (num_sample, dim_sample) = ({count}, {n}), got shape {drawn[0].shape}"
    if any(table.shape != (k, d) for table, (d, k, _) in zip(drawn, sizes, strict=True)):
        return (
            "✗ the sizes asked for are ignored: use dim_sample and num_sample, "
            "not numbers of your own"
        )
    zeros = float((drawn[0] == 0).mean())
    if abs(zeros - 0.2) < 0.03:
        return (
            "✗ 20 % zeros at sparsity 0.8: sparsity is the wrong way round, "
            "it is the share of zeros"
        )
    if abs(zeros - 0.8) > 0.03:
        return f"✗ {zeros:.0%} zeros at sparsity 0.8, expected 80 %"
    shares = (drawn[0] == 0).mean(axis=0)  # (n,)
    if np.abs(shares - 0.8).max() > 0.05:
        return "✗ the features differ in their share of zeros: sparsity is the same for all"
    return drawn


def _repeats(table: np.ndarray) -> bool:
    """Whether values come again: drawn anew, hardly two of them are equal."""
    values = table[table != 0]
    return len(np.unique(values)) < 0.9 * len(values)


def _largest_correlation(table: np.ndarray) -> float:
    """Between two different columns; 0 for columns that do not vary."""
    with np.errstate(all="ignore"):
        correlation = np.nan_to_num(np.corrcoef(table.T))
    return np.abs(correlation - np.diag(correlation.diagonal())).max()


def _generator(generate) -> str:
    if generate is None:
        return BLANK
    drawn = _drawn(generate, [(7, 4000, 0.8), (7, 4000, 0.8), (5, 2000, 0.0), (5, 100, 1.0)])
    if isinstance(drawn, str):
        return drawn
    table, again, dense, empty = drawn
    active = (table != 0).mean(axis=1)
    if active.std() > 0.3:
        return "✗ whole samples are zero at once: each feature needs a random number of its own"
    if active.std() < 0.1:
        return (
            "✗ every sample has the same number of zeros: "
            "each feature should be dropped independently"
        )
    if _largest_correlation(table) > 0.15 or _largest_correlation(dense) > 0.15:
        return "✗ two features go together: each needs random numbers of its own"
    if said := _not_uniform(table[table != 0]):
        return said
    if (dense == 0).any() or (empty != 0).any():
        return "✗ sparsity 0 should leave no zeros, and sparsity 1 nothing but zeros"
    if _repeats(table):
        return "✗ samples repeat: each needs random numbers of its own"
    if np.array_equal(table, again):
        return "✗ two calls give the same data: is a seed fixed inside the function?"
    return "✓ right shape, right share of zeros, independent, uniform"


def _not_uniform(values: np.ndarray) -> str | None:
    quartiles = np.quantile(values, [0.25, 0.5, 0.75])
    if values.min() < 0 or values.max() > 1 or np.abs(quartiles - [0.25, 0.5, 0.75]).max() > 0.04:
        got = ", ".join(f"{q:.2f}" for q in quartiles)
        return (
            f"✗ active values should be uniform on [0, 1): quartiles 0.25, 0.50, 0.75, got {got}. "
            "Are mask and value independent?"
        )
    return None


@np.errstate(all="ignore")
def check_pairs(generate: Callable | None) -> None:
    """Print whether generate(dim_sample, num_sample, sparsity) draws features that are active in
    pairs.

    Features 0 and 1 are active together or not at all, likewise 2 and 3, and so on; the pairs are
    independent of each other, and so are the values.
    """
    say(_pairs(generate))


def _pairs(generate) -> str:
    if generate is None:
        return BLANK
    drawn = _drawn(generate, [(8, 4000, 0.8), (8, 4000, 0.8), (6, 2000, 0.5), (8, 2000, 0.0)])
    if isinstance(drawn, str):
        return drawn
    table, again, half, dense = drawn
    first, second = table[:, ::2] != 0, table[:, 1::2] != 0
    together = np.corrcoef((table != 0).T)
    if together.min() > 0.9:
        return "✗ all features are active together: each pair needs a random number of its own"
    if np.abs(together - np.eye(8)).max() < 0.2:
        return "✗ all features are independent: the two of a pair should share one mask"
    if (first != second).mean() > 0.01:
        return (
            "✗ the pairs should be features 0 and 1, 2 and 3, ...: others are active together here"
        )
    if np.abs(np.corrcoef(first.T) - np.eye(4)).max() > 0.2:
        return "✗ different pairs are not independent of each other"
    if said := _not_uniform(table[table != 0]):
        return said
    values = [
        np.corrcoef(table[on, 2 * i], table[on, 2 * i + 1])[0, 1] for i, on in enumerate(first.T)
    ]
    if np.abs(values).max() > 0.2:
        return "✗ the two values of a pair should be independent; only the mask is shared"
    if abs((half == 0).mean() - 0.5) > 0.05:
        return f"✗ {(half == 0).mean():.0%} zeros at sparsity 0.5: is sparsity ignored?"
    if _repeats(table):
        return "✗ values repeat: each feature and sample needs random numbers of its own"
    if _largest_correlation(dense) > 0.15:
        return "✗ at sparsity 0 the features go together: values should be independent"
    if np.array_equal(table, again):
        return "✗ two calls give the same data: is a seed fixed inside the function?"
    return "✓ pairs share a mask; pairs and values are independent"
