"""The explorers of chapter 9: what neurons take in and give out, and how an answer comes about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.computing import AbsoluteModel, SignedFeatures, absolute_loss, one_feature_loss
from toymodels.data import FLOAT32
from toymodels.explore.explorer import Explorer, labelled, signed
from toymodels.explore.kit import MOST, loss_ratio, stops_at
from toymodels.explore.panels import bars, matrix, stacks
from toymodels.plot.look import REFERENCE

SERVES = 0.3  # of a neuron's largest input weight: from here on it serves a feature
PIECES = 16  # of the samples that a loss is measured on
PIECE = 4096
VALUES = (-1.0, -0.5, 0.5, 1.0)
PUSHED = 0.5  # from here on an output would answer, were it not for what inhibits it


def neurons(model: AbsoluteModel, features: SignedFeatures, importance=None) -> Explorer:
    """Slider over sparsity: what each neuron takes in, and what it gives to each output.

    On the left is a bar for each neuron. Its parts are the input weights, numbered by feature and
    scaled so that the largest is 1 or -1. On the right are the weights for the outputs. A neuron
    serves the features whose weight is at least 0.3 of its largest. If there are several starts of
    each sparsity, a second slider chooses one.

    Args:
        model: with copies, trained on the features.
        features: with as many copies, sparsity by sparsity, and equally many starts of each.
        importance: (n,) or (copies, n), as in training; None: all 1.
    Raises:
        TypeError, ValueError: an argument is unusable.
    """
    levels, starts = _levels(model, features)
    takes, gives = model.takes_and_gives()  # (copies, m, n), (copies, n, m)
    ratio = loss_ratio(
        _measured(model, features, importance), one_feature_loss(model.m, features, importance)
    )
    serves = (takes.abs() > SERVES).double().sum(dim=-1).mean(dim=-1)  # (copies,)
    left = stacks(
        takes,
        (-2.5, 2.5),
        "takes\nin",
        "neuron {j} takes in features {parts}",
        xlabel="neuron k",
    ).with_(axis="neuron", weight=2.2, height=220)
    right = matrix(
        gives,
        "neuron k",
        "output i",
        "neuron {j} gives {value} to output {i}",
        title="gives out (colours end at 1)",
        stretch=True,
    ).with_(axis="neuron")
    lines = [
        [
            f"At S = {levels[k // starts]:.10g} the loss is {ratio[k]:.2f} of the line. "
            f"A neuron serves {serves[k]:.1f} features on average."
        ]
        for k in range(len(ratio))
    ]
    means = ratio.view(len(levels), starts).mean(dim=-1)
    best = int(ratio[:starts].argmin())  # of the first sparsity: where the explorer begins
    several = {"second": ("start", [str(k) for k in range(starts)]), "start": (0, best)}
    return Explorer(
        "sparsity S",
        labelled(levels),
        [left, right],
        lines,
        f"What {model.m} neurons take in and give out, at {len(levels)} sparsities",
        stops=stops_at(levels, (0.0, 0.8, 0.9, 0.95)),
        track=("loss \u00f7 line", [("", REFERENCE, means)]),
        **(several if starts > 1 else {}),
    )


def answers(
    model: AbsoluteModel, shown: int | None = None, values: Sequence[float] = VALUES
) -> Explorer:
    """Slider over features: how the network answers one feature alone, station by station.

    Rows of bars: x; the neurons h, scaled so that their largest input weight is 1 or -1; what they
    add to each output, the parts numbered by neuron; and the answer, with outlines at |x|. A second
    slider sets the value of the feature.

    Args:
        model: a single one.
        shown: how many features the slider goes through; None: all.
        values: of the feature, each in [-1, 1] and not 0.
    """
    if not isinstance(model, AbsoluteModel) or model.copies:
        raise TypeError(f"model must be a single AbsoluteModel, got {model!r:.200}")
    shown = model.n if shown is None else require.whole_number("shown", shown, 1, model.n)
    values = require.numbers("values", values, torch.float32)
    if values.ndim != 1 or not len(values) or not bool(((values.abs() <= 1) & (values != 0)).all()):
        raise ValueError(f"values must be a list of numbers in [-1, 1], not 0, got {values!r:.200}")
    x = values[:, None] * torch.eye(model.n, **FLOAT32)[:shown, None]  # (shown, values, n)
    x = x.flatten(0, 1)  # (positions, n)
    takes, gives = model.takes_and_gives()
    h = model.hidden(x @ takes.mT)  # (positions, m)
    added = gives * h.unsqueeze(-2)  # (positions, n, m)
    with torch.no_grad():
        y_hat = model(x)
    active = (x != 0).double()
    rows = [
        bars(x, (-1.2, 1.2), "x", "x: feature {j} is {value}", ticks=[-1, 0, 1], active=active),
        bars(h, (-0.2, 1.5), "h", "neuron {j}: {value}", places=True).with_(axis="neuron"),
        stacks(
            added,
            (-3, 3),
            "added",
            "output {j} gets from neurons {parts}",
        ),
        bars(
            y_hat,
            (-0.2, 1.5),
            "answer",
            "output {j} answers {value}",
            ticks=[0, 1],
            xlabel="feature i",
            active=active,
            targets=x.abs(),
        ),
    ]
    heights = ((52, 1.0), (70, 1.2), (150, 2.8), (84, 1.2))
    rows = [row.with_(height=h, weight=w) for row, (h, w) in zip(rows, heights, strict=True)]
    other = 1 - active
    pushed = (added.clamp_min(0).sum(dim=-1) > PUSHED) * other  # (positions, n)
    false = (y_hat * other).amax(dim=-1)
    lines = [
        [
            f"Feature {k // len(values)} is {signed(f'{x[k].sum():.10g}')} and is answered with "
            f"{y_hat[k, k // len(values)]:z.2f}. Neurons push {int(pushed[k].sum())} other outputs "
            f"above {PUSHED}. The largest false answer is {false[k]:z.2f}."
        ]
        for k in range(len(x))
    ]
    return Explorer(
        "feature",
        [str(k) for k in range(shown)],
        [rows],
        lines,
        f"How {model.m} neurons answer one feature alone, for {shown} features",
        stops=sorted({0, shown // 2, shown - 1}),
        start=(0, len(values) - 1),
        second=("its value", labelled(values.tolist())),
    )


def _levels(model: AbsoluteModel, features: SignedFeatures) -> tuple[list[float], int]:
    """The sparsities, and how many starts there are of each, or raise."""
    if not isinstance(model, AbsoluteModel) or not model.copies:
        raise TypeError(f"model must be an AbsoluteModel with copies, got {model!r:.200}")
    if not isinstance(features, SignedFeatures):
        raise TypeError(f"features must be SignedFeatures, got {features!r:.200}")
    require.fits(model, features, "features")
    S = features.sparsity
    if S.ndim != 1:
        raise ValueError(f"features must have one sparsity per copy, got {features!r}")
    levels, counts = torch.unique_consecutive(S, return_counts=True)
    if len(set(counts.tolist())) > 1 or len(levels.unique()) < len(levels):
        wanted = "features must have equally many starts of each sparsity, side by side"
        raise ValueError(f"{wanted}, got sparsities {S.tolist()!r:.200}")
    if len(levels) > MOST:
        raise ValueError(f"features must have at most {MOST} sparsities, got {len(levels)}")
    return [round(level, 6) for level in levels.tolist()], int(counts[0])  # some were float32


@torch.no_grad()
def _measured(model: AbsoluteModel, features: SignedFeatures, importance) -> Tensor:
    """The loss of each copy on fresh samples, (copies,) float64."""
    loss = absolute_loss(importance)
    rng = np.random.default_rng(1)
    pieces = [loss(model, features.sample(PIECE, rng)).double() for _ in range(PIECES)]
    return torch.stack(pieces).mean(dim=0)
