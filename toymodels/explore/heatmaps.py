"""The explorers of heatmaps: every position is trained in one batched call and drawn once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from toymodels import _require as require
from toymodels import plot
from toymodels.data import SparseFeatures, linear_importance
from toymodels.explore.canvas import new_figure
from toymodels.explore.explorer import Explorer, draw_explorer, labelled, nearest
from toymodels.explore.kit import (
    MOST,
    classes_of,
    loss_ratio,
    names_and_colors,
    one_sparsity,
    positions_of,
    smooth,
)
from toymodels.metrics import feature_norms, interference, mean_loss, n_represented
from toymodels.models import (
    LinearModel,
    ReLUModel,
    ReLUOutputModel,
    computes_as_tied,
    identity,
)
from toymodels.plot.look import in_own_look
from toymodels.theory import best_linear_model, linear_loss, linear_optimum
from toymodels.training import train_to_the_end

# Finer towards 1, where things happen.
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)
MOST_FEATURES = 1000  # a picture of W^T W has n^2 numbers
# That a loss is measured on, and its yardstick on the same ones, so that chance cancels
SAMPLES = 2**16


@in_own_look
def samples(n: int = 40, shown: int = 24, sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Slider over sparsity: a picture of samples, and how many features are active at once.

    Args:
        n: features, at least 1. shown: samples in the picture, 1 to 200.
        sparsities: the positions of the slider, each in [0, 1].
    Raises:
        TypeError, ValueError: an argument is unusable (in all of this module: before any work).
    """
    n = require.whole_number("n", n, at_most=MOST_FEATURES)
    shown = require.whole_number("shown", shown, at_most=MOST)
    sparsities = positions_of(sparsities)
    u = torch.from_numpy(np.random.default_rng(0).random((20_000, n), dtype=np.float32))
    figure = new_figure(10.5, 4, dpi=90)
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])

    def draw(i):
        # (samples, n), each time from the same u
        x = SparseFeatures(n, sparsities[i]).from_uniform(u)
        active = (x > 0).sum(-1)  # (samples,)
        plot.samples(x[:shown], left)
        plot.active_counts(active, n, right)
        mean = active.float().mean()
        return [f"S = {sparsities[i]:.10g}: on average {mean:.1f} of {n} features are active."]

    summary = f"Samples of {n} features at {len(sparsities)} sparsities"
    still = nearest(sparsities, 0.9)
    return draw_explorer(figure, draw, "sparsity S", labelled(sparsities), summary, still)


