"""The explorer of chapter 6: two features, one hidden number, along the sparsities."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from toymodels.data import SparseFeatures
from toymodels.explore.explorer import Explorer, labelled, nearest
from toymodels.explore.kit import MOST, shares_of, stops_at
from toymodels.explore.panels import Axis, Line, chart
from toymodels.models import ReLUOutputModel
from toymodels.plot.look import COLORS, DIMENSIONALITY, REFERENCE
from toymodels.sweeps import sweep
from toymodels.theory import pair_threshold

RATIOS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
LINE = tuple(i / 40 for i in range(37))  # sparsities, 0 to 0.9
STARTS = 8
STEPS = 1000  # with fewer, equal features have not yet settled in dense data
ARROWS = (REFERENCE, COLORS[ReLUOutputModel])  # colours of feature 0 and feature 1


def phase_change(ratios: Sequence[float] = RATIOS) -> Explorer:
    """Slider over the relative importance of the second of two features that share one number.

    ReLU-output models with n = 2 and m = 1 are trained at 37 sparsities, from eight starts each.
    The upper chart shows the lengths of the two arrows, with a faint dot for each start and a line
    through the best. A dashed line marks where a pair with lengths 1 and biases 0 becomes the
    cheaper choice (`pair_threshold`). The lower chart shows the exact loss of each start, divided
    by that of keeping feature 0 alone. Equal features are alike, so the longer arrow then counts
    as feature 0.

    Args:
        ratios: the positions of the slider, at most 200, each in (0, 1].
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been trained then.
    """
    ratios = shares_of("ratios", ratios, at_most=MOST)
    importances = torch.stack([torch.ones_like(ratios), ratios], dim=-1)  # (i, 2)
    options = {"seeds": STARTS, "steps": STEPS, "batch_size": 128, "samples": None}
    run = sweep(ReLUOutputModel, 1, SparseFeatures(2, LINE), importances, **options)
    if run.interrupted:
        raise KeyboardInterrupt
    lengths = _lengths(run.W, ratios)  # (s, i, r, 2)
    best = _lengths(run.best[1], ratios)  # (s, i, 2)
    dropped = SparseFeatures(1, LINE).variance * ratios  # (s, i), cost of leaving feature 1 out
    cost = 2 * run.loss / dropped.unsqueeze(-1)  # (s, i, r); 2: the loss is a mean of two
    S = torch.tensor(LINE, dtype=torch.float64, device="cpu")
    thresholds = pair_threshold(ratios).tolist()
    every = S.repeat_interleave(STARTS).tolist()  # each sparsity once for each start
    x = Axis("sparsity S", 0, 0.9)
    cheaper = [("drawn pair is cheaper", DIMENSIONALITY, thresholds)]
    arrows, starts = [], []
    for feature, color in enumerate(ARROWS):
        bests = best[:, :, feature].mT  # (i, s)
        arrows.append(Line(LINE, bests, color, f"feature {feature}"))
        each = lengths[..., feature].movedim(1, 0).flatten(1)  # (i, s * r)
        starts.append(Line(every, each, color, alone=True, alpha=0.3))
    height = Axis("length of the arrow", 0, 1.6)
    above = chart([*arrows, *starts], x, height, upright=cheaper).with_(height=210)
    costs = cost.movedim(1, 0).flatten(1)
    middle = Line(LINE, cost.median(-1).values.mT, ARROWS[1], "median start")
    below = chart(
        [middle, Line(every, costs, ARROWS[1], alone=True, alpha=0.3)],
        x,
        Axis("loss ÷ feature 0 alone", 0, 1.4),
        level=1,
        upright=cheaper,
    )
    first = [  # where the best start's arrow 1 is long from
        next((s for s, long in zip(LINE, best[:, i, 1] > 0.5, strict=True) if long), float("nan"))
        for i in range(len(ratios))
    ]
    positions = ratios.tolist()
    return Explorer(
        "relative importance",
        labelled(positions),
        [[above, below.with_(height=170)]],
        [
            [_told(ratio, S[best[:, i, 1] > 0.5].tolist(), thresholds[i])]
            for i, ratio in enumerate(positions)
        ],
        f"Two features, one hidden number, at {len(ratios)} relative importances",
        stops=stops_at(positions, (0.1, 0.5, 1)),
        start=(nearest(positions, 0.5),),
        track=("S from which arrow 1 is longer than 0.5", [("", ARROWS[1], first)]),
    )


def _lengths(W: Tensor, ratios: Tensor) -> Tensor:
    """|W| of both features, (s, i, ..., 2). If they are equal, the longer comes first."""
    lengths = W[..., 0, :].abs()
    equal = ratios == 1
    lengths[:, equal] = lengths[:, equal].sort(dim=-1, descending=True).values
    return lengths


def _told(ratio: float, long: list[float], threshold: float) -> str:
    """long: the sparsities at which the best start's arrow 1 is longer than 0.5."""
    seen = f"longer than 0.5 from S = {long[0]:.10g} on" if long else "never longer than 0.5"
    pair = f"the drawn pair is cheaper from S = {threshold:.2f} on"
    return f"Importances 1 and {ratio:.10g}: arrow 1 is {seen}, and {pair}."
