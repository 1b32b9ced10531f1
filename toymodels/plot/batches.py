"""Figures of data."""

from __future__ import annotations

from matplotlib.axes import Axes

from toymodels.plot.elements import array, axes, picture
from toymodels.plot.look import in_own_look


@in_own_look
def samples(x, ax: Axes | None = None, colorbar: bool = True) -> Axes:
    """Picture of a batch: a row for each sample, a column for each feature. White is 0, black is 1.

    Args:
        x: (batch, n), values in [0, 1].
    """
    x = array(x, 2, "x")
    ax = axes(ax, figsize=(6, 3))
    picture(ax, x, "Greys", (0, 1), "value $x_i$", colorbar)
    ax.set(xlabel="feature i", ylabel="sample", aspect="auto")
    return ax
