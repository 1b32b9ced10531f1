"""Checks of chapter 2: collisions, and data that a student generates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

import numpy as np

from toymodels.check.draws import (
    any_related,
    coarse,
    crowds_differ,
    fixed,
    in_sequence,
    not_uniform,
    related,
    repeats,
)
from toymodels.check.verdict import BLANK, Verdict, exercise, judge, packed, run


@exercise
def collision(answer: Callable | None) -> Verdict:
    """Judge whether answer(n, sparsity) is the probability of two or more active features."""

    def at_least_two(n, S):
        return 1 - S**n - n * (1 - S) * S ** (n - 1)

    mistakes = {
        "Sparsity is the wrong way round. A feature is active with probability 1 - S.": lambda n, S: (
            at_least_two(n, 1 - S)
        ),
        "That is the probability of at least one. A single active feature is not a collision.": lambda n, S: (
            1 - S**n
        ),
        "That is the probability of exactly two. Three or more collide as well.": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2 * S ** (n - 2)
        ),
        "That is the expected number of colliding pairs. It can exceed 1, so it is not a probability.": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2
        ),
        "That is for two given features. Any two of the n may collide.": lambda n, S: (1 - S) ** 2,
        "The one active feature may be any of the n. Is the factor n missing?": lambda n, S: (
            1 - S**n - (1 - S) * S ** (n - 1)
        ),
    }
    return judge(answer, [(40, 0.9), (5, 0.3), (40, 0.999)], at_least_two, mistakes)


@exercise
def generator(generate: Callable | None) -> Verdict:
    """Judge whether generate(dim_sample, num_sample, sparsity) draws chapter 2's sparse features.

    Named mistakes: sparsity the wrong way round, wrong shape, a whole sample zeroed at once,
    values that are not uniform on [0, 1), a fixed seed.
    """
    return Verdict(_generator(generate))


def _drawn(generate, sizes: Sequence[tuple]) -> list[np.ndarray] | str:
    """Arrays (num_sample, dim_sample) for (dim_sample, num_sample, sparsity), or what is wrong."""
    if generate is None:
        return BLANK
    drawn = []
    for n, samples, sparsity in sizes:
        ran = run(generate, [(n, samples, sparsity)], f"a table of numbers, {n} in every row")
        if isinstance(ran, str):
            return ran
        ((result, table),) = ran
        if table.shape != (samples, n):
            return f"✗ {_misshapen(result, table, samples, n, later=bool(drawn))}"
        if not np.isfinite(table).all():
            return "✗ Some values are NaN or infinite. Return finite numbers only."
        drawn.append(table)
    return drawn


def _misshapen(result, table: np.ndarray, samples: int, n: int, later: bool) -> str:
    if later and table.shape[1:] == (n,) and len(table) > samples:
        return "A later call returns more samples than asked for. Is a list kept between calls?"
    if later:
        return "It ignores the sizes that are asked for. Use dim_sample and num_sample, not numbers of your own."
    wanted = f"(num_sample, dim_sample) = ({samples}, {n})"
    if table.shape == (n, samples):
        return f"The table lies on its side. It should have shape {wanted}."
    return (
        packed(result, "the table alone")
        or f"The table should have shape {wanted}, got {table.shape}."
    )


def _wrong_zeros(table, half, dense, empty) -> str | None:
    """What is wrong with how many values are zero, at sparsity 0.8, 0.5, 0 and 1, or None.

    Before 0: a rounded value may be zero.
    """
    shares = (table == 0).mean(axis=0)  # (n,)
    zeros = shares.mean()
    if set(shares) == {0, 1}:
        return "Every sample has its zeros in the same places. Draw a new mask for each sample."
    if abs(zeros - 0.2) < 0.03:
        return "20% of the values are zero at sparsity 0.8. Sparsity is the wrong way round: it is the fraction of zeros."
    if abs(zeros - 0.8) > 0.03:
        return f"{zeros:.0%} of the values are zero at sparsity 0.8. It should be 80%."
    if np.abs(shares - 0.8).max() > 0.05:
        return "The features differ in their fraction of zeros. Sparsity is the same for all."
    zeros = (half == 0).mean()
    if abs(zeros - 0.5) > 0.05:
        return f"{zeros:.0%} of the values are zero at sparsity 0.5. Is sparsity ignored?"
    if said := coarse(table[table != 0]):
        return said
    if (dense == 0).mean() > 0.001 or (empty != 0).any():
        return "The ends are wrong. Sparsity 0 should leave no zeros, and sparsity 1 should leave nothing but zeros."
    return None


def _not_anew(table, dense) -> str | None:
    """What is wrong with samples beside each other, or None."""
    if repeats(table) or repeats(dense):
        return "Values repeat. Each feature of each sample needs random numbers of its own."
    if in_sequence(table) or in_sequence(dense):
        return "Samples depend on the ones before them. Draw each sample independently."
    return None


def _wrong_values(table, again, dense) -> str | None:
    """What is wrong with the active values, or with a second call, or None."""
    for values in (table[table != 0], *dense.T):
        if said := not_uniform(values):
            return said
    if what := fixed(table, again):
        return f"Two calls give the same {what}. Is a seed fixed inside the function?"
    return None


def _sizes(n: int) -> list[tuple]:
    """(dim_sample, num_sample, sparsity): twice 0.8, then 0.5, 0 and 1."""
    return [(n, 4000, 0.8), (n, 4000, 0.8), (6, 2000, 0.5), (n, 4000, 0.0), (n, 100, 1.0)]


def _generator(generate) -> str:
    drawn = _drawn(generate, _sizes(7))
    if isinstance(drawn, str):
        return drawn
    table, again, half, dense, empty = drawn
    if said := _wrong_zeros(table, half, dense, empty):
        return f"✗ {said}"
    active = (table != 0).mean(axis=1)
    if active.std() > 0.3:
        return "✗ Whole samples are zero at once. Each feature needs a random number of its own."
    if active.std() < 0.1:
        return (
            "✗ Every sample has the same number of zeros. "
            "Drop each feature independently of the others."
        )
    if said := _not_anew(table, dense):
        return f"✗ {said}"
    if any_related(table) or any_related(dense):
        return "✗ Two features depend on each other. Each needs random numbers of its own."
    if crowds_differ(table != 0, 0.2):
        return "✗ The features are not independent. Use a random number for each to decide whether to drop it."
    said = _wrong_values(table, again, dense)
    return f"✗ {said}" if said else "✓ Right in shape, zeros, independence and values."


@exercise
def pairs(generate: Callable | None) -> Verdict:
    """Judge whether generate(dim_sample, num_sample, sparsity) draws features active in pairs.

    Features 0 and 1 are active together or not at all, and so are 2 and 3, and so on. The pairs
    are independent of each other, and so are the values.
    """
    return Verdict(_pairs(generate))


def _pairs(generate) -> str:
    drawn = _drawn(generate, _sizes(8))
    if isinstance(drawn, str):
        return drawn
    table, again, half, dense, empty = drawn
    if said := _wrong_zeros(table, half, dense, empty):
        return f"✗ {said}"
    first, second = table[:, ::2] != 0, table[:, 1::2] != 0
    together = np.corrcoef((table != 0).T)
    if together.min() > 0.9:
        return "✗ All features are active together. Each pair needs a random number of its own."
    if np.abs(together - np.eye(8)).max() < 0.2:
        return "✗ All features are independent. The two features of a pair need the same mask."
    if (first != second).mean() > 0.01:
        return "✗ The wrong features go together. The pairs should be 0 and 1, 2 and 3, and so on."
    if said := _not_anew(table, dense):
        return f"✗ {said}"
    if any_related(first) or crowds_differ(first, 0.2):
        return "✗ Different pairs are not independent. Each needs a random number of its own."
    if said := not_uniform(table[table != 0]):
        return f"✗ {said}"
    pairs = [table[on, 2 * i : 2 * i + 2] for i, on in enumerate(first.T)]
    if any(related(*pair.T) for pair in pairs):
        return "✗ The two values of a pair are not independent. Only the mask should be the same."
    if any_related(dense):
        return "✗ At sparsity 0 the features depend on each other. Draw their values independently."
    said = _wrong_values(table, again, dense)
    return f"✗ {said}" if said else "✓ Right: each pair has one mask, and all else is independent."
