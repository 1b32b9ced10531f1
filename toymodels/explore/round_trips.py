"""The explorers of arrows, of their shadows, and of round trips."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.data import FLOAT32, Data, SparseFeatures, linear_importance
from toymodels.explore.explorer import Explorer, labelled, signed
from toymodels.explore.kit import (
    MOST,
    classes_of,
    names_and_colors,
    one_sparsity,
    positions_of,
    stops_at,
    turned_onto,
)
from toymodels.explore.panels import Panel, arrows, heatmap
from toymodels.explore.panels import round_trip as round_trip_of
from toymodels.metrics import feature_norms
from toymodels.models import (
    LinearModel,
    ReLUModel,
    ReLUOutputModel,
    TiedAutoencoder,
    computes_as_tied,
    identity,
)
from toymodels.plot.look import COLORS, REFERENCE
from toymodels.plot.rows_of_bars import name_of
from toymodels.sweeps import sweep
from toymodels.training import train_to_the_end

STARTS = 8  # of each setting of `directions`
START_SEED = 9  # with others an arrow jumps once or twice more, but the arrows are as many
NEARLY = 1.01  # times the lowest loss: a start that ends below this is as good as the best
NO_LOSS = 1e-6  # a loss below this counts as none, and then all starts are as good as the best
CROWDED = 5  # number of a sample in which many features are active
SHADOW = 0.1  # a reading of a silent feature counts as a shadow above this


# Of `directions`: finer where arrows appear, and with the first new one soon
MOMENTS = (
    *(0.0, 0.15, 0.3, 0.38, 0.4, 0.42, 0.44, 0.46, 0.5, 0.55),
    *(0.6, 0.65, 0.7, 0.75, 0.8, 0.84, 0.86, 0.87, 0.88, 0.9, 0.95),
)


def directions(sparsities: Sequence[float] = MOMENTS, steps: int = 1000) -> Explorer:
    """Slider over sparsity: the directions that five features get in two dimensions.

    The models are ReLU-output models with importance 0.9^i, whose biases start at the features'
    means. A rotation of the plane means nothing, so each frame is rotated or mirrored onto the one
    before.

    Args:
        sparsities: the positions of the slider, each in [0, 1]. steps: of the training.
    Raises:
        TypeError, ValueError: an argument is unusable. All of this module raises them before any
            work.
    """
    sparsities = positions_of(sparsities)
    steps = require.whole_number("steps", steps)
    right_and_up = torch.eye(2, 5, **FLOAT32)  # the first frame: features 0 and 1
    options = {"importances": 0.9 ** torch.arange(5, **FLOAT32), "samples": 2**17, "steps": steps}
    features = SparseFeatures(5, sparsities)
    W = frames_alike(features, right_and_up, STARTS, model_class=_Started, **options)
    long = [(feature_norms(frame) > 0.5).nonzero().flatten().tolist() for frame in W]
    lines = []
    for S, kept in zip(sparsities, long, strict=True):
        names = ", ".join(map(str, kept)) or "none"
        verb = "is" if len(kept) == 1 else "are"
        arrows_kept = f"{_counted(len(kept), 'arrow')} {verb} longer than 0.5"
        lines.append([f"S = {S:.10g}: {arrows_kept} ({names})."])
    count = [len(kept) for kept in long]
    return Explorer(
        "sparsity S",
        labelled(sparsities),
        [arrows(W, glides=True), heatmap(W)],
        lines,
        f"Directions of 5 features in 2 dimensions at {len(sparsities)} sparsities",
        stops=stops_at(sparsities, (0, 0.42, 0.6, 0.9)),
        track=("arrows longer than 0.5", [("", COLORS[ReLUOutputModel], count)]),
        compact=True,  # it opens chapter 1
    )


def shadow() -> Explorer:
    """Two sliders, the angle between two arrows and the strength of feature 1. Feature 0 is 1.

    The left panel shows storing: the hidden state h is the sum of the arrows, each times its
    feature. The right one shows, from the top, x, h, and the readings along each arrow, W^T h.
    """
    angles = range(10, 181, 10)
    strengths = [0.0, 0.25, 0.5]
    W, inputs, lines = [], [], []
    for angle, strength in product(angles, strengths):
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        W.append([[1.0, cos], [0.0, sin]])
        inputs.append([1.0, strength])
        read = 1 + strength * cos, cos + strength
        lines.append(
            [
                f"Angle {angle}°: each arrow's shadow on the other is {signed(f'{cos:z.2f}')}. "
                f"The features are 1 and {strength:g}, and the readings are "
                f"{signed(f'{read[0]:z.2f}')} and {signed(f'{read[1]:z.2f}')}."
            ]
        )
    exact = {"dtype": torch.float64, "device": "cpu"}
    W = torch.tensor(W, **exact)  # (positions, 2, 2)
    x = torch.tensor(inputs, **exact).unsqueeze(-1)  # (positions, 2, 1)
    h = W @ x
    stations = [values.squeeze(-1) for values in (x, h, W.mT @ h)]
    return Explorer(
        "angle",
        labelled(angles),
        [arrows(W, h.squeeze(-1), "h"), round_trip_rows(stations)],
        lines,
        f"Two features as arrows, at {len(angles)} angles",
        stops=[angles.index(angle) for angle in (40, 90, 140, 180)],
        start=(6, 2),
        track=("shadow", [("", REFERENCE, [math.cos(math.radians(a)) for a in angles])]),
        second=("feature 1", labelled(strengths)),
    )


def shared_number() -> Explorer:
    """Two sliders, x_0 and x_1: two features that share one hidden number, as plus and as minus.

    It shows the round trip through a ReLU-output model with W = [1, -1] and no bias.
    """
    strengths = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    model = ReLUOutputModel.from_weights([[1.0, -1.0]])
    inputs = torch.tensor(list(product(strengths, strengths)), **FLOAT32)  # (positions, 2)
    stations = stations_of(model, inputs)
    lines = []
    for x, h, *_, back in zip(*stations, strict=True):
        lines.append(
            [
                f"x = ({x[0]:g}, {x[1]:g}) is stored as h = {signed(f'{h[0]:z.1f}')} "
                f"and comes back as ({back[0]:z.1f}, {back[1]:z.1f})."
            ]
        )
    labels = labelled(strengths)
    return Explorer(
        "x_0",
        labels,
        [round_trip_rows(stations, model)],
        lines,
        "Two features that share one number, as plus and as minus",
        stops=[0, 3, 5],
        start=(3, 0),
        second=("x_1", labels),
    )


def round_trip(
    n: int = 40,
    m: int = 5,
    models: Sequence[type] = (LinearModel, ReLUModel, ReLUOutputModel),
    sparsity: float = 0.9,
    samples: int = 10,
    steps: int = 1000,
    seed: int = 0,
) -> Explorer:
    """Slider over inputs: their round trips through trained models, side by side.

    Each feature alone, at 1, comes first. Sparse samples follow.

    Args:
        n, m: features and hidden dimensions.
        models: classes to show, each once, made from TiedAutoencoder.
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
    lines = [
        [f"{labels[i].capitalize()}, {name}: {told(model, x)}." for name, model in trained.items()]
        for i, x in enumerate(inputs)
    ]
    names = list(trained)
    return Explorer(
        "input",
        labels,
        [round_trip_rows(stations_of(model, inputs), model) for model in trained.values()],
        lines,
        f"Round trips of {len(labels)} inputs through {', '.join(names)}",
        stops=sorted({0, n // 4, min(n + CROWDED, len(labels) - 1)}),
        parts=names,
        side_by_side=True,
        strip=len(names) - 1,
    )


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
        model_class: LinearModel, ReLUOutputModel, or your own made from TiedAutoencoder.
        sparsity: S in [0, 1]. n, m: features and hidden dimensions. steps, seed: of the training.
    """
    n, m = require.size(n, m, at_most=MOST)
    require.model_class("model_class", model_class, n, m)
    _from_tied_autoencoder("model_class", model_class)
    sparsity = one_sparsity(sparsity)
    ((name, model),) = _trained([model_class], m, SparseFeatures(n, sparsity), steps, seed).items()
    inputs = torch.eye(n, **FLOAT32)
    picture = heatmap(model.W.detach()[None], name)
    marking = {**picture.settings, "marksPosition": True, "chooses": True}
    rows = round_trip_rows(stations_of(model, inputs), model)
    return Explorer(
        "column j",
        labelled(range(n)),
        [picture.with_(settings=marking), rows],
        [[f"Column {j}, feature {j} alone: {told(model, x)}."] for j, x in enumerate(inputs)],
        f"{name}, S = {sparsity:.10g}: the {n} columns of W^T W as round trips",
        stops=sorted({0, n // 4, n // 2, n - 1}),
        strip=1,
    )


def stations_of(model: TiedAutoencoder, inputs: Tensor) -> list[Tensor]:
    """The round trips of inputs (k, n), station by station: each (k, n), except h, (k, m)."""
    trips = [model.round_trip(x) for x in inputs]
    return [torch.stack(station) for station in zip(*trips, strict=True)]


def round_trip_rows(
    stations: Sequence[Tensor], model: TiedAutoencoder | None = None
) -> list[Panel]:
    """The rows of bars of round trips. Without a model: a linear one's first three stations."""
    linear = model is None or model.output is identity
    hidden = "h = W x"
    if model is not None and model.hidden is not identity:
        hidden = f"{name_of(model.hidden)}(W x)"
    output = "x\u0302:\nno ReLU" if linear else f"x\u0302: {name_of(model.output)}"
    negative = linear or model.output is not torch.relu
    return round_trip_of(stations, hidden, output, negative)


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
        if not computes_as_tied(trained[name]):
            wanted = "models must be of classes that encode and decode with the same W"
            raise TypeError(f"{wanted}, got {cls!r:.200}")
        train_to_the_end(trained[name], features, linear_importance(n), **options)
    return trained


def told(model: TiedAutoencoder, x: Tensor) -> str:
    """A round trip in words: what happened to the active features, and to the shadows."""
    _, _, back, _, after = model.round_trip(x)
    silent = x == 0
    shadows = silent & (back.abs() > SHADOW)
    left = shadows & (after.abs() > SHADOW)
    active = (~silent).nonzero().flatten().tolist()
    comes = ", ".join(f"{x[i]:.2f} as {signed(f'{after[i]:z.2f}')}" for i in active[:4])
    more = f" and {len(active) - 4} more" if len(active) > 4 else ""
    others = _counted(int(shadows.sum()), "other")
    comes = comes.replace(" as ", " comes back as ", 1)  # said once, of the first
    active_ones = f"{comes or 'nothing is active'}{more}"
    return (
        f"{active_ones}. Shadows fall on {others} in the readings, and on {left.sum()} at the end"
    )


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

    Of several starts that end nearly as low as the best, it takes the one most like the frame
    before, so that an arrow keeps its place wherever it can. Frames are rotated onto one another.

    Args:
        data: with an exact mean, at which biases start. A position is one of its copies, or one
            row of the importances.
        before: (2, n), what the first frame is to be like.
        starts, importances, model_class: as in `sweep`, and so are the options.
        orders: orders of the features that mean the same. None: there is only one.
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
