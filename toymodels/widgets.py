"""Explorers: a slider over pictures prepared beforehand. Every position is trained in one batched call
and drawn once; after that the browser moves alone, with no kernel taking part."""

from __future__ import annotations

import base64
import gc
import html
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from toymodels import _validate as check
from toymodels.data import SparseFeatures, linear_importance
from toymodels.metrics import feature_loss, interference, n_represented
from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel
from toymodels.plots import (
    COLORS,
    NAMES,
    plot_active_counts,
    plot_bias,
    plot_feature_norms,
    plot_gram,
    plot_position,
    plot_samples,
)
from toymodels.theory import linear_optimum
from toymodels.training import progress_bar, train

# Finer towards 1, where things happen.
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)


class Canvas:
    """A figure that is drawn again and again: its frame once, only what moves each time.

    Args:
        figure: with everything drawn once; its layout is kept from then on, so that nothing jumps.
        axes: those whose images, bars, lines and arrows move.
    """

    def __init__(self, figure: Figure, axes: Sequence[Axes]):
        self._canvas = FigureCanvasAgg(figure)
        if isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):  # not yet settled
            self._canvas.draw()
            figure.set_layout_engine("none")
        kinds = ("images", "patches", "collections", "lines")
        self._moving = [artist for ax in axes for kind in kinds for artist in getattr(ax, kind)]
        self._moving += [spine for ax in axes for spine in ax.spines.values() if ax.images]  # on top again
        for artist in self._moving:
            artist.set_animated(True)
        self._canvas.draw()
        self._frame = self._canvas.copy_from_bbox(figure.bbox)

    def picture(self) -> Image.Image:
        """The figure as it is now, in RGB."""
        self._canvas.restore_region(self._frame)
        for artist in self._moving:
            artist.axes.draw_artist(artist)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())).convert("RGB")

    def release(self):
        """Give several MB back at once: a figure refers to itself and would wait for the collector's turn."""
        self._canvas.figure.clear()
        self._canvas = self._frame = self._moving = None
        gc.collect()

    def columns(self, axes: np.ndarray) -> list[tuple[int, int]]:
        """For each column of a grid of axes its place in the picture: left and right, in pixels."""
        lefts = [min(ax.get_tightbbox().x0 for ax in column) - 6 for column in axes.T]
        return list(pairwise([0, *map(int, lefts[1:]), self._canvas.get_width_height()[0]]))


def png(picture: Image.Image, palette: bool = True) -> bytes:
    """PNG bytes; with a palette of 256 colours half as many, and the eye sees no difference."""
    buffer = io.BytesIO()
    if palette:
        picture.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(buffer, "png")
    else:
        picture.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


class Pictured(widgets.VBox):
    """A widget that is also a picture and a line of text, for readers without a kernel or a browser."""

    def still(self) -> tuple[str, bytes]:
        """(summary, PNG bytes); the summary must not depend on the luck of a training run."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        summary, picture = self.still()
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": summary, "image/png": picture}


class Explorer(Pictured):
    """A slider, a play button, and one picture with one line of text per slider position.

    The slider is linked to the pictures in the browser: a saved page with widget state stays alive.

    Args:
        name: what the slider sets, its label.
        labels: of the positions, for example "0.9".
        pictures: PNG bytes, one per position, all of one size.
        texts: one line per position: what the picture shows, in words.
        summary: a line for readers without widgets; "shown: " and the position are added.
        start: first position.
        columns: name -> (left, right) in pixels, parts of the picture that can be shown alone; a row of
            buttons chooses between them and all.
    Attributes:
        slider: its `index` is the position; `pictures` and `lines` follow it in the browser.
        frames: the PNG bytes.
        choice: the row of buttons; its `index` is followed by `shown`. None without columns.
    Raises:
        ValueError: labels, pictures and texts differ in number, or start is none of them.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        pictures: Sequence[bytes],
        texts: Sequence[str],
        summary: str,
        start: int = 0,
        columns: Mapping[str, tuple[int, int]] | None = None,
    ):
        if not len(labels) == len(texts) == len(pictures) > start >= 0:
            raise ValueError(
                "labels, pictures and texts must be equally many, and start one of their positions; got "
                f"{len(labels)}, {len(pictures)}, {len(texts)} and start {start}"
            )
        self.frames, self._start = list(pictures), start
        self._summary = f"{summary}; shown: {name} = {labels[start]}"
        self.pictures = _pages([_picture(*page) for page in zip(pictures, texts, strict=True)], start)
        self.lines = _pages([_line(text) for text in texts], start)
        self.slider = widgets.SelectionSlider(
            options=list(labels), index=start, description=name, layout=widgets.Layout(width="36em")
        )
        self.slider.style.description_width = "initial"
        self.play = widgets.Play(min=0, max=len(labels) - 1, value=start, interval=400)
        self.links = [
            widgets.jslink((self.play, "value"), (self.slider, "index")),
            widgets.jslink((self.slider, "index"), (self.pictures, "selected_index")),
            widgets.jslink((self.slider, "index"), (self.lines, "selected_index")),
        ]
        controls, self.shown, self.choice = [self.slider, self.play], self.pictures, None
        if columns:
            self.choice = widgets.ToggleButtons(options=["all", *columns], index=0, description="show")
            self.choice.style = {"button_width": "auto", "description_width": "initial"}
            parts = [_part(self.pictures, left, right) for left, right in columns.values()]
            self.shown = widgets.Stack([self.pictures, *parts], selected_index=0)
            self.links.append(widgets.jslink((self.choice, "index"), (self.shown, "selected_index")))
            controls.append(self.choice)
        row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, self.shown, self.lines])

    def still(self) -> tuple[str, bytes]:
        return self._summary, self.frames[self._start]


