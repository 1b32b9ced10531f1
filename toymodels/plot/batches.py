"""Figures of data."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from toymodels import _require as require
from toymodels.plot.elements import array, axes, bars, picture
from toymodels.plot.look import COUNTS, in_own_look


@in_own_look
def samples(x, ax: Axes | None = None, colorbar: bool = True) -> Axes:
    """Picture of a batch: one row per sample, one column per feature, dark is large, white is zero.

    Args:
        x: (batch, n), values in [0, 1].
    """
    x = array(x, 2, "x")
    ax = axes(ax, figsize=(6, 3))
    picture(ax, x, "Greys", (0, 1), "value $x_i$", colorbar)
    ax.set(xlabel="feature i", ylabel="sample", aspect="auto")
    return ax


@in_own_look
def active_counts(counts, n: int, ax: Axes | None = None) -> Axes:
    """Bars: share of samples in which 0, 1, ... n features are active.

    Args:
        counts: (batch,), active features of each sample, whole numbers from 0 to n.
    """
    n = require.whole_number("n", n)
    counts = array(counts, 1, "counts")
    if not len(counts):
        raise ValueError("counts must hold at least one number, got none")
    wrong = counts[~np.isin(counts, range(n + 1))]
    if len(wrong):
        raise ValueError(f"counts must be whole numbers from 0 to n = {n}, got {wrong[0]:g}")
    ax = axes(ax, figsize=(5, 3))
    share = np.bincount(counts.astype(int), minlength=n + 1) / len(counts)  # (n + 1,)
    bars(ax, share, (0, 1), COUNTS)
    ax.set(xlabel="features active at once", ylabel="share of samples")
    return ax
