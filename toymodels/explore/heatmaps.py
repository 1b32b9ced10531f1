"""The explorers of heatmaps: every position is trained in one batched call."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import SparseFeatures, linear_importance
from toymodels.explore.explorer import Explorer, labelled
from toymodels.explore.kit import (
    MOST,
    check_has_weights,
    classes_of,
    loss_ratio,
    names_and_colors,
    one_sparsity,
    positions_of,
    smooth,
    stops_at,
)
from toymodels.explore.panels import Axis, Line, Panel, bars, chart, heatmap, lengths, matrix
from toymodels.metrics import feature_norms, interference, mean_loss, n_represented
from toymodels.models import (
    LinearModel,
    ReLUModel,
    ReLUOutputModel,
    computes_as_tied,
    identity,
)
from toymodels.plot.look import COUNTS
from toymodels.theory import best_linear_model, linear_loss, linear_optimum
from toymodels.training import train_to_the_end

# Finer towards 1, where most things happen
SPARSITIES = (
    *(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995),
)
MOST_FEATURES = 1000  # a picture of W^T W has n^2 numbers
# A loss and its yardstick are measured on the same samples, so that chance cancels
SAMPLES = 2**16


def samples(n: int = 40, shown: int = 24, sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Slider over sparsity: a picture of samples, and how many features are active at once.

    Args:
        n: number of features, at least 1. shown: samples in the picture, 1 to 200.
        sparsities: the positions of the slider, each in [0, 1].
    Raises:
        TypeError, ValueError: an argument is unusable. All of this module raises them before any
            work.
    """
    n = require.whole_number("n", n, at_most=MOST_FEATURES)
    shown = require.whole_number("shown", shown, at_most=MOST)
    sparsities = positions_of(sparsities)
    u = torch.from_numpy(np.random.default_rng(0).random((20_000, n), dtype=np.float32))
    pictures, shares, lines = [], [], []
    for S in sparsities:
        x = SparseFeatures(n, S).from_uniform(u)  # (samples, n), each time from the same u
        active = (x > 0).sum(-1)  # (samples,)
        pictures.append(x[:shown])
        shares.append(active.bincount(minlength=n + 1).double() / len(active))
        mean = active.float().mean()
        lines.append([f"S = {S:.10g}: on average {mean:.1f} of {n} features are active."])
    shares = torch.stack(shares)  # (positions, n + 1)
    words = "sample {i}: feature {j} is {value}"
    options = {"greys": True, "stretch": True}
    panels = [
        matrix(torch.stack(pictures), "feature i", "sample", words, **options),
        bars(
            shares,
            (0, 1),
            "fraction of\nsamples",
            "{j} features are active at once in {percent}% of the samples",
            COUNTS,
            xlabel="features active at once",
        ).with_(axis="active at once"),
    ]
    mean = (shares * torch.arange(n + 1, device="cpu")).sum(-1)
    return Explorer(
        "sparsity S",
        labelled(sparsities),
        panels,
        lines,
        f"Samples of {n} features at {len(sparsities)} sparsities",
        stops=stops_at(sparsities, (0, 0.5, 0.9, 0.99)),
        track=("features active on average", [("", COUNTS, mean)]),
    )