def _part(picture: widgets.Widget, left: int, right: int) -> widgets.Box:
    """A window on the pixels from left to right of a picture: the same widget, shifted and cut by CSS."""
    shifted = widgets.Box([picture], layout=widgets.Layout(margin=f"0 0 0 {-left}px", overflow="visible"))
    return widgets.Box([shifted], layout=widgets.Layout(width=f"{right - left}px", overflow="hidden"))


def _pages(contents: Sequence[str], start: int) -> widgets.Stack:
    """A stack of HTML, one page per position."""
    layout, style = widgets.Layout(margin="0"), widgets.HTML().style
    return widgets.Stack(
        [widgets.HTML(content, layout=layout, style=style) for content in contents], selected_index=start
    )


def _picture(data: bytes, text: str) -> str:
    """An image that carries its own bytes: the browser shows it at once, where an Image widget's would
    first be fetched, four times as slow. Its size is set: nothing moves when it changes."""
    width, height = Image.open(io.BytesIO(data)).size
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return (
        f'<img src="{source}" width="{width}" height="{height}" alt="{html.escape(text)}" draggable="false" '
        'style="display:block;max-width:none">'
    )


def _line(text: str) -> str:
    """At least two lines high, so that what stands below does not move."""
    look = "font-size:1.1em;line-height:1.4;min-height:2.8em"
    return f'<div aria-live="polite" style="{look}">{html.escape(text)}</div>'


