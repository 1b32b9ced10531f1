"""More checks of exercises: of what an answer makes, a data set, directions, a model. None ever raises."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from toymodels._judge import BLANK, called, does_not_run, numbers, say, shown
from toymodels.checks import largest_cosine
from toymodels.data import SparseFeatures
from toymodels.metrics import feature_loss
from toymodels.models import ReLUOutputModel
from toymodels.theory import linear_optimum


def check_six_lines(V) -> None:
    """Print whether V, (3, 6), holds six directions in space with no |cosine| above 0.5 between two."""
    say(_six_lines(V))


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
    if not np.isfinite(V).all() or (np.linalg.norm(V, axis=0) < 1e-9).any():
        return "✗ every column must be a direction: no zero vector, no NaN"
    largest = largest_cosine(V)
    if largest > 0.999:
        return "✗ two columns lie on the same line (v and -v count as the same)"
    if largest > 0.5 + 1e-6:  # 0.5 itself is allowed, and rounding
        return f"✗ the largest |cosine| is {largest:.3f}: at most 0.5 is asked for, the best is 0.447"
    return f"✓ six lines, largest |cosine| {largest:.3f} (the best possible is 0.447)"


def check_generator(generate: Callable | None) -> None:
    """Print whether generate(dim_sample, num_sample, sparsity) draws the sparse features of chapter 2.

    Named mistakes: sparsity the wrong way round, wrong shape, a whole sample zeroed at once, values that
    are not uniform on [0, 1), a fixed seed.
    """
    say(_generator(generate))


def _drawn(generate, sizes: Sequence[tuple]) -> list[np.ndarray] | str:
    """Arrays (num_sample, dim_sample) for each (dim_sample, num_sample, sparsity), or what is wrong."""
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
        return f"✗ the table lies on its side: it should be (num_sample, dim_sample) = ({count}, {n})"
    if drawn[0].shape != (count, n):
        return f"✗ asked for (num_sample, dim_sample) = ({count}, {n}), got shape {drawn[0].shape}"
    if any(table.shape != (k, d) for table, (d, k, _) in zip(drawn, sizes, strict=True)):
        return "✗ the sizes asked for are ignored: use dim_sample and num_sample, not numbers of your own"
    zeros = float((drawn[0] == 0).mean())
    if abs(zeros - 0.2) < 0.03:
        return "✗ 20 % zeros at sparsity 0.8: sparsity is the wrong way round, it is the share of zeros"
    if abs(zeros - 0.8) > 0.03:
        return f"✗ {zeros:.0%} zeros at sparsity 0.8, expected 80 %"
    return drawn


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
        return "✗ every sample has the same number of zeros: each feature should be dropped independently"
    if np.abs(np.corrcoef(table.T) - np.eye(7)).max() > 0.15:
        return "✗ two features go together: each needs random numbers of its own"
    if said := _not_uniform(table[table != 0]):
        return said
    if (dense == 0).any() or (empty != 0).any():
        return "✗ sparsity 0 should leave no zeros, and sparsity 1 nothing but zeros"
    if np.array_equal(table[::2], table[1::2]) or len(np.unique(table, axis=0)) < 0.6 * len(table):
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


def check_pairs(generate: Callable | None) -> None:
    """Print whether generate(dim_sample, num_sample, sparsity) draws features that are active in pairs.

    Features 0 and 1 are active together or not at all, likewise 2 and 3, and so on; the pairs are
    independent of each other, and so are the values.
    """
    say(_pairs(generate))


def _pairs(generate) -> str:
    if generate is None:
        return BLANK
    drawn = _drawn(generate, [(8, 4000, 0.8), (6, 2000, 0.5)])
    if isinstance(drawn, str):
        return drawn
    table = drawn[0]
    first, second = table[:, ::2] != 0, table[:, 1::2] != 0
    together = np.corrcoef((table != 0).T)
    if together.min() > 0.9:
        return "✗ all features are active together: each pair needs a random number of its own"
    if np.abs(together - np.eye(8)).max() < 0.2:
        return "✗ all features are independent: the two of a pair should share one mask"
    if (first != second).mean() > 0.01:
        return "✗ the pairs should be features 0 and 1, 2 and 3, ...: others are active together here"
    if np.abs(np.corrcoef(first.T) - np.eye(4)).max() > 0.2:
        return "✗ different pairs are not independent of each other"
    if said := _not_uniform(table[table != 0]):
        return said
    values = [np.corrcoef(table[on, 2 * i], table[on, 2 * i + 1])[0, 1] for i, on in enumerate(first.T)]
    if np.abs(values).max() > 0.2:
        return "✗ the two values of a pair should be independent; only the mask is shared"
    return "✓ pairs share a mask; pairs and values are independent"


def check_by_hand(W, b, sparsity: float = 0.95) -> None:
    """Print whether a ReLU-output model made by hand, W (2, 5) and b, has under 30 % of the best linear loss.

    Five features of equal importance in two dimensions. b: one number for all features, or (5,).
    """
    say(_by_hand(W, b, sparsity))


def _by_hand(W, b, sparsity) -> str:
    if W is None or b is None:
        return BLANK
    try:
        W, b = (torch.from_numpy(numbers(value)).float() for value in (W, b))
    except Exception:
        return "✗ W and b must be numbers"
    if W.shape == (5, 2):
        return "✗ W lies on its side: one column per feature, shape (2, 5)"
    if W.shape != (2, 5) or b.shape not in {(), (5,)}:
        return f"✗ W must be (2, 5) and b one number or (5,), got {tuple(W.shape)} and {tuple(b.shape)}"
    if not (W.isfinite().all() and b.isfinite().all()):
        return "✗ some numbers are NaN or infinite"
    try:
        features = SparseFeatures(5, sparsity)
        optimum = linear_optimum(2, features)
    except Exception:
        optimum = torch.zeros(())
    if optimum.ndim or optimum == 0:
        return f"✗ sparsity must be one number, 0 or more and below 1, got {shown(sparsity)}"
    model = ReLUOutputModel(5, 2, seed=0)
    model.W.data, model.b.data = W, b.expand(5).clone()
    loss = feature_loss(model, features).mean() / optimum
    kept = int((W.norm(dim=0) > 0.5).sum())
    if loss < 0.3:
        return f"✓ {loss:.0%} of the best linear model's loss, {kept} features kept in 2 dimensions"
    if kept <= 2:
        return (
            f"✗ {loss:.0%} of the best linear model's loss: only {kept} features kept, as a linear one does"
        )
    if kept < 5:
        return (
            f"✗ {loss:.0%} of the best linear model's loss: {kept} features kept, there is a place for five"
        )
    if (b >= 0).all():
        return f"✗ {loss:.0%} of the best linear model's loss: a bias below 0 would silence the interference"
    if W.norm(dim=0).amax() < 0.9:
        return (
            f"✗ {loss:.0%} of the best linear model's loss: the directions are short, so x_hat is too small"
        )
    return f"✗ {loss:.0%} of the best linear model's loss: spread the directions, and try other biases"
