"""The explorers of the chapters. Every slider position is trained in one batched call and drawn once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toymodels import _validate as check
from toymodels.data import SparseFeatures, linear_importance
from toymodels.metrics import feature_loss, feature_norms, interference, n_represented
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
from toymodels.theory import linear_optimum, loss_ratio
from toymodels.training import progress_bar, train
from toymodels.widgets import Canvas, Explorer, png

# Finer towards 1, where things happen.
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)


def explore_samples(n: int = 40, shown: int = 24, sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Slider over sparsity: a picture of samples, and how many features are active at once.

    Args:
        n: features, at least 1. shown: samples in the picture, at least 1.
        sparsities: the positions of the slider, each in [0, 1].
    """
    shown = check.whole_number("shown", shown)
    features = SparseFeatures(n, list(sparsities))
    u = torch.from_numpy(np.random.default_rng(0).random((20_000, n), dtype=np.float32))
    figure = Figure(figsize=(10.5, 4), dpi=90, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])

    def draw(i):
        x = features.from_uniform(u, copies=slice(i, i + 1))[0]  # all positions at once would be 0.2 GB
        active = (x > 0).sum(-1)  # (samples,)
        plot_samples(x[:shown], left)
        plot_active_counts(active, n, right)
        return f"S = {sparsities[i]:g}: on average {active.float().mean():.1f} of {n} features are active."

    summary = f"Samples of {n} features at {len(sparsities)} sparsities"
    return _explorer(figure, draw, "sparsity S", sparsities, summary, still=0.9)


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
    _known(models)
    features, importance = SparseFeatures(n, list(sparsities)), linear_importance(n)
    trained = {cls: _copies(cls, m, features, importance, steps, seed) for cls in models}
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
    return _explorer(figure, draw, "sparsity S", sparsities, summary, still=0.9, columns=names)


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
    _known([model_class])
    positions = check.whole_number("positions", positions, at_least=2)
    features, importance = SparseFeatures(n, sparsity), linear_importance(n)
    model = model_class(n, m, seed=seed)
    history = _train(model, features, importance, steps=steps, seed=seed, snapshots=positions)
    moments = history.snapshot_steps.tolist()
    ratio = loss_ratio(history.loss, linear_optimum(m, features, importance))
    last = len(ratio) - 1  # one batch's loss is noisy: average over the neighbours
    smooth = [ratio[min(t - t // 8, last) : t + t // 8 + 1].mean().item() for t in moments]
    figure, (left, right) = _two_panels()

    def draw(i):
        plot_gram(history.snapshots[i], left)
        plot_feature_norms(history.snapshots[i], right[0])
        plot_position(moments, smooth, i, right[1], color=COLORS.get(model_class))
        right[1].set(xlabel="training step", ylabel="loss / linear")
        return f"Step {moments[i]}: {_describe(history.snapshots[i], smooth[i])}."

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W at {len(moments)} moments of its training"
    return _explorer(figure, draw, "training step", moments, summary, still=moments[-1])


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
    _known([model_class])
    seeds = check.whole_number("seeds", seeds)
    features, importance = SparseFeatures(n, [sparsity] * seeds), linear_importance(n)
    model, ratio = _copies(model_class, m, features, importance, steps, seed=0)
    figure, (left, right) = _two_panels()

    def draw(i):
        W = model.W[i].detach()
        plot_gram(W, left)
        plot_feature_norms(W, right[0])
        plot_position(range(seeds), ratio, i, right[1], color=COLORS.get(model_class), ls="none")
        right[1].set(xlabel="seed", ylabel="loss / linear")
        return f"Seed {i}: {_describe(W, ratio[i])}."

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W from {seeds} seeds"
    return _explorer(figure, draw, "seed", range(seeds), summary, still=0)


def _known(models) -> None:
    if not (models and all(cls in NAMES for cls in models)):
        names = ", ".join(cls.__name__ for cls in NAMES)
        raise ValueError(f"models must be some of {names}, got {models!r}")


def _two_panels() -> tuple[Figure, tuple[Axes, np.ndarray]]:
    figure = Figure(figsize=(10.5, 4.6), dpi=90, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.05])
    return figure, (left.subplots(), right.subplots(2, 1))


def _train(model, features, importance, steps, **options):
    """Train to the end: a half-trained model must not pass for a trained one."""
    history = train(model, features, importance, steps=steps, **options)
    if len(history.loss) < steps:
        raise KeyboardInterrupt
    return history


def _copies(cls, m, features, importance, steps, seed):
    """A trained copy per sparsity, and each one's loss divided by the exact optimum of a linear model."""
    model = cls(features.n, m, copies=features.copies, seed=seed)
    _train(model, features, importance, steps, seed=seed)
    loss = (importance * feature_loss(model, features, samples=2**17)).mean(-1)
    return model, loss_ratio(loss, linear_optimum(m, features, importance))


def _describe(W, ratio) -> str:
    kept, strongest = n_represented(W), (interference(W) * (feature_norms(W) > 0.5)).max()
    loss = f"loss {ratio:.0%} of the linear optimum" if math.isfinite(ratio) else "linear could be exact"
    return f"keeps {kept} of {W.shape[-1]} features, strongest interference {strongest:.1f}, {loss}"


def _explorer(
    figure: Figure,
    draw: Callable[[int], str],
    name: str,
    positions: Sequence[float],
    summary: str,
    still: float,
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
    shown = int(np.abs(np.asarray(positions) - still).argmin())
    labels = [f"{position:g}" for position in positions]
    named = dict(zip(columns, places, strict=False))
    return Explorer(name, labels, pictures, texts, summary, shown, named)
