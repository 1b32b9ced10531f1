"""Curves: over training, over features, over a slider."""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.lines import Line2D

from toymodels import _require as require
from toymodels.plot.elements import array, axes, named
from toymodels.plot.look import DASHED, REFERENCE, in_own_look


def _line(given: dict, **ours) -> dict:
    """Options of a line: the caller's, under whatever of their names, and else ours."""
    return normalize_kwargs(ours, Line2D) | normalize_kwargs(given, Line2D)


@in_own_look
def per_feature(values, ax: Axes | None = None, **line) -> Axes:
    """One value per feature as a line with dots; with seeds, their mean, and each seed a faint dot.

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


@in_own_look
def position(
    xs, ys, i: int, ax: Axes | None = None, color: str | None = None, ls: str = "-"
) -> Axes:
    """A curve through all positions of a slider, a large dot at position i, a dashed line at 1.

    Args:
        xs, ys: (positions,). i: which of them is shown.
    """
    xs = array(list(xs) if isinstance(xs, range) else xs, 1, "xs").tolist()
    ys = array(ys, 1, "ys").tolist()
    if len(xs) != len(ys):
        raise ValueError(f"xs and ys must be equally many, got {len(xs)} and {len(ys)}")
    if require.whole_number("i", i, at_least=0) >= len(xs):
        raise ValueError(f"i must be a position, 0 ... {len(xs) - 1}, got {i}")
    ax = axes(ax, figsize=(5, 2.4))
    named(ax, "one", lambda: ax.axhline(1, color=REFERENCE, ls=DASHED, lw=1.2))
    curve = named(ax, "curve", lambda: ax.plot([], [], marker=".", ms=4)[0])
    dot = named(ax, "dot", lambda: ax.plot([], [], "o", ms=9)[0])
    curve.set(data=(xs, ys), color=color or REFERENCE, linestyle=ls)
    dot.set(data=([xs[i]], [ys[i]]), color=color or REFERENCE)
    ax.relim()
    ax.autoscale_view()
    return ax
