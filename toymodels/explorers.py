"""The explorers of the chapters. Every slider position is trained in one batched call and drawn once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toymodels import _validate as check
from toymodels._look import COLORS, NAMES
from toymodels.canvas import new_figure
from toymodels.data import SparseFeatures, linear_importance
from toymodels.explorer import Explorer, draw_explorer
from toymodels.metrics import feature_loss, feature_norms, interference, n_represented
from toymodels.models import LinearModel, ReLUModel, ReLUOutputModel
from toymodels.plots import (
    plot_active_counts,
    plot_bias,
    plot_feature_norms,
    plot_gram,
    plot_key,
    plot_position,
    plot_samples,
)
from toymodels.theory import linear_loss, linear_optimum, loss_ratio
from toymodels.training import train_to_the_end

# Finer towards 1, where things happen.
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)


MOST = 200  # positions of a slider: a picture takes 50 ms to draw and 10 KB; rows of a picture


def explore_samples(n: int = 40, shown: int = 24, sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Slider over sparsity: a picture of samples, and how many features are active at once.

    Args:
        n: features, at least 1. shown: samples in the picture, 1 to 200.
        sparsities: the positions of the slider, each in [0, 1].
    Raises:
        TypeError, ValueError: an argument is unusable (in all of this module: before anything is drawn).
    """
    n = check.whole_number("n", n)
    shown = _few("shown", check.whole_number("shown", shown))
    sparsities = _positions(sparsities)
    features = SparseFeatures(n, sparsities)
    u = torch.from_numpy(np.random.default_rng(0).random((20_000, n), dtype=np.float32))
    figure = new_figure(10.5, 4, dpi=90)
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])

    def draw(i):
        x = features.from_uniform(u, copies=slice(i, i + 1))[0]  # all positions at once would be 0.2 GB
        active = (x > 0).sum(-1)  # (samples,)
        plot_samples(x[:shown], left)
        plot_active_counts(active, n, right)
        return [f"S = {sparsities[i]:g}: on average {active.float().mean():.1f} of {n} features are active."]

    summary = f"Samples of {n} features at {len(sparsities)} sparsities"
    return draw_explorer(figure, draw, "sparsity S", sparsities, summary, still=0.9)


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
        n, m: features and hidden dimensions. models: classes to show, each once.
        sparsities: the positions of the slider, each in [0, 1]. steps, seed: of the training.
    """
    models = _known(models)
    n, m = check.size(n, m)
    seed = check.whole_number("seed", seed, at_least=0)
    steps = check.whole_number("steps", steps)
    sparsities = _positions(sparsities)
    features = SparseFeatures(n, sparsities)
    trained = _trained(models, m, features, steps, seed)
    figure = new_figure(3.85 * len(models), 6.6, dpi=90)
    axes = figure.subplots(5, len(models), height_ratios=[3.6, 1.2, 0.8, 0.8, 0.4], squeeze=False)
    for ax in axes[-1]:
        plot_key(ax)

    def draw(i):
        for column, (cls, (model, ratio)) in zip(axes.T, trained.items(), strict=True):
            heatmap, norms, biases, losses, _ = column
            W = model.W[i].detach()
            plot_gram(W, heatmap, colorbar=False).set_title(NAMES[cls])
            plot_feature_norms(W, norms, colorbar=False).set(xlabel="", xticklabels=[])
            plot_bias(model.b[i], biases, color=COLORS[cls])
            plot_position(sparsities, ratio, i, losses, color=COLORS[cls])
            losses.set(xlabel="sparsity S", ylabel="loss / linear", ylim=(0, _top(ratio)))
        return [
            f"S = {sparsities[i]:g}, {NAMES[cls]}: {_describe(model.W[i], ratio[i])}."
            for cls, (model, ratio) in trained.items()
        ]

    names = [NAMES[cls] for cls in models]
    summary = f"W^T W of {', '.join(names)} at {len(sparsities)} sparsities"
    return draw_explorer(figure, draw, "sparsity S", sparsities, summary, still=0.9, columns=names)


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
    (model_class,) = _known([model_class])
    n, m = check.size(n, m)
    sparsity = _one_sparsity(sparsity)
    steps = check.whole_number("steps", steps)
    positions = _few("positions", check.whole_number("positions", positions, at_least=2))
    positions = min(positions, steps + 1)
    features = SparseFeatures(n, sparsity)
    importance = linear_importance(n)
    model = model_class(n, m, seed=seed)
    history = train_to_the_end(model, features, importance, steps=steps, seed=seed, snapshots=positions)
    moments = history.snapshot_steps.tolist()
    ratio = loss_ratio(history.loss, linear_optimum(m, features, importance))
    last = len(ratio) - 1  # one batch's loss is noisy: average over the neighbours
    smooth = [ratio[min(t - t // 8, last) : t + t // 8 + 1].mean().item() for t in moments]
    figure, heatmap, norms, losses = _two_panels()

    def draw(i):
        plot_gram(history.snapshots[i], heatmap, colorbar=False)
        plot_feature_norms(history.snapshots[i], norms, colorbar=False)
        plot_position(moments, smooth, i, losses, color=COLORS.get(model_class))
        losses.set(xlabel="training step", ylabel="loss / linear")
        return [f"Step {moments[i]}: {_describe(history.snapshots[i], smooth[i])}."]

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W at {len(moments)} moments of its training"
    return draw_explorer(figure, draw, "training step", moments, summary, still=moments[-1])


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
    models = _known([model_class])
    n, m = check.size(n, m)
    sparsity = _one_sparsity(sparsity)
    steps = check.whole_number("steps", steps)
    seeds = _few("seeds", check.whole_number("seeds", seeds))
    features = SparseFeatures(n, [sparsity] * seeds)
    ((model, ratio),) = _trained(models, m, features, steps, seed=0).values()
    figure, heatmap, norms, losses = _two_panels()

    def draw(i):
        W = model.W[i].detach()
        plot_gram(W, heatmap, colorbar=False)
        plot_feature_norms(W, norms, colorbar=False)
        plot_position(range(seeds), ratio, i, losses, color=COLORS[model_class], ls="none")
        losses.set(xlabel="seed", ylabel="loss / linear")
        return [f"Seed {i}: {_describe(W, ratio[i])}."]

    summary = f"{NAMES[model_class]}, S = {sparsity:g}: W^T W from {seeds} seeds"
    return draw_explorer(figure, draw, "seed", range(seeds), summary, still=0)


def _known(models) -> list[type]:
    names = ", ".join(cls.__name__ for cls in NAMES)
    if not isinstance(models, (list, tuple)):
        raise TypeError(f"models must be a list of some of {names}, got {models!r}")
    if not models or not all(isinstance(cls, type) and cls in NAMES for cls in models):
        raise ValueError(f"models must be some of {names}, got {models!r}")
    if len(set(models)) < len(models):
        raise ValueError(f"models must be different from each other, got {[cls.__name__ for cls in models]}")
    return list(models)


def _few(name: str, count: int) -> int:
    if count > MOST:
        counted = f"{count} of them" if name == "sparsities" else count
        raise ValueError(f"{name} must be at most {MOST}, got {counted}")
    return count


def _positions(sparsities) -> list[float]:
    S = check.sparsities(sparsities)
    _few("sparsities", len(S))
    return S.tolist()


def _one_sparsity(value) -> float:
    S = check.sparsity(value, n=1)
    if S.ndim:
        raise ValueError(f"sparsity must be one number here, got shape {tuple(S.shape)}")
    return S.item()


def _two_panels() -> tuple[Figure, Axes, Axes, Axes]:
    """A heatmap on the left; norms, losses and the colours' meaning on the right."""
    figure = new_figure(10.5, 4.9, dpi=90)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.05])
    norms, losses, key = right.subplots(3, 1, height_ratios=[2, 2, 0.6])
    plot_key(key)
    return figure, left.subplots(), norms, losses


