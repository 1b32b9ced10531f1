"""The explorers of chapter 5: arrows that turn in space, find their places, or give way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import FLOAT32, SparseFeatures
from toymodels.explore.explorer import Explorer, labelled
from toymodels.explore.kit import MOST, loss_ratio, one_sparsity, shares_of, smooth, stops_at
from toymodels.explore.panels import Axis, Line, arrows, chart, heatmap
from toymodels.explore.round_trips import frames_alike
from toymodels.metrics import feature_dimensionality, feature_norms, n_represented
from toymodels.models import ReLUOutputModel
from toymodels.plot.look import COLORS, DIMENSIONALITY, REFERENCE
from toymodels.theory import linear_optimum
from toymodels.training import train_to_the_end

TURNS = range(0, 360, 5)  # degrees
# Times the usual starting weights, so that the first steps show arrows growing
FROM_NEAR_ZERO = 0.3
SLOWLY = 0.01  # learning rate: with 0.03 the two pairs on the way pass in a few steps
STARTS = 12  # of each setting of `odd_one`, because near the jump some end in the other shape
# Of odd_one: finer where the pentagon gives way
SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1)


def space(W) -> Explorer:
    """Slider that turns a figure in space: the directions of features in three dimensions.

    Args:
        W: (3, n), one model's weights, n at most 50.
    Raises:
        TypeError, ValueError: an argument is unusable. All of this module raises them before any
            work.
    """
    W = require.matrix("W", W)
    if W.ndim != 2 or len(W) != 3:
        raise ValueError(f"W must be (3, n), got shape {tuple(W.shape)}")
    n = require.whole_number("n, the columns of W,", W.shape[1], at_most=50)
    D = feature_dimensionality(W)
    kept = n_represented(W)
    shares = f"{D.min():.2f}" if D.max() - D.min() < 0.01 else f"{D.min():.2f} to {D.max():.2f}"
    line = f"{kept} of {n} arrows are longer than 0.5. The dimensionality is {shares}."
    return Explorer(
        "turn",
        [f"{turn}°" for turn in TURNS],
        [arrows(W[None], turns=TURNS), heatmap(W[None])],
        [[line]] * len(TURNS),
        f"Directions of {n} features in 3 dimensions, from {len(TURNS)} sides",
        stops=[0, len(TURNS) // 8, len(TURNS) // 4],
    )


def formation(
    n: int = 5, sparsity: float = 0.95, steps: int = 600, positions: int = 31, seed: int = 0
) -> Explorer:
    """Slider over training time: arrows in the plane find their places, beside the loss.

    A ReLU-output model with equal importance is trained from small weights with a low learning
    rate, so that the stages can be told apart.

    Args:
        n: number of features, at least 2. sparsity: S in [0, 1]. steps, seed: of the training.
        positions: number of positions, at least 2. They are denser at the beginning.
    """
    n, m = require.size(n, 2, at_most=MOST)
    sparsity = one_sparsity(sparsity)
    steps = require.whole_number("steps", steps)
    positions = require.whole_number("positions", positions, at_least=2, at_most=MOST)
    positions = min(positions, steps + 1)
    seed = require.whole_number("seed", seed, at_least=0)
    model = ReLUOutputModel(n, m, seed=seed)
    with torch.no_grad():
        model.W.mul_(FROM_NEAR_ZERO)
    features = SparseFeatures(n, sparsity)
    options = {"steps": steps, "lr": SLOWLY, "seed": seed}
    history = train_to_the_end(model, features, snapshots=positions, **options)
    moments = history.snapshot_steps.tolist()
    W = history.snapshots  # (positions, 2, n)
    ratio = smooth(loss_ratio(history.loss, linear_optimum(m, features)), moments)
    color = COLORS[ReLUOutputModel]
    long = (feature_norms(W) > 0.5).sum(-1)  # (positions,)
    losses = chart(
        [Line(moments, ratio[None], color, dots=True)],
        Axis("training step", 0, max(moments)),
        Axis("loss ÷ best linear loss", 0, 1.05 * max(1.0, ratio.nan_to_num(nan=0.0).max().item())),
        at=moments,
        marked=True,
        level=1,
    )
    return Explorer(
        "training step",
        labelled(moments),
        [arrows(W), losses],
        [
            [
                f"Step {moment}: {long[i]} of {n} arrows are longer than 0.5, and the loss is "
                f"{ratio[i]:.0%} of the best linear loss."
            ]
            for i, moment in enumerate(moments)
        ],
        f"Directions of {n} features at {len(moments)} moments of training",
        stops=stops_at(moments, (0, 100, 250, 600)),
        track=("loss ÷ best linear loss", [("", color, ratio)]),
    )


def odd_one(shares: Sequence[float] = SHARES, sparsity: float = 0.95) -> Explorer:
    """Two sliders: feature 0 of five in the plane is rarer than the others, or less important.

    The models are ReLU-output models, each the best of twelve starts. The other four features are
    alike, so their numbers mean nothing, and neither does a rotation of the plane. Each frame is
    numbered and rotated to be as close as possible to the one before.

    Args:
        shares: positions of the first slider, each in (0, 1]: how often feature 0 is active, or how
            important it is, divided by the same for each of the others. The second slider
            chooses between the two.
        sparsity: S of the other four, in [0, 1).
    """
    shares = shares_of("shares", shares, at_most=MOST)
    sparsity = one_sparsity(sparsity)
    if sparsity == 1:
        raise ValueError("sparsity must be below 1, where features are active, got 1")
    lighter = torch.ones(len(shares), 5, **FLOAT32)
    lighter[:, 0] = shares
    frames = {
        "rarer": _five_unlike(sparsity_of_five(shares, sparsity)),
        "less important": _five_unlike(sparsity, lighter),
    }  # each (positions, 2, 5)
    lengths = {kind: feature_norms(W) for kind, W in frames.items()}  # (positions, 5)
    kinds = list(frames)
    positions = shares.tolist()
    lines = []
    for i, share in enumerate(positions):
        for kind in kinds:
            own = lengths[kind][i, 0]
            others = lengths[kind][i, 1:].mean()
            lines.append(
                [
                    f"Feature 0 is {_compared(share, kind)}. Arrow 0 has a length of {own:.2f}, "
                    f"and the others {others:.2f} on average."
                ]
            )
    both = zip(kinds, (DIMENSIONALITY, REFERENCE), strict=True)
    curves = [
        Line(positions, lengths[kind][None, :, 0], color, f"{kind}", dots=True)
        for kind, color in both
    ]
    curve = chart(
        curves,
        Axis("feature 0 ÷ others", min(positions), max(positions)),
        Axis("length of arrow 0", 0, 1.4),
        at=[share for share in positions for _ in kinds],
        marked=True,
    )
    return Explorer(
        "feature 0 ÷ others",
        labelled(positions),
        [arrows(torch.stack(list(frames.values()), dim=1).flatten(0, 1)), curve],
        lines,
        f"Five features in two dimensions, one unlike the others, at {len(positions)} ratios",
        stops=stops_at(positions, (1, 0.7, 0.4, 0.2)),
        track=("length of arrow 0", [(line.name, line.color, line.ys) for line in curves]),
        second=("how feature 0 differs", kinds),
    )


def sparsity_of_five(shares: Tensor, sparsity: float) -> Tensor:
    """(positions, 5): S of each feature. shares: how often feature 0 is active ÷ the others."""
    S = shares.new_full((len(shares), 5), sparsity)  # float64
    S[:, 0] = 1 - shares * (1 - sparsity)
    return S


def _compared(share: float, kind: str) -> str:
    if share == 1:
        return "like the others"
    if kind == "rarer":
        return f"active {share:.0%} as often as the others"
    return f"{share:.0%} as important as the others"


def _five_unlike(sparsity, importances: Tensor | None = None) -> Tensor:
    """Best of twelve starts at each position, frame by frame alike: (positions, 2, 5)."""
    angle = torch.arange(5, **FLOAT32) * 2 * torch.pi / 5
    pentagon = torch.stack([-angle.sin(), angle.cos()])  # feature 0 on top
    orders = [[0, *order] for order in permutations(range(1, 5))]
    features = SparseFeatures(5, sparsity)
    return frames_alike(features, pentagon, STARTS, importances, orders, samples=2**16)
