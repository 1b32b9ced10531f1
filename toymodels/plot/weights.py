"""Figures of one trained model: W^T W, the lengths and directions of its features, its biases."""

from __future__ import annotations

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from toymodels import _require as require
from toymodels import metrics
from toymodels.plot.elements import array, axes, bars, named, outlined, picture
from toymodels.plot.look import (
    DIMENSIONALITY,
    DOTTED,
    INTERFERENCE,
    MOST_INTERFERENCE,
    REFERENCE,
    WEIGHTS,
    in_own_look,
)

SHORTEST_ARROW = 0.1
TOGETHER = 0.08  # the numbers of tips nearer to each other than this would overlap
LEAN = 20  # degrees by which we look down on a figure in space
EDGE = 1.25  # tips are joined up to this times the least distance. A square's diagonal is 1.41


@in_own_look
def gram(W, ax: Axes | None = None, limit: float = 1.0, colorbar: bool = True) -> Axes:
    """Heatmap of W^T W: red is positive, blue is negative, white is zero, from -limit to limit.

    Args:
        W: (m, n), one model's weights.
        ax: where to draw. None: a new figure.
        limit: the value of the strongest colour, above 0. Larger entries keep that colour.
    """
    limit = require.positive("limit", limit)
    W = require.matrix("W", W)
    G = array(metrics.gram(W), 2, "W^T W")  # (n, n)
    ax = axes(ax, figsize=(4.6, 4))
    picture(ax, G, WEIGHTS, (-limit, limit), "$(W^T W)_{ij}$", colorbar)
    ax.set(xlabel="feature j", ylabel="feature i", aspect="equal")
    return ax


@in_own_look
def feature_norms(W, ax: Axes | None = None, colorbar: bool = True) -> Axes:
    """Bars |W_i|, coloured by how much others interfere with feature i, and its D as dots.

    A bar of 1 means fully represented, and 0 means dropped. A dot is the dimensionality D: 1 means
    a dimension of its own, and 1/2 means one that is shared with one other feature.

    Args:
        W: (m, n), one model's weights.
    """
    norms = array(metrics.feature_norms(W), 1, "the norms")
    ax = axes(ax, figsize=(6, 2.6))
    scale = Normalize(0, MOST_INTERFERENCE)
    cmap = plt.get_cmap(INTERFERENCE)
    new = not ax.has_data()
    bars(ax, norms, (0, 1.6), cmap(scale(metrics.interference(W).numpy())))
    if colorbar and new:
        colors = plt.cm.ScalarMappable(scale, cmap)
        ax.figure.colorbar(colors, ax=ax, label="interference", extend="max")
    D = metrics.feature_dimensionality(W).numpy() * (
        norms > 0.1
    )  # of a direction of no length: nothing
    dots = named(ax, "dots", lambda: ax.plot(D, ".", color=DIMENSIONALITY, ms=4)[0])
    dots.set_ydata(D)
    ax.set(xlabel="feature i", ylabel="length $|W_i|$")
    return ax


@in_own_look
def bias(b, ax: Axes | None = None, color: str = REFERENCE) -> Axes:
    """Bars b_i, the bias of each feature, with a line at zero.

    Args:
        b: (n,), one model's bias.
    """
    b = array(b, 1, "b")
    ax = axes(ax, figsize=(6, 2.2))
    bars(ax, b, (-0.75, 0.75), color)
    ax.set(xlabel="feature i", ylabel="bias $b_i$")
    return ax


@in_own_look
def directions(W, ax: Axes | None = None, importance=None, colors=None) -> Axes:
    """For m = 2: every feature's direction W_i as a numbered arrow in the plane.

    An arrow is darker if its feature is more important.

    Args:
        W: (2, n), one model's weights.
        importance: (n,). None: all arrows look the same.
        colors: one of matplotlib's for each arrow, for example `WHEEL`. None: shades of blue.
    """
    W = array(require.matrix("W", W), 2, "W")
    m, n = W.shape
    if m != 2:
        raise ValueError(f"W must have m = 2 rows to be drawn in the plane, got m = {m}")
    if colors is not None and len(colors) != n:
        raise ValueError(f"colors must hold one for each of {n} arrows, got {len(colors)}")
    weight = np.ones(n) if importance is None else require.importance(importance, n).numpy()
    if colors is None:
        colors = plt.get_cmap("Blues")(0.3 + 0.7 * weight / weight.max())  # (n, 4)
    ax = axes(ax, figsize=(3.6, 3.6))

    def make():
        ax.add_patch(plt.Circle((0, 0), 1, fill=False, color=REFERENCE, ls=DOTTED))
        ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal")
        ax.set(xlabel="hidden dimension 0", ylabel="hidden dimension 1")
        options = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.012}
        return ax.quiver(*np.zeros((2, n)), *W, **options)

    arrows = named(ax, "arrows", make)
    if n != arrows.N:
        raise ValueError(f"ax holds {arrows.N} arrows, got {n}. Use a new ax.")
    arrows.set_UVC(*W)
    arrows.set_color(colors)
    for i, name in enumerate(_numbers(W)):
        _number(ax, i, W[:, i], name)
    return ax


