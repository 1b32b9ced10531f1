"""Sliders over prepared pictures: every position is trained and drawn once, then the browser alone moves."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
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
    plot_samples,
)
from toymodels.theory import linear_optimum
from toymodels.training import progress_bar, train

# Finer towards 1, where things happen.
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)


def png(figure: Figure) -> bytes:
    """The figure as a PNG with a palette of 256 colours: half the bytes, and the eye sees no difference."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(buffer, "png")
    return buffer.getvalue()


class Explorer(widgets.VBox):
    """A slider, a play button, and one picture with one line of text per slider position.

    The slider is linked to the pictures in the browser: no kernel takes part, and a saved page with
    widget state stays alive. Where no widget can be shown, the picture at `start` stands in its place.

    Args:
        name: what the slider sets, its label.
        labels: of the positions, for example "0.90".
        pictures: PNG bytes, one per position, all of one size.
        texts: one line per position: what the picture shows, in words.
        summary: a line for readers without widgets; it must not depend on the luck of a training run.
        start: first position.
    Attributes:
        slider: its `index` is the position; `pictures` and `lines` follow in the browser.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        pictures: Sequence[bytes],
        texts: Sequence[str],
        summary: str,
        start: int = 0,
    ):
        if not len(labels) == len(pictures) == len(texts) > start >= 0:
            raise ValueError(
                "labels, pictures and texts must be equally many, and start one of their positions; "
                f"got {len(labels)}, {len(pictures)}, {len(texts)} and start {start}"
            )
        self.summary, self._still = summary, pictures[start]
        width, height = Image.open(io.BytesIO(pictures[0])).size
        size = widgets.Layout(width=f"{width}px", height=f"{height}px", max_width="none")
        self.pictures = widgets.Stack(
            [widgets.Image(value=data, format="png", layout=size) for data in pictures],
            selected_index=start,
        )
        self.lines = widgets.Stack(
            [widgets.HTML(f"<div style='font-size:1.1em'>{html.escape(text)}</div>") for text in texts],
            selected_index=start,
        )
        self.slider = widgets.SelectionSlider(
            options=list(labels), index=start, description=name, layout=widgets.Layout(width="32em")
        )
        self.play = widgets.Play(min=0, max=len(labels) - 1, value=start, interval=400)
        self.links = [
            widgets.jslink((self.slider, "index"), (self.pictures, "selected_index")),
            widgets.jslink((self.slider, "index"), (self.lines, "selected_index")),
            widgets.jslink((self.play, "value"), (self.slider, "index")),
        ]
        super().__init__([widgets.HBox([self.slider, self.play]), self.pictures, self.lines])

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": self.summary, "image/png": self._still}


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
    figure = Figure(figsize=(9.6, 3.8), dpi=80, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])

    def draw(i):
        plot_samples(x[i, :shown], left)
        plot_active_counts(active[i], n, right)
        return f"S = {sparsities[i]:g}: on average {active[i].float().mean():.1f} of {n} features are active."

    return _explorer(
        figure, draw, sparsities, f"Samples of {n} features at {len(sparsities)} sparsities; shown: "
    )


def explore_gram(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsities: Sequence[float] = SPARSITIES,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over sparsity: W^T W, feature norms and biases of trained models side by side.

    Args:
        n, m: features and hidden dimensions. models: classes to show.
        sparsities: the positions of the slider, each in [0, 1]. steps, seed: of the training.
    """
    importance, features = linear_importance(n), SparseFeatures(n, list(sparsities))
    optimum = linear_optimum(m, features, importance)
    trained, ratios = [], []
    for cls in models:
        model = cls(n, m, copies=len(sparsities), seed=seed)
        train(model, features, importance, steps=steps, seed=seed)
        trained.append(model)
        loss = (importance * feature_loss(model, features, samples=16_384)).mean(-1)
        ratios.append(loss / optimum)
    figure = Figure(figsize=(4 * len(models), 7), dpi=80, layout="constrained")
    axes = figure.subplots(3, len(models), height_ratios=[3.4, 1, 1], squeeze=False)

    def draw(i):
        parts = []
        for k, (cls, model, ratio) in enumerate(zip(models, trained, ratios, strict=True)):
            W, b = model.W[i].detach(), model.b[i].detach()
            plot_gram(W, axes[0, k], colorbar=k == len(models) - 1).set_title(NAMES[cls])
            plot_feature_norms(W, axes[1, k], colorbar=False)
            plot_bias(b, axes[2, k], color=COLORS[cls])
            parts.append(
                f"{NAMES[cls]} keeps {n_represented(W)} of {n} features, strongest interference "
                f"{interference(W).max():.1f}, loss {ratio[i]:.0%} of the linear optimum"
            )
        return f"S = {sparsities[i]:g}: " + "; ".join(parts) + "."

    names = ", ".join(NAMES[cls] for cls in models)
    return _explorer(figure, draw, sparsities, f"W^T W of {names} at {len(sparsities)} sparsities; shown: ")


def _explorer(
    figure: Figure, draw: Callable[[int], str], sparsities: Sequence[float], summary: str, start: float = 0.9
) -> Explorer:
    """Draw every position once; begin at the sparsity nearest to `start`."""
    pictures, texts = [], []
    draw(0)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # settled once: no position shifts, and drawing is three times as fast
    bar = progress_bar(len(sparsities), "drawing")
    for i in range(len(sparsities)):
        texts.append(draw(i))
        pictures.append(png(figure))
        bar.update()
    bar.close()
    first = int(np.abs(np.asarray(sparsities) - start).argmin())
    return Explorer(
        "sparsity S",
        [f"{S:g}" for S in sparsities],
        pictures,
        texts,
        f"{summary}S = {sparsities[first]:g}",
        first,
    )