def _trained(models, m, features, steps, seed) -> dict[type, tuple]:
    """For each class a trained copy per sparsity, and each one's loss over the best linear model's.

    Exact for a linear model. For others both losses are measured on the same samples: chance, large near
    S = 1, affects them alike.
    """
    importance = linear_importance(features.n)
    optimum = linear_optimum(m, features, importance)
    best = _measured_loss(_best_linear(m, features, importance), features, importance)
    trained = {}
    for cls in models:
        model = cls(features.n, m, copies=features.copies, seed=seed)
        train_to_the_end(model, features, importance, steps=steps, seed=seed)
        if cls is LinearModel:
            ratio = loss_ratio(linear_loss(model, features, importance), optimum)
        else:
            ratio = loss_ratio(_measured_loss(model, features, importance), best)
        trained[cls] = model, ratio
    return trained


def _measured_loss(model, features, importance):
    return (importance * feature_loss(model, features, samples=2**17)).mean(-1)


def _best_linear(m, features, importance) -> LinearModel:
    """The optimum of `linear_optimum` as a model: the m features worth most are kept, the rest their mean."""
    model = LinearModel(features.n, m, copies=features.copies, seed=0)
    worth = importance * features.variance  # (copies, n)
    kept = worth.argsort(dim=-1, descending=True, stable=True)[:, :m]
    model.W.data = torch.zeros_like(model.W).scatter_(-1, kept.unsqueeze(-1), 1.0)  # row k: k-th kept feature
    model.b.data = features.mean.float().scatter(-1, kept, 0.0)
    return model


def _describe(W, ratio) -> str:
    kept = n_represented(W)
    strongest = (interference(W) * (feature_norms(W) > 0.5)).max()
    loss = f"loss {ratio:.0%} of the linear optimum" if math.isfinite(ratio) else "linear could be exact"
    return f"keeps {kept} of {W.shape[-1]} features, strongest interference {strongest:.1f}, {loss}"


def _top(ratio) -> float:
    """Upper end of an axis of loss ratios: 1.2, or what the largest needs."""
    return max(1.2, 1.05 * ratio.nan_to_num(nan=0.0).max().item())