@in_own_look
def gram(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsities: Sequence[float] = SPARSITIES,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over sparsity: trained models side by side, all of them or one.

    For each model W^T W; the norms of the directions, coloured by interference, with dimensionality
    as dots; the biases; and its loss, divided by the best loss of a linear model, along all
    sparsities.

    Args:
        n, m: features and hidden dimensions.
        models: classes to show, each once: the course's, or your own that are called like them.
        sparsities: the positions of the slider, each in [0, 1]. steps, seed: of the training.
    """
    n, m = require.size(n, m, at_most=MOST_FEATURES)
    looks = names_and_colors(classes_of(models, n, m))
    seed = require.whole_number("seed", seed, at_least=0)
    steps = require.whole_number("steps", steps)
    sparsities = positions_of(sparsities)
    trained = _trained(looks, m, SparseFeatures(n, sparsities), steps, seed)
    figure = new_figure(3.85 * len(looks), 6.6, dpi=90)
    rows = [3.6, 1.2, 0.8, 0.8, 0.4]  # their heights
    axes = figure.subplots(len(rows), len(looks), height_ratios=rows, squeeze=False)
    for ax in axes[-1]:
        plot.key(ax)

    def draw(i):
        texts = []
        for column, result in zip(axes.T, trained, strict=True):
            heatmap, norms, biases, losses, _ = column
            plot.gram(result.W[i], heatmap, colorbar=False).set_title(result.name)
            plot.feature_norms(result.W[i], norms, colorbar=False).set(xlabel="", xticklabels=[])
            plot.bias(result.b[i], biases, color=result.color)
            plot.position(sparsities, result.ratio, i, losses, color=result.color)
            losses.set(xlabel="sparsity S", ylabel="loss / linear", ylim=(0, _top(result.ratio)))
            texts.append(f"S = {sparsities[i]:.10g}, {result.name}: {result.described(i)}.")
        return texts

    names = [result.name for result in trained]
    summary = f"W^T W of {', '.join(names)} at {len(sparsities)} sparsities"
    still = nearest(sparsities, 0.9)
    labels = labelled(sparsities)
    return draw_explorer(figure, draw, "sparsity S", labels, summary, still, columns=names)


@in_own_look
def training(
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
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or your own that is called like them.
        sparsity: S in [0, 1]. n, m: features and hidden dimensions. steps, seed: of the training.
        positions: of the slider, at least 2; denser in the beginning.
    """
    n, m = require.size(n, m, at_most=MOST_FEATURES)
    require.model_class("model_class", model_class, n, m)
    sparsity = one_sparsity(sparsity)
    steps = require.whole_number("steps", steps)
    seed = require.whole_number("seed", seed, at_least=0)
    positions = require.whole_number("positions", positions, at_least=2, at_most=MOST)
    positions = min(positions, steps + 1)
    ((name, color),) = names_and_colors([model_class]).values()
    features = SparseFeatures(n, [sparsity])
    importance = linear_importance(n)
    model = model_class(n, m, copies=1, seed=seed)
    require.has_weights(model, 1)
    history = train_to_the_end(
        model, features, importance, steps=steps, seed=seed, snapshots=positions
    )
    moments = history.snapshot_steps.tolist()
    W = history.snapshots[:, 0]  # (positions, m, n)
    losses_over_best = loss_ratio(history.loss, linear_optimum(m, features, importance))[:, 0]
    ratio = smooth(losses_over_best, moments)
    result = Trained(name, color, W, None, ratio)
    figure, heatmap, norms, losses = _two_panels()

    def draw(i):
        plot.gram(W[i], heatmap, colorbar=False)
        plot.feature_norms(W[i], norms, colorbar=False)
        plot.position(moments, ratio, i, losses, color=color)
        losses.set(xlabel="training step", ylabel="loss / linear")
        return [f"Step {moments[i]}: {result.described(i)}."]

    summary = f"{name}, S = {sparsity:.10g}: W^T W at {len(moments)} moments of its training"
    last = len(moments) - 1
    return draw_explorer(figure, draw, "training step", labelled(moments), summary, still=last)


@in_own_look
def seeds(
    model_class: type = ReLUOutputModel,
    sparsity: float = 0.9,
    n: int = 40,
    m: int = 5,
    steps: int = 1000,
    seeds: int = 12,
) -> Explorer:
    """Slider over seeds: one setting from several random starts. What stays is law, the rest luck.

    Args:
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or your own that is called like them.
        sparsity: S in [0, 1]. n, m: features and hidden dimensions. steps: of the training.
        seeds: how many, at least 1.
    """
    n, m = require.size(n, m, at_most=MOST_FEATURES)
    require.model_class("model_class", model_class, n, m)
    sparsity = one_sparsity(sparsity)
    steps = require.whole_number("steps", steps)
    seeds = require.whole_number("seeds", seeds, at_most=MOST)
    features = SparseFeatures(n, [sparsity] * seeds)
    (result,) = _trained(names_and_colors([model_class]), m, features, steps, seed=0)
    figure, heatmap, norms, losses = _two_panels()

    def draw(i):
        plot.gram(result.W[i], heatmap, colorbar=False)
        plot.feature_norms(result.W[i], norms, colorbar=False)
        plot.position(range(seeds), result.ratio, i, losses, color=result.color, ls="none")
        losses.set(xlabel="seed", ylabel="loss / linear")
        return [f"Seed {i}: {result.described(i)}."]

    summary = f"{result.name}, S = {sparsity:.10g}: W^T W from {seeds} seeds"
    return draw_explorer(figure, draw, "seed", labelled(range(seeds)), summary)


def _two_panels() -> tuple[Figure, Axes, Axes, Axes]:
    """A heatmap on the left; norms, losses and the colours' meaning on the right."""
    figure = new_figure(10.5, 4.9, dpi=90)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.05])
    norms, losses, key = right.subplots(3, 1, height_ratios=[2, 2, 0.6])
    plot.key(key)
    return figure, left.subplots(), norms, losses


@dataclass
class Trained:
    """Trained copies of a model, one per slider position, and how an explorer shows them.

    Attributes:
        W: (positions, m, n). b: (positions, n), or None.
        ratio: (positions,), the loss over that of the best linear model; NaN where that is zero.
    """

    name: str
    color: str
    W: Tensor
    b: Tensor | None
    ratio: Tensor

    def described(self, i: int) -> str:
        """The picture at a position in words."""
        W = self.W[i]
        ratio = self.ratio[i]
        kept = n_represented(W)
        strongest = (interference(W) * (feature_norms(W) > 0.5)).max()  # among represented features
        loss = "linear could be exact"
        if math.isfinite(ratio):
            loss = f"loss {ratio:.0%} of the linear optimum"
        features = f"keeps {kept} of {W.shape[-1]} features"
        return f"{features}, strongest interference {strongest:.1f}, {loss}"


def _trained(
    looks: dict[type, tuple[str, str]], m: int, features: SparseFeatures, steps: int, seed: int
) -> list[Trained]:
    """Each class trained, a copy per sparsity, and each copy's loss over the best linear model's.

    Exact for a linear model. For others both losses are measured on the same samples: chance, large
    near S = 1, affects them alike.
    """
    importance = linear_importance(features.n)
    models = {cls: cls(features.n, m, copies=features.copies, seed=seed) for cls in looks}
    for model in models.values():
        require.has_weights(model, features.copies)
    best = mean_loss(best_linear_model(m, features, importance), features, importance, SAMPLES)
    results = []
    for cls, (name, color) in looks.items():
        model = models[cls]
        train_to_the_end(model, features, importance, steps=steps, seed=seed)
        if computes_as_tied(model) and model.hidden is model.output is identity:
            exact = linear_loss(model, features, importance)
            ratio = loss_ratio(exact, linear_optimum(m, features, importance))
        else:
            ratio = loss_ratio(mean_loss(model, features, importance, SAMPLES), best)
        W = model.W.detach()
        bias = getattr(model, "b", None)
        b = torch.zeros_like(W[:, 0]) if bias is None else bias.detach()
        results.append(Trained(name, color, W, b, ratio))
    return results


def _top(ratio: Tensor) -> float:
    """Upper end of an axis of loss ratios: 1.2, or what the largest needs."""
    return max(1.2, 1.05 * ratio.nan_to_num(nan=0.0).max().item())
