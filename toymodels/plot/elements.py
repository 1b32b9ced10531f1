"""What the figures are made of, and how they are redrawn.

When a figure is drawn again on the same axes, it changes what it drew there instead of adding to
it. This is ten times as fast, which lets a slider move. Whatever changes carries a name,
matplotlib's `gid`, by which `named` finds it again. All else is drawn once and stays.
Here is a plot of your own in this style:

    @in_own_look
    def mine(values, ax=None):
        ax = axes(ax)
        dots = named(ax, "dots", lambda: ax.plot(values, ".")[0])
        dots.set_ydata(values)
        return ax
"""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from toymodels import _require as require
from toymodels.plot.look import REFERENCE, OwnFigure

BAR_WIDTH = 0.9  # of the distance between two bars
MARK = "mark"  # name of the values that are written at bars that leave their axis


def named(ax: Axes, name: str, make: Callable[[], Artist]) -> Artist:
    """What carries that name on ax. If nothing does yet, it is made now."""
    for artist in ax.get_children():
        if artist.get_gid() == name:
            return artist
    artist = make()
    artist.set_gid(name)
    return artist


def outlined(ax: Axes, fontsize: float) -> Text:
    """An empty text with a white outline, which is legible on any background."""
    text = ax.text(0, 1, "", ha="center", va="center", fontsize=fontsize)  # 1: on a log axis, too
    text.set_path_effects([withStroke(linewidth=3, foreground="white")])
    return text


def axes(ax: Axes | None, **size) -> Axes:
    if ax is None:
        return plt.subplots(FigureClass=OwnFigure, layout="constrained", **size)[1]
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be matplotlib axes or None, got {ax!r:.100}")
    return ax


def array(values, ndim: int, name: str) -> np.ndarray:
    array = require.numbers(name, values).numpy()
    if array.ndim != ndim:
        raise ValueError(
            f"{name} must have {ndim} axes, got shape {array.shape}. Of several copies, pick one."
        )
    return array


def picture(
    ax: Axes, values: np.ndarray, cmap: str, limits: tuple[float, float], label: str, colorbar: bool
) -> None:
    """Values as colours. The colour map and its limits are set each time."""

    def make():
        image = ax.imshow(values, interpolation="nearest", origin="upper")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
        if colorbar:
            ax.figure.colorbar(image, ax=ax, shrink=0.85)
        return image

    image = named(ax, "picture", make)
    if image.get_size() != values.shape:
        raise ValueError(
            f"ax holds a picture of {image.get_size()}, got {values.shape}. Use a new ax."
        )
    image.set(data=values, cmap=cmap, clim=limits)
    if image.colorbar:
        image.colorbar.set_label(label)


def rectangles(places: np.ndarray, width: float, low, high) -> np.ndarray:
    """(k, 4, 2): corners of rectangles about places (k,), from low to high, numbers or (k,)."""
    left = places - width / 2
    right = places + width / 2
    low = np.broadcast_to(low, places.shape)
    high = np.broadcast_to(high, places.shape)
    xs = np.stack([left, left, right, right], axis=-1)  # (k, 4)
    ys = np.stack([low, high, high, low], axis=-1)
    return np.stack([xs, ys], axis=-1)


def bars(ax: Axes, heights: np.ndarray, limits: tuple[float, float], colors) -> None:
    """Bars from zero, as one artist. A bar that leaves the limits has its value written across it.

    colors: one colour, or (n, 4).
    """
    corners = rectangles(np.arange(len(heights)), BAR_WIDTH, 0, heights)  # (n, 4, 2)

    def make():
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
        return ax.add_collection(PolyCollection(corners, edgecolor="none"))

    drawn = named(ax, "bars", make)
    if len(drawn.get_paths()) != len(heights):
        raise ValueError(
            f"ax holds {len(drawn.get_paths())} bars, got {len(heights)}. Use a new ax."
        )
    drawn.set_verts(corners)
    ax.set(xlim=(-0.7, len(heights) - 0.3), ylim=limits)
    drawn.set_facecolor(colors)
    named(ax, "zero", lambda: ax.axhline(0, color=REFERENCE, lw=0.8))
    _mark_beyond(ax, heights, limits)


def _mark_beyond(ax: Axes, heights: np.ndarray, limits: tuple[float, float]) -> None:
    for text in list(ax.texts):
        if text.get_gid() == MARK:
            text.remove()
    for i, height in enumerate(heights):
        if limits[0] <= height <= limits[1]:
            continue
        edge, side = (limits[1], "top") if height > 0 else (limits[0], "bottom")
        mark = ax.text(i, edge, f"{height:.1f}", va=side, ha="center", rotation=90, fontsize=7)
        mark.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6})
        mark.set_gid(MARK)
