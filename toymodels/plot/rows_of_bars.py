"""The picture that runs through the course: a sample's round trip."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from toymodels import _require as require
from toymodels.models import computes_as_tied, identity
from toymodels.plot.elements import array, bars, named, rectangles
from toymodels.plot.look import ACTIVE, NEGATIVE, POSITIVE, OwnFigure, in_own_look

HEIGHTS = (1.0, 1.0, 1.6, 1.6, 1.0)  # of the rows. The first and last hold little below zero
FEW = 12  # bars that each get a number
WITH_SIGN = (-1.5, 1.5)
WITHOUT = (-0.3, 1.5)
UNSEEN = np.full((1, 4, 2), np.nan)  # matplotlib wants at least one rectangle


@in_own_look
def round_trip(model, x, axes: Sequence[Axes] | None = None) -> np.ndarray:
    """One sample's round trip through a model, as rows of bars: x, h, W^T h, + b, x_hat.

    Red bars are positive and blue ones are negative, as in `gram`. A yellow band marks each feature
    that is active in x. In the row W^T h everything outside the bands is shadow. Black outlines in
    the last row show x itself, which the bars should equal.

    Args:
        model: a single TiedAutoencoder, (n, m).
        x: (n,), one sample.
        axes: three to five axes, from the top down. With fewer than five, the last stations are
            left out. None: a new figure with all five.
    Returns:
        (rows,), the axes.
    Raises:
        TypeError, ValueError: the model is not one of these, or has copies; x does not fit it; axes
            are not axes, or too few or too many.
    """
    if not computes_as_tied(model):
        raise TypeError(
            "model must be a TiedAutoencoder that encodes and decodes with the same W, got "
            f"{model!r:.200}"
        )
    require.module(model)
    if model.copies:
        raise ValueError(
            f"model must be a single one, got {model.copies} copies. Pick one: model[i]."
        )
    x = require.numbers("x", x, model.W.dtype)
    if x.shape != (model.n,):
        raise ValueError(f"x must be ({model.n},), one sample, got shape {tuple(x.shape)}")
    axes = _rows(axes)
    active = np.flatnonzero(x.numpy())
    linear = model.output is not torch.relu  # then x_hat may be negative
    output = "no ReLU" if model.output is identity else name_of(model.output)
    hidden = "$h = W x$" if model.hidden is identity else f"$h$ = {name_of(model.hidden)}($W x$)"
    names = ["$x$", hidden, "$W^T h$", "$+\\ b$", f"$\\hat x$: {output}"]
    limits = [WITHOUT, WITH_SIGN, WITH_SIGN, WITH_SIGN, WITH_SIGN if linear else WITHOUT]
    stations = model.round_trip(x)
    for row, (ax, values) in enumerate(zip(axes, stations, strict=False)):
        values = array(values, 1, "values")
        colors = [POSITIVE if value > 0 else NEGATIVE for value in values]
        new = not ax.has_data()
        bars(ax, values, limits[row], colors)
        ax.set_ylabel(names[row])
        if row != 1:  # h has no features
            _mark(ax, "bands", active, *limits[row], facecolor=ACTIVE, edgecolor="none", zorder=0)
        if new:  # ticks take as long as all the rest
            ax.set_yticks([0, 1] if limits[row] is WITHOUT else [-1, 0, 1])
            if len(values) <= FEW:
                ax.set_xticks(range(len(values)))
            if row == 1:
                ax.set_xlabel("hidden dimension", fontsize=8, labelpad=1)
            elif row < len(axes) - 1:
                ax.set_xticklabels([])
    if len(axes) == len(HEIGHTS):
        outline = {"facecolor": "none", "edgecolor": "black", "lw": 1, "zorder": 3}
        _mark(axes[-1], "targets", active, 0, x.numpy()[active], **outline)
    axes[-1].set_xlabel("feature i")
    return axes


def name_of(function) -> str:
    """The name of a model's own function in a figure."""
    return "ReLU" if function is torch.relu else getattr(function, "__name__", "function")


def _rows(axes: Sequence[Axes] | None) -> np.ndarray:
    """(rows,), the axes to draw on, from the top down."""
    if axes is None:
        figure = plt.figure(FigureClass=OwnFigure, figsize=(5, 6), layout="constrained")
        axes = figure.subplots(len(HEIGHTS), 1, height_ratios=HEIGHTS)
    rows = np.asarray(axes, dtype=object).reshape(-1)
    if not all(isinstance(ax, Axes) for ax in rows):
        raise TypeError(f"axes must be a list of matplotlib axes or None, got {axes!r:.100}")
    if not 3 <= len(rows) <= len(HEIGHTS):
        raise ValueError(f"axes must be 3 to {len(HEIGHTS)}, got {len(rows)}")
    return rows


def _mark(ax: Axes, name: str, places: np.ndarray, low, high, **look) -> None:
    """Rectangles one feature wide at the given places, with that name and look."""
    corners = rectangles(places, 1, low, high) if len(places) else UNSEEN

    def make():
        return ax.add_collection(PolyCollection(corners, **look), autolim=False)

    named(ax, name, make).set_verts(corners)