def gram(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsities: Sequence[float] = SPARSITIES,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over sparsity: trained models, one at a time or side by side.

    It shows W^T W for each model. On demand it also shows the lengths of the arrows, coloured by
    interference, with dimensionality as dots; the biases; and the loss over that of the best linear
    model at all sparsities. The number of features that each model keeps runs along the slider.

    Args:
        n, m: features and hidden dimensions.
        models: classes to show, each once: the course's, or your own if they are called like these
            and have a W, (copies, m, n). Of an untied model W^T W shows only the way in.
        sparsities: the positions of the slider, each in [0, 1]. steps, seed: of the training.
    """
    n, m = require.size(n, m, at_most=MOST_FEATURES)
    looks = names_and_colors(classes_of(models, n, m))
    seed = require.whole_number("seed", seed, at_least=0)
    steps = require.whole_number("steps", steps)
    sparsities = positions_of(sparsities)
    trained = _trained(looks, m, SparseFeatures(n, sparsities), steps, seed)
    lines = [
        [f"S = {S:.10g}: {result.described(i)}." for result in trained]
        for i, S in enumerate(sparsities)
    ]
    names = [result.name for result in trained]
    columns = [
        [
            heatmap(result.W),
            lengths(result.W).with_(option="lengths", height=90),
            bars(
                result.b,
                (-0.75, 0.75),
                "bias b\u1d62",
                "bias of feature {j}: {value}",
                result.color,
            ).with_(option="biases", height=70),
            _losses(sparsities, "sparsity S", result).with_(option="losses", height=150),
        ]
        for result in trained
    ]
    kept = [n_represented(result.W) for result in trained]
    return Explorer(
        "sparsity S",
        labelled(sparsities),
        columns,
        lines,
        f"W^T W of {', '.join(names)} at {len(sparsities)} sparsities",
        stops=stops_at(sparsities, (0, 0.5, 0.9, 0.99)),
        track=("features kept", list(zip(names, [r.color for r in trained], kept, strict=True))),
        parts=names,
        strip=len(names) - 1,
    )


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
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or your own that is called like these.
        sparsity: S in [0, 1]. n, m: features and hidden dimensions. steps, seed: of the training.
        positions: number of positions, at least 2. They are denser at the beginning.
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
    check_has_weights(model, 1)
    history = train_to_the_end(
        model, features, importance, steps=steps, seed=seed, snapshots=positions
    )
    moments = history.snapshot_steps.tolist()
    W = history.snapshots[:, 0]  # (positions, m, n)
    losses_over_best = loss_ratio(history.loss, linear_optimum(m, features, importance))[:, 0]
    result = Trained(name, color, W, None, smooth(losses_over_best, moments))
    return Explorer(
        "training step",
        labelled(moments),
        [heatmap(W), [lengths(W), _losses(moments, "training step", result)]],
        [[f"Step {moment}: {result.described(i)}."] for i, moment in enumerate(moments)],
        f"{name}, S = {sparsity:.10g}: W^T W at {len(moments)} moments of its training",
        track=("loss \u00f7 best linear loss", [("", color, result.ratio)]),
    )


def seeds(
    model_class: type = ReLUOutputModel,
    sparsity: float = 0.9,
    n: int = 40,
    m: int = 5,
    steps: int = 1000,
    seeds: int = 12,
) -> Explorer:
    """Slider over seeds: one setting from several random starts. What stays the same is not luck.

    Args:
        model_class: LinearModel, ReLUModel, ReLUOutputModel, or your own that is called like these.
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
    losses = _losses(range(seeds), "seed", result, alone=True)
    return Explorer(
        "seed",
        labelled(range(seeds)),
        [heatmap(result.W), [lengths(result.W), losses]],
        [[f"Seed {i}: {result.described(i)}."] for i in range(seeds)],
        f"{result.name}, S = {sparsity:.10g}: W^T W from {seeds} seeds",
        track=("features kept", [("", result.color, n_represented(result.W))]),
    )


def _losses(xs: Sequence[float], label: str, result: Trained, alone: bool = False) -> Panel:
    """The loss over the best linear one along the slider. alone: dots without a line."""
    line = Line(xs, result.ratio[None], result.color, dots=True, alone=alone)
    x = Axis(label, min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1)
    y = Axis("loss \u00f7 best linear", 0, _top(result.ratio))
    return chart([line], x, y, at=xs, marked=True, level=1)


@dataclass
class Trained:
    """Trained copies of a model, one per slider position, and how an explorer shows them.

    Attributes:
        W: (positions, m, n). b: (positions, n), or None.
        ratio: (positions,), the loss over that of the best linear model, NaN where that is zero.
    """

    name: str
    color: str
    W: Tensor
    b: Tensor | None
    ratio: Tensor

    def described(self, i: int) -> str:
        """A position's picture in words."""
        W = self.W[i]
        ratio = self.ratio[i]
        kept = n_represented(W)
        strongest = (interference(W) * (feature_norms(W) > 0.5)).max()  # among represented features
        features = f"{self.name} keeps {kept} of {W.shape[-1]} features"
        interfered = f"The strongest interference is {strongest:.1f}"
        if not math.isfinite(ratio):
            return f"{features}. {interfered}. A linear model could be exact"
        return f"{features}. {interfered}, and the loss is {ratio:.0%} of the best linear loss"


def _trained(
    looks: dict[type, tuple[str, str]], m: int, features: SparseFeatures, steps: int, seed: int
) -> list[Trained]:
    """Each class trained, a copy per sparsity, and each copy's loss over the best linear model's.

    The ratio is exact for a linear model. For others both losses are measured on the same samples,
    so that chance, which is large near S = 1, affects them alike.
    """
    importance = linear_importance(features.n)
    models = {cls: cls(features.n, m, copies=features.copies, seed=seed) for cls in looks}
    for model in models.values():
        check_has_weights(model, features.copies)
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
