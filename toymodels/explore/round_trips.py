"""The explorers of arrows, of their shadows, and of the way there and back."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor

from toymodels import _require as require
from toymodels import plot
from toymodels.data import FLOAT32, Data, SparseFeatures, linear_importance
from toymodels.explore.canvas import new_figure
from toymodels.explore.explorer import Explorer, draw_explorer, labelled, nearest
from toymodels.explore.kit import (
    MOST,
    classes_of,
    names_and_colors,
    one_sparsity,
    positions_of,
    turned_onto,
)
from toymodels.metrics import feature_norms
from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel, TiedAutoencoder
from toymodels.plot.elements import named
from toymodels.plot.look import REFERENCE, in_own_look
from toymodels.plot.rows_of_bars import HEIGHTS
from toymodels.sweeps import sweep
from toymodels.training import train_to_the_end

STARTS = 8  # of each setting of `directions`
START_SEED = 9  # with others an arrow jumps once or twice more; how many there are is the same
NEARLY = 1.01  # of the least loss: a start that ends below is as good as the best
NO_LOSS = 1e-6  # a loss below this is as good as none, of which no start is a hundredth worse
SHADOW = 0.1  # what W^T h gives a silent feature counts from here on


# Of directions: finer where arrows come in
MOMENTS = (
    *(0.0, 0.1, 0.2, 0.3, 0.35, 0.38, 0.4, 0.42, 0.44, 0.46, 0.48, 0.5),
    *(0.55, 0.6, 0.7, 0.8, 0.82, 0.84, 0.86, 0.9, 0.95),
)


@in_own_look
def directions(sparsities: Sequence[float] = MOMENTS, steps: int = 1000) -> Explorer:
    """Slider over sparsity: the directions that five features get in two dimensions.

    ReLU-output models with importance 0.9^i whose biases start at the features' means. A rotation
    of the plane means nothing, so each frame is turned (or mirrored) onto the one before.

    Args:
        sparsities: the positions of the slider, each in [0, 1]. steps: of the training.
    Raises:
        TypeError, ValueError: an argument is unusable (in all of this module: before any work).
    """
    sparsities = positions_of(sparsities)
    steps = require.whole_number("steps", steps)
    right_and_up = torch.eye(2, 5, **FLOAT32)  # the first frame: features 0 and 1
    options = {"importances": 0.9 ** torch.arange(5, **FLOAT32), "samples": 2**17, "steps": steps}
    features = SparseFeatures(5, sparsities)
    W = frames_alike(features, right_and_up, STARTS, model_class=_Started, **options)
    figure = new_figure(4.6, 4.6, dpi=90)
    ax = figure.subplots()

    def draw(i):
        plot.directions(W[i], ax)
        long = (feature_norms(W[i]) > 0.5).nonzero().flatten().tolist()
        arrows = ", ".join(map(str, long)) or "none"
        return [
            f"S = {sparsities[i]:.10g}: {_counted(len(long), 'arrow')} longer than 0.5 ({arrows})."
        ]

    summary = f"Directions of 5 features in 2 dimensions at {len(sparsities)} sparsities"
    return draw_explorer(
        figure, draw, "sparsity S", labelled(sparsities), summary, nearest(sparsities, 0.9)
    )


@in_own_look
def shadow() -> Explorer:
    """Two sliders, the angle between two arrows and the strength of feature 1, feature 0 being 1.

    Left: storing. The hidden state h is the sum of the features' arrows. Right, from the top: x;
    h; and what a reading along each arrow gives, W^T h.
    """
    angles = range(10, 181, 10)
    strengths = [0.0, 0.25, 0.5]
    figure = new_figure(9, 4.6, dpi=90)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.1])
    plane = left.subplots()
    rows = right.subplots(3, 1, height_ratios=HEIGHTS[:3])

    def draw(i):
        angle = math.radians(angles[i // len(strengths)])
        x = torch.tensor([1.0, strengths[i % len(strengths)]], **FLOAT32)
        W = torch.tensor([[1.0, math.cos(angle)], [0.0, math.sin(angle)]], **FLOAT32)
        model = LinearModel.from_weights(W)
        plot.directions(W, plane)
        _h_in_the_plane(plane, W @ x)
        plot.round_trip(model, x, rows)
        read = W.T @ W @ x
        return [
            f"Angle {angles[i // len(strengths)]}°: each arrow's shadow on the other is "
            f"{math.cos(angle):z.2f}. Stored: {x[0]:g} and {x[1]:g}. "
            f"Read: {read[0]:z.2f} and {read[1]:z.2f}."
        ]

    summary = f"Two features as arrows, at {len(angles)} angles"
    second = "feature 1", labelled(strengths)
    still = 6 * len(strengths)
    return draw_explorer(figure, draw, "angle", labelled(angles), summary, still, second=second)


@in_own_look
def shared_number() -> Explorer:
    """Two sliders, x_0 and x_1: two features that share one hidden number, as plus and as minus.

    The round trip of the ReLU-output model with W = [1, -1] and no bias.
    """
    strengths = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    model = ReLUOutputModel.from_weights([[1.0, -1.0]])
    figure = new_figure(5.2, 5.6, dpi=90)
    rows = figure.subplots(len(HEIGHTS), 1, height_ratios=HEIGHTS)

    def draw(i):
        both = strengths[i // len(strengths)], strengths[i % len(strengths)]
        x = torch.tensor(both, **FLOAT32)
        plot.round_trip(model, x, rows)
        _, h, *_, back = model.round_trip(x)
        return [
            f"x = ({x[0]:g}, {x[1]:g}) is stored as h = {h[0]:z.1f} "
            f"and comes back as ({back[0]:z.1f}, {back[1]:z.1f})."
        ]

    summary = "Two features that share one number, as plus and as minus"
    labels = labelled(strengths)
    second = "x_1", labels
    still = 3 * len(strengths)
    return draw_explorer(figure, draw, "x_0", labels, summary, still, second=second)


@in_own_look
def round_trip(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsity: float = 0.9,
    samples: int = 10,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over inputs: their round trip through trained models, side by side.

    First each feature alone, at 1; then sparse samples.

    Args:
        n, m: features and hidden dimensions.
        models: classes to show, each once, from TiedAutoencoder.
        sparsity: S in [0, 1], of the data to train on and of the samples.
        samples: how many, at least 0. steps, seed: of the training.
    """
    n, m = require.size(n, m, at_most=MOST)
    samples = require.whole_number("samples", samples, at_least=0, at_most=MOST)
    classes = classes_of(models, n, m)
    for cls in classes:
        _from_tied_autoencoder("models", cls)
    features = SparseFeatures(n, one_sparsity(sparsity))
    trained = _trained(classes, m, features, steps, seed)
    sparse = features.sample(max(1, samples), np.random.default_rng(0))[:samples]
    inputs = torch.cat([torch.eye(n, **FLOAT32), sparse])  # (positions, n)
    labels = [f"feature {j}" for j in range(n)] + [f"sample {k + 1}" for k in range(samples)]
    figure = new_figure(3.85 * len(trained), 6.4, dpi=90)
    axes = figure.subplots(len(HEIGHTS), len(trained), height_ratios=HEIGHTS, squeeze=False)
    for column, name in zip(axes.T, trained, strict=True):
        column[0].set_title(name)

    def draw(i):
        texts = []
        for column, (name, model) in zip(axes.T, trained.items(), strict=True):
            plot.round_trip(model, inputs[i], column)
            texts.append(f"{labels[i].capitalize()}, {name}: {told(model, inputs[i])}.")
        return texts

    names = list(trained)
    summary = f"Round trips of {len(labels)} inputs through {', '.join(names)}"
    return draw_explorer(figure, draw, "input", labels, summary, columns=names)


