"""Figures shared by chapters and widgets: each draws on `ax` (a new one if None) and returns it.

Heatmaps, samples and bars drawn a second time on the same axes move what is there instead of drawing anew:
ten times as fast, which is what lets a slider move. None of them depends on the reader's matplotlib settings.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from toymodels import _validate as check
from toymodels._look import DIMENSIONALITY, INTERFERENCE, MOST_INTERFERENCE, REFERENCE, WEIGHTS, in_own_look
from toymodels.metrics import feature_dimensionality, feature_norms, gram, interference


def _axes(ax: Axes | None, **size) -> Axes:
    if ax is None:
        return plt.subplots(layout="constrained", **size)[1]
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be matplotlib axes or None, got {ax!r:.100}")
    return ax


def _array(values, ndim: int, name: str) -> np.ndarray:
    array = check.numbers(name, values).numpy()
    if array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes (one model: pick a copy), got shape {array.shape}")
    return array


def _show_image(ax: Axes, values: np.ndarray, cmap: str, limits: tuple, label: str, colorbar: bool) -> None:
    """Draw, or put into the picture that ax holds already; its colours and their limits are set each time."""
    if not ax.images:
        image = ax.imshow(values, interpolation="nearest", origin="upper")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
        if colorbar:
            ax.figure.colorbar(image, ax=ax, shrink=0.85)
    image = ax.images[0]
    if image.get_size() != values.shape:
        raise ValueError(f"ax holds a picture of {image.get_size()}, got {values.shape}: take a new ax")
    image.set(data=values, cmap=cmap, clim=limits)
    if image.colorbar:
        image.colorbar.set_label(label)


@in_own_look
def plot_gram(W, ax: Axes | None = None, limit: float = 1.0, colorbar: bool = True) -> Axes:
    """Heatmap of W^T W: red positive, blue negative, white zero, always from -limit to limit.

    Args:
        W: (m, n), one model's weights.
        ax: where to draw; None: a new figure.
        limit: value of the strongest colour, above 0; stronger entries keep that colour.
    """
    limit = check.positive("limit", limit)
    W = check.matrix("W", W)
    G = _array(gram(W), 2, "W^T W")
    ax = _axes(ax, figsize=(4.6, 4))
    _show_image(ax, G, WEIGHTS, (-limit, limit), "$(W^T W)_{ij}$", colorbar)
    ax.set(xlabel="feature j", ylabel="feature i", aspect="equal")
    return ax


@in_own_look
def plot_samples(x, ax: Axes | None = None, colorbar: bool = True) -> Axes:
    """Picture of a batch: one row per sample, one column per feature, dark is large, white is zero.

    Args:
        x: (batch, n), values in [0, 1].
    """
    x = _array(x, 2, "x")
    ax = _axes(ax, figsize=(6, 3))
    _show_image(ax, x, "Greys", (0, 1), "value $x_i$", colorbar)
    ax.set(xlabel="feature i", ylabel="sample", aspect="auto")
    return ax


@in_own_look
def plot_active_counts(counts, n: int, ax: Axes | None = None) -> Axes:
    """Bars: share of samples in which 0, 1, ... n features are active.

    Args:
        counts: (batch,), active features of each sample, whole numbers from 0 to n.
    """
    n = check.whole_number("n", n)
    counts = _array(counts, 1, "counts")
    if not len(counts):
        raise ValueError("counts must hold at least one number, got none")
    wrong = counts[~np.isin(counts, range(n + 1))]
    if len(wrong):
        raise ValueError(f"counts must be whole numbers from 0 to n = {n}, got {wrong[0]:g}")
    ax = _axes(ax, figsize=(5, 3))
    share = np.bincount(counts.astype(int), minlength=n + 1) / len(counts)
    _show_bars(ax, share, (0, 1), color="#56B4E9")
    ax.set(xlabel="features active at once", ylabel="share of samples")
    return ax


@in_own_look
def plot_feature_norms(W, ax: Axes | None = None, colorbar: bool = True) -> Axes:
    """Bars |W_i|, coloured by how much others interfere with feature i; dots: its dimensionality.

    Bar 1: fully represented; 0: dropped. Dot 1: a dimension of its own; 1/2: shared with one other.

    Args:
        W: (m, n), one model's weights.
    """
    norms = _array(feature_norms(W), 1, "the norms")
    ax = _axes(ax, figsize=(6, 2.6))
    scale = Normalize(0, MOST_INTERFERENCE)
    cmap = plt.get_cmap(INTERFERENCE)
    if colorbar and not ax.containers:
        ax.figure.colorbar(plt.cm.ScalarMappable(scale, cmap), ax=ax, label="interference", extend="max")
    bars = _show_bars(ax, norms, (0, 1.6))
    for bar, color in zip(bars, cmap(scale(interference(W).numpy())), strict=True):
        bar.set_facecolor(color)
    D = feature_dimensionality(W).numpy() * (norms > 0.1)  # of a direction of no length it means nothing
    if len(ax.lines) < 2:
        ax.plot(D, ".", color=DIMENSIONALITY, ms=4)
    ax.lines[-1].set_ydata(D)
    ax.set(xlabel="feature i", ylabel="norm $|W_i|$")
    return ax


@in_own_look
def plot_key(ax: Axes | None = None) -> Axes:
    """What the colours of `plot_gram` and `plot_feature_norms` mean, in one low row."""
    ax = _axes(ax, figsize=(3.8, 0.5))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    scales = (
        (0.1, WEIGHTS, ("-1", "1"), "$W^T W$"),
        (0.45, INTERFERENCE, ("0", f"{MOST_INTERFERENCE:g}+"), "interference"),
    )
    for left, cmap, ends, meaning in scales:
        strip = ax.inset_axes((left, 0.55, 0.2, 0.4))
        strip.imshow(np.linspace(0, 1, 64)[None], cmap=cmap, aspect="auto", origin="upper")
        strip.set(xticks=[], yticks=[])
        ax.text(left - 0.02, 0.75, ends[0], ha="right", va="center", fontsize=8)
        ax.text(left + 0.22, 0.75, ends[1], ha="left", va="center", fontsize=8)
        ax.text(left + 0.1, 0.4, meaning, ha="center", va="top", fontsize=8)
    ax.plot(0.87, 0.75, ".", color=DIMENSIONALITY, ms=6)
    ax.text(0.87, 0.4, "dimensionality", ha="center", va="top", fontsize=8)
    return ax


@in_own_look
def plot_position(xs, ys, i: int, ax: Axes | None = None, color: str | None = None, ls: str = "-") -> Axes:
    """A curve through all positions of a slider, with a large dot at position i and a dashed line at 1.

    Args:
        xs, ys: (positions,). i: which of them is shown.
    """
    xs = _array(list(xs), 1, "xs").tolist()
    ys = _array(list(ys), 1, "ys").tolist()
    if len(xs) != len(ys):
        raise ValueError(f"xs and ys must be equally many, got {len(xs)} and {len(ys)}")
    if check.whole_number("i", i, at_least=0) >= len(xs):
        raise ValueError(f"i must be a position, 0 ... {len(xs) - 1}, got {i}")
    ax = _axes(ax, figsize=(5, 2.4))
    if not ax.lines:
        ax.axhline(1, color=REFERENCE, ls="--", lw=1.2)
        ax.plot([], [], marker=".", ms=4)
        ax.plot([], [], "o", ms=9)
    curve, dot = ax.lines[-2:]
    curve.set(data=(xs, ys), color=color or REFERENCE, linestyle=ls)
    dot.set(data=([xs[i]], [ys[i]]), color=color or REFERENCE)
    ax.relim()
    ax.autoscale_view()
    return ax


@in_own_look
def plot_bias(b, ax: Axes | None = None, color: str = REFERENCE) -> Axes:
    """Bars b_i, the bias of each feature, with a line at zero.

    Args:
        b: (n,), one model's bias.
    """
    b = _array(b, 1, "b")
    ax = _axes(ax, figsize=(6, 2.2))
    _show_bars(ax, b, (-0.75, 0.75), color=color)
    ax.set(xlabel="feature i", ylabel="bias $b_i$")
    return ax


def _show_bars(ax: Axes, heights: np.ndarray, limits: tuple[float, float], **look):
    """Bars within limits; one that leaves them ends in its value, written across."""
    if not ax.containers:
        ax.bar(np.arange(len(heights)), heights, width=0.9)
        ax.axhline(0, color=REFERENCE, lw=0.8)
        ax.set(xlim=(-0.7, len(heights) - 0.3), ylim=limits)
    bars = ax.containers[0]
    if len(bars) != len(heights):
        raise ValueError(f"ax holds {len(bars)} bars, got {len(heights)}: take a new ax")
    for bar, height in zip(bars, heights, strict=True):
        bar.set(height=height, **look)
    _mark_beyond(ax, heights, limits)
    return bars


def _mark_beyond(ax: Axes, heights: np.ndarray, limits: tuple[float, float]) -> None:
    for text in list(ax.texts):
        text.remove()
    for i, height in enumerate(heights):
        if not limits[0] <= height <= limits[1]:
            edge, side = (limits[1], "top") if height > 0 else (limits[0], "bottom")
            mark = ax.text(i, edge, f"{height:.1f}", va=side, ha="center", rotation=90, fontsize=7)
            mark.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6})


@in_own_look
def plot_loss(history, ax: Axes | None = None, reference: float | None = None, **line) -> Axes:
    """Loss against training step on a log scale, with the best possible loss as a dashed line.

    Args:
        history: of one model, or of copies: then the line is their mean and the band their range.
        reference: the exact or best known loss.
        line: passed to `ax.plot`, for example label and color.
    """
    if not isinstance(getattr(history, "loss", None), Tensor):
        raise TypeError(f"history must be a History, got {history!r:.200}")
    if not len(history.loss):
        raise ValueError("history must hold at least one step, got none")
    loss = history.loss.numpy().reshape(len(history.loss), -1)
    ax = _axes(ax, figsize=(5, 3.2))
    (drawn,) = ax.plot(history.steps, loss.mean(axis=1), **({"lw": 1} | line))
    if loss.shape[1] > 1:
        ax.fill_between(
            history.steps, loss.min(axis=1), loss.max(axis=1), color=drawn.get_color(), alpha=0.2, lw=0
        )
    if reference is not None:
        ax.axhline(float(reference), color=REFERENCE, ls="--", lw=1.2)
    ax.set(xlabel="training step", ylabel="loss", yscale="log")
    return ax


@in_own_look
def plot_per_feature(values, ax: Axes | None = None, **line) -> Axes:
    """One value per feature as a line with dots; with seeds, their mean as line and each seed a faint dot.

    Args:
        values: (n,) or (seeds, n).
        line: passed to `ax.plot`, for example label and color.
    """
    values = _array(torch.atleast_2d(check.numbers("values", values)), 2, "values")
    ax = _axes(ax, figsize=(6, 2.6))
    (drawn,) = ax.plot(values.mean(axis=0), **({"marker": "o", "ms": 3, "lw": 1} | line))
    if len(values) > 1:
        ax.plot(values.T, ".", color=drawn.get_color(), alpha=0.35, ms=3)
    ax.set(xlabel="feature i")
    return ax


@in_own_look
def plot_directions(W, ax: Axes | None = None, importance=None) -> Axes:
    """For m = 2: every feature's direction W_i as an arrow in the plane, darker if more important.

    Args:
        W: (2, n), one model's weights.
        importance: (n,); None: all arrows the same.
    """
    W = _array(check.matrix("W", W), 2, "W")
    if len(W) != 2:
        raise ValueError(f"W must have m = 2 rows to be drawn in the plane, got m = {len(W)}")
    n = W.shape[1]
    weight = np.ones(n) if importance is None else check.importance(importance, n).numpy()
    colors = plt.get_cmap("Blues")(0.3 + 0.7 * weight / weight.max())
    ax = _axes(ax, figsize=(3.6, 3.6))
    if ax.collections:
        if n != ax.collections[0].N:
            raise ValueError(f"ax holds {ax.collections[0].N} arrows, got {n}: take a new ax")
        ax.collections[0].set_UVC(*W)
        ax.collections[0].set_color(colors)
        return ax
    ax.quiver(*np.zeros((2, n)), *W, color=colors, angles="xy", scale_units="xy", scale=1, width=0.012)
    ax.add_patch(plt.Circle((0, 0), 1, fill=False, color=REFERENCE, ls=":"))
    ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal")
    ax.set(xlabel="hidden dimension 0", ylabel="hidden dimension 1")
    return ax