def _numbers(W: np.ndarray) -> list[str]:
    """What is written at each arrow's tip: its number, or all numbers where tips coincide."""
    names = []
    for i, tip in enumerate(W.T):
        names.append(str(i) if np.linalg.norm(tip) > SHORTEST_ARROW else "")
        for j in range(i):
            if names[i] and names[j] and np.linalg.norm(tip - W[:, j]) < TOGETHER:
                names[j] += f", {i}"
                names[i] = ""
    return names


@in_own_look
def space(W, ax: Axes | None = None, turn: float = 0.0) -> Axes:
    """For m = 3: every feature's direction W_i as a numbered arrow in space, seen from one side.

    Near arrows are dark, and far ones are pale. Thin lines join the tips of the nearest neighbours
    and show the solid that the arrows span. The dotted circle is the sphere of radius 1.

    Args:
        W: (3, n), one model's weights.
        turn: degrees about the upright axis, hidden dimension 2.
    """
    W = array(require.matrix("W", W), 2, "W")
    m = len(W)
    if m != 3:
        raise ValueError(f"W must have m = 3 rows to be drawn in space, got m = {m}")
    turn = array(require.numbers("turn", turn), 0, "turn")
    seen = _view(turn) @ W  # (3, n): to the right, up, towards the reader
    tips = seen[:2].T  # (n, 2)
    order = seen[2].argsort()  # from the back to the front
    ax = axes(ax, figsize=(3.6, 3.6))

    def make():
        ax.add_patch(plt.Circle((0, 0), 1, fill=False, color=REFERENCE, ls=DOTTED))
        ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xticks=[], yticks=[])
        return ax.add_collection(LineCollection([], color=REFERENCE, lw=0.8, alpha=0.6, zorder=1))

    edges = named(ax, "edges", make)
    arrows = named(ax, "arrows", lambda: ax.add_collection(LineCollection([], lw=3, zorder=2)))
    edges.set_segments([tips[list(pair)] for pair in _neighbours(W)])
    arrows.set_segments([[(0, 0), tips[i]] for i in order])
    arrows.set_color(plt.get_cmap("Blues")(0.65 + 0.35 * seen[2][order].clip(-1, 1)))
    for i, name in enumerate(_numbers(W)):
        _number(ax, i, tips[i], name)
    return ax


def _view(turn: float) -> np.ndarray:
    """(3, 3): turn about the upright axis, then lean forward, so that one looks down a little."""
    angle = np.radians(turn)
    lean = np.radians(LEAN)
    right = [np.cos(angle), -np.sin(angle), 0]
    towards = [np.sin(angle), np.cos(angle), 0]
    up = np.array([0, 0, np.cos(lean)]) - np.sin(lean) * np.array(towards)
    near = np.array([0, 0, np.sin(lean)]) + np.cos(lean) * np.array(towards)
    return np.stack([right, up, near])


def _neighbours(W: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of long arrows whose tips are hardly farther apart than the nearest two tips."""
    long = np.flatnonzero(np.linalg.norm(W, axis=0) > SHORTEST_ARROW)
    pairs = list(combinations(long, 2))
    distances = [np.linalg.norm(W[:, i] - W[:, j]) for i, j in pairs]
    reach = EDGE * min(distances, default=0)
    return [pair for pair, distance in zip(pairs, distances, strict=True) if distance <= reach]


def _number(ax: Axes, i: int, tip: np.ndarray, name: str) -> None:
    """The name of an arrow, a little beyond its tip."""
    text = named(ax, f"number {i}", lambda: outlined(ax, fontsize=11))
    text.set_text(name)
    text.set_position(tip * (1 + 0.14 / max(np.hypot(*tip), SHORTEST_ARROW)))