def explore_samples(n: int = 40, shown: int = 24, sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Slider over sparsity: a picture of samples, and how many features are active at once.

    Args:
        n: features, at least 1. shown: samples in the picture, at least 1.
        sparsities: the positions of the slider, each in [0, 1].
    """
    shown = check.whole_number("shown", shown)
    features = SparseFeatures(n, list(sparsities))
    x = features.sample(20_000, torch.Generator().manual_seed(0))
    active = (x > 0).sum(-1)  # (positions, samples)
    figure = Figure(figsize=(10.5, 4), dpi=90, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])

    def draw(i):
        plot_samples(x[i, :shown], left)
        plot_active_counts(active[i], n, right)
        return f"S = {sparsities[i]:g}: on average {active[i].float().mean():.1f} of {n} features are active."

    summary = f"Samples of {n} features at {len(sparsities)} sparsities"
    return _explorer(figure, draw, "sparsity S", sparsities, summary, start=0.9)


def explore_gram(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsities: Sequence[float] = SPARSITIES,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over sparsity: trained models side by side, all of them or one.

    For each model W^T W; the norms of the directions, coloured by interference, with dimensionality as
    dots; the biases; and its loss, divided by the best loss of a linear model, along all sparsities.

    Args:
        n, m: features and hidden dimensions. models: classes to show.
        sparsities: the positions of the slider, each in [0, 1]. steps, seed: of the training.
    """
    features, importance = SparseFeatures(n, list(sparsities)), linear_importance(n)
    trained = {cls: _train(cls, m, features, importance, steps, seed) for cls in models}
    figure = Figure(figsize=(3.85 * len(models), 7.4), dpi=90, layout="constrained")
    axes = figure.subplots(4, len(models), height_ratios=[3.4, 1, 1, 1], squeeze=False)

    def draw(i):
        for column, (cls, (model, ratio)) in zip(axes.T, trained.items(), strict=True):
            W = model.W[i].detach()
            plot_gram(W, column[0], colorbar=len(models) == 1).set_title(NAMES[cls])
            plot_feature_norms(W, column[1], colorbar=False)
            plot_bias(model.b[i], column[2], color=COLORS[cls])
            plot_position(sparsities, ratio, i, column[3], color=COLORS[cls])
            column[3].set(xlabel="sparsity S", ylabel="loss / linear", ylim=(0, 1.2))
        parts = [f"{NAMES[cls]} {_describe(model.W[i], ratio[i])}" for cls, (model, ratio) in trained.items()]
        return f"S = {sparsities[i]:g}: " + "; ".join(parts) + "."

    names = [NAMES[cls] for cls in models]
    summary = f"W^T W of {', '.join(names)} at {len(sparsities)} sparsities"
    return _explorer(figure, draw, "sparsity S", sparsities, summary, start=0.9, columns=names)


def explore_training(
    model_class: type = ReLUOutputModel,
    sparsity: float = 0.9,
    n: int = 40,
    m: int = 5,
    steps: int = 1000,
    positions: int = 25,
    seed: int = 0,
) -> Explorer:
    """Slider over training time: from random weights to the final structure.

    Args:
        model_class: LinearModel, ReLUModel or ReLUOutputModel. sparsity: S in [0, 1].
        n, m: features and hidden dimensions. steps, seed: of the training.
        positions: of the slider, at least 2; denser in the beginning.
    """
    positions = check.whole_number("positions", positions, at_least=2)
    features, importance = SparseFeatures(n, sparsity), linear_importance(n)
    model = model_class(n, m, seed=seed)
    history = train(model, features, importance, steps=steps, seed=seed, snapshots=positions)
    moments = history.snapshot_steps.tolist()
    ratio = history.loss / linear_optimum(m, features, importance)
    smooth = [ratio[t - t // 8 : t + t // 8 + 1].mean().item() for t in moments]  # one batch's loss is noisy
    figure, (left, right) = _two_panels()

    def draw(i):
        plot_gram(history.snapshots[i], left)
        plot_feature_norms(history.snapshots[i], right[0])
        plot_position(moments, smooth, i, right[1], color=COLORS.get(model_class))
        right[1].set(xlabel="training step", ylabel="loss / linear")
        return f"Step {moments[i]}: {_describe(history.snapshots[i], smooth[i])}."

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W at {len(moments)} moments of its training"
    return _explorer(figure, draw, "training step", moments, summary, start=moments[-1])


def explore_seeds(
    model_class: type = ReLUOutputModel,
    sparsity: float = 0.9,
    n: int = 40,
    m: int = 5,
    steps: int = 1000,
    seeds: int = 12,
) -> Explorer:
    """Slider over seeds: the same setting from several random starts. What stays is law, the rest luck.

    Args:
        model_class: LinearModel, ReLUModel or ReLUOutputModel. sparsity: S in [0, 1].
        n, m: features and hidden dimensions. steps: of the training. seeds: how many, at least 1.
    """
    seeds = check.whole_number("seeds", seeds)
    features, importance = SparseFeatures(n, [sparsity] * seeds), linear_importance(n)
    model, ratio = _train(model_class, m, features, importance, steps, seed=0)
    figure, (left, right) = _two_panels()

    def draw(i):
        W = model.W[i].detach()
        plot_gram(W, left)
        plot_feature_norms(W, right[0])
        plot_position(range(seeds), ratio, i, right[1], color=COLORS.get(model_class), ls="none")
        right[1].set(xlabel="seed", ylabel="loss / linear")
        return f"Seed {i}: {_describe(W, ratio[i])}."

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W from {seeds} seeds"
    return _explorer(figure, draw, "seed", range(seeds), summary, start=0)


def _two_panels() -> tuple[Figure, tuple[Axes, np.ndarray]]:
    figure = Figure(figsize=(10.5, 4.6), dpi=90, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.05])
    return figure, (left.subplots(), right.subplots(2, 1))


def _train(cls, m, features, importance, steps, seed):
    """A trained copy per sparsity, and each one's loss divided by the exact optimum of a linear model."""
    model = cls(features.n, m, copies=features.copies, seed=seed)
    train(model, features, importance, steps=steps, seed=seed)
    loss = (importance * feature_loss(model, features, samples=32_768)).mean(-1)
    return model, loss / linear_optimum(m, features, importance).clamp_min(1e-12)


def _describe(W, ratio) -> str:
    kept, strongest = n_represented(W), interference(W).max()
    return (
        f"keeps {kept} of {W.shape[-1]} features, strongest interference {strongest:.1f}, "
        f"loss {ratio:.0%} of the linear optimum"
    )


def _explorer(
    figure: Figure,
    draw: Callable[[int], str],
    name: str,
    positions: Sequence[float],
    summary: str,
    start: float,
    columns: Sequence[str] = (),
) -> Explorer:
    """Draw every position once. The columns of axes, if they have names, can be shown one at a time."""
    draw(0)
    moving = [ax for ax in figure.axes if not hasattr(ax, "_colorbar")]
    canvas = Canvas(figure, moving)
    places = canvas.columns(np.reshape(moving, (-1, len(columns)))) if len(columns) > 1 else []
    pictures, texts = [], []
    bar = progress_bar(len(positions), "drawing")
    for i in range(len(positions)):
        texts.append(draw(i))
        pictures.append(png(canvas.picture()))
        bar.update()
    bar.close()
    canvas.release()
    first = int(np.abs(np.asarray(positions) - start).argmin())
    labels = [f"{position:g}" for position in positions]
    named = dict(zip(columns, places, strict=False))
    return Explorer(name, labels, pictures, texts, summary, first, named)
