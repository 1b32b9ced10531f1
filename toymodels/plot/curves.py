"""Curves: over training, over features, over a slider."""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.lines import Line2D

from toymodels import _require as require
from toymodels.plot.elements import array, axes
from toymodels.plot.look import in_own_look


def _line(given: dict, **ours) -> dict:
    """Options of a line: the caller's, under any of their names, or else ours."""
    return normalize_kwargs(ours, Line2D) | normalize_kwargs(given, Line2D)


@in_own_look
def per_feature(values, ax: Axes | None = None, **line) -> Axes:
    """One value for each feature, as a line with dots. With seeds: their mean, and faint dots.

    Args:
        values: (n,) or (seeds, n).
        line: passed to `ax.plot`, for example label and color.
    """
    values = array(torch.atleast_2d(require.numbers("values", values)), 2, "values")
    ax = axes(ax, figsize=(6, 2.6))
    (drawn,) = ax.plot(values.mean(axis=0), **_line(line, marker="o", ms=3, lw=1))
    if len(values) > 1:
        ax.plot(values.T, ".", color=drawn.get_color(), alpha=0.35, ms=3)
    ax.set(xlabel="feature i")
    return ax