@in_own_look
def columns(
    model_class: type = ReLUOutputModel,
    sparsity: float = 0.9,
    n: int = 40,
    m: int = 5,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over features: the heatmap W^T W with column j marked, beside feature j's round trip.

    Args:
        model_class: LinearModel, ReLUOutputModel, or your own from TiedAutoencoder.
        sparsity: S in [0, 1]. n, m: features and hidden dimensions. steps, seed: of the training.
    """
    n, m = require.size(n, m, at_most=MOST)
    require.model_class("model_class", model_class, n, m)
    _from_tied_autoencoder("model_class", model_class)
    sparsity = one_sparsity(sparsity)
    ((name, model),) = _trained([model_class], m, SparseFeatures(n, sparsity), steps, seed).items()
    W = model.W.detach()
    figure = new_figure(10.5, 5.2, dpi=90)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.05])
    heatmap = left.subplots()
    rows = right.subplots(len(HEIGHTS), 1, height_ratios=HEIGHTS)

    def draw(j):
        plot.gram(W, heatmap, colorbar=False).set_title(name)
        mark = named(heatmap, "column", lambda: heatmap.plot([], [], color="black", lw=1.2)[0])
        sides = [j - 0.5, j + 0.5, j + 0.5, j - 0.5, j - 0.5]
        mark.set_data(sides, [-0.5, -0.5, n - 0.5, n - 0.5, -0.5])
        x = torch.eye(n, **FLOAT32)[j]
        plot.round_trip(model, x, rows)
        return [f"Column {j}, feature {j} alone: {told(model, x)}."]

    summary = f"{name}, S = {sparsity:.10g}: the {n} columns of W^T W as round trips"
    return draw_explorer(figure, draw, "column j", labelled(range(n)), summary)


def _from_tied_autoencoder(name: str, cls: type) -> None:
    if not issubclass(cls, TiedAutoencoder):
        raise TypeError(f"{name} must be made from TiedAutoencoder, got {cls!r:.200}")


def _trained(
    classes: list[type], m: int, features: SparseFeatures, steps: int, seed: int
) -> dict[str, TiedAutoencoder]:
    """A trained single model of each class, by its name in the figures."""
    n = features.n
    options = {
        "steps": require.whole_number("steps", steps),
        "seed": require.whole_number("seed", seed, at_least=0),
    }
    trained = {}
    for cls, (name, _) in names_and_colors(classes).items():
        trained[name] = cls(n, m, copies=None, seed=options["seed"])
        train_to_the_end(trained[name], features, linear_importance(n), **options)
    return trained


def told(model: TiedAutoencoder, x: Tensor) -> str:
    """A round trip in words: what became of the active features, and of the shadows."""
    _, _, back, _, after = model.round_trip(x)
    silent = x == 0
    shadows = silent & (back.abs() > SHADOW)
    left = shadows & (after.abs() > SHADOW)
    active = (~silent).nonzero().flatten().tolist()
    comes = ", ".join(f"{x[i]:.2f} as {after[i]:z.2f}" for i in active[:4])
    more = f" and {len(active) - 4} more" if len(active) > 4 else ""
    others = _counted(int(shadows.sum()), "other")
    active_ones = f"{comes or 'nothing is active'}{more}"
    return f"{active_ones}; shadows on {others}, {left.sum()} left at the end"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + "s" * (number != 1)


class _Started(ReLUOutputModel):
    """Seed r starts as copy r of START_SEED."""

    def __init__(self, n: int, m: int, copies: int, seed: int):
        super().__init__(n, m, copies, START_SEED)
        if seed:
            start = ReLUOutputModel(n, m, seed + copies, START_SEED).W.detach()
            self.W = torch.nn.Parameter(start[seed:])


def frames_alike(
    data: Data,
    before: Tensor,
    starts: int,
    importances: Tensor | None = None,
    orders: Sequence[Sequence[int]] | None = None,
    model_class: type = ReLUOutputModel,
    **options,
) -> Tensor:
    """Weights in the plane for each position of a slider, frame by frame alike: (positions, 2, n).

    From several starts: of those that end nearly as low as the best, the one most like the frame
    before, so that an arrow keeps its place wherever it can. Frames are turned onto one another.

    Args:
        data: with an exact mean, from where biases start. A position is one of its copies, or one
            row of the importances.
        before: (2, n), what the first frame is to be like.
        starts, importances, model_class: as in `sweep`, and so are the options.
        orders: of the features, that mean the same; None: there is only one.
    """
    run = sweep(model_class, 2, data, importances, starts, bias_at_mean=True, **options)
    if run.interrupted:
        raise KeyboardInterrupt
    n = data.n
    orders = [list(order) for order in orders or [range(n)]]
    frames = []
    for loss, W in zip(run.loss.view(-1, starts), run.W.view(-1, starts, 2, n), strict=True):
        good = W[loss <= max(NEARLY * loss.nan_to_num(torch.inf).min(), NO_LOSS)]  # (some, 2, n)
        turned = turned_onto(before, torch.cat([good[..., order] for order in orders]))
        before = turned[(turned - before).square().sum((-2, -1)).argmin()]
        frames.append(before)
    return torch.stack(frames)


def _h_in_the_plane(ax: Axes, h: Tensor) -> None:
    """The hidden state as a dot with its name on it."""
    dot = named(ax, "h", lambda: ax.plot([], [], "o", color=REFERENCE, ms=12)[0])
    dot.set_data([h[0]], [h[1]])
    options = {"color": "white", "fontsize": 9, "ha": "center", "va": "center", "zorder": 4}
    name = named(ax, "name of h", lambda: ax.text(0, 0, "$h$", **options))
    name.set_position(h.tolist())
