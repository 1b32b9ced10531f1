"""The explorer of chapter 6: two features, one hidden number, along the sparsities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor

from toymodels import _require as require
from toymodels.data import SparseFeatures
from toymodels.explore.canvas import new_figure
from toymodels.explore.explorer import Explorer, draw_explorer, labelled, nearest
from toymodels.explore.kit import MOST
from toymodels.models import ReLUOutputModel
from toymodels.plot.elements import named
from toymodels.plot.look import COLORS, DIMENSIONALITY, REFERENCE, in_own_look
from toymodels.sweeps import sweep
from toymodels.theory import pair_threshold

RATIOS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
LINE = tuple(i / 40 for i in range(37))  # sparsities, 0 to 0.9
STARTS = 8
STEPS = 1000  # with fewer, equal features are not yet where they belong in dense data
ARROWS = (REFERENCE, COLORS[ReLUOutputModel])  # colours of feature 0 and feature 1
TOPS = (1.6, 1.4)  # of the axes: above, room for the legend


@in_own_look
def phase_change(ratios: Sequence[float] = RATIOS) -> Explorer:
    """Slider over the relative importance of the second of two features that share one number.

    ReLU-output models, n = 2, m = 1, trained at 37 sparsities, eight starts each. Above: the
    lengths of the two arrows, a faint dot for each start, a line through the best; a dashed line
    where a bare pair begins to pay (`pair_threshold`). Below: the exact loss of each start over
    that of keeping feature 0 alone. (Equal features are alike: there the longer arrow counts as
    feature 0.)

    Args:
        ratios: the positions of the slider, at most 200, each in (0, 1].
    Raises:
        TypeError, ValueError: an argument is unusable; nothing has been trained then.
    """
    ratios = require.shares("ratios", ratios, at_most=MOST)
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
    figure = new_figure(8.4, 5, dpi=90)
    above, below = figure.subplots(2, 1, height_ratios=[1.5, 1], sharex=True)

    def draw(i):
        for feature, color in enumerate(ARROWS):
            starts = lengths[:, i, :, feature]
            _line(above, f"starts of {feature}", S.repeat_interleave(STARTS), starts, ".", color)
            _line(above, f"best of {feature}", S, best[:, i, feature], "-", color)
        _line(below, "cost", S.repeat_interleave(STARTS), cost[:, i], ".", ARROWS[1])
        for ax, top in zip((above, below), TOPS, strict=True):
            _line(ax, "pays", [thresholds[i]] * 2, [0, top], "--", DIMENSIONALITY)
        if above.get_legend() is None:
            _label(above, below)
        return [_told(ratios[i].item(), S[best[:, i, 1] > 0.5].tolist(), thresholds[i])]

    summary = f"Two features, one hidden number, at {len(ratios)} relative importances"
    labels = labelled(ratios.tolist())
    still = nearest(ratios.tolist(), 0.5)
    return draw_explorer(figure, draw, "relative importance", labels, summary, still)


def _lengths(W: Tensor, ratios: Tensor) -> Tensor:
    """|W| of both features, (s, i, ..., 2); of equal ones the longer first."""
    lengths = W[..., 0, :].abs()
    equal = ratios == 1
    lengths[:, equal] = lengths[:, equal].sort(dim=-1, descending=True).values
    return lengths


def _told(ratio: float, long: list[float], threshold: float) -> str:
    """long: the sparsities at which the best start's arrow 1 is longer than 0.5."""
    seen = f"longer than 0.5 from S = {long[0]:.10g} on" if long else "nowhere longer than 0.5"
    pays = f"a bare pair pays from S = {threshold:.2f} on"
    return f"Importance 1 and {ratio:.10g}: arrow 1 is {seen}; {pays}."


def _line(ax: Axes, name: str, xs, ys, look: str, color: str) -> None:
    """A line of that name, or its dots, through these points; drawn once, then moved."""
    alpha = 0.3 if look == "." else 1
    options = {"color": color, "alpha": alpha, "ms": 4}
    line = named(ax, name, lambda: ax.plot([], [], look, **options)[0])
    line.set_data(xs, np.ravel(ys))


def _label(above: Axes, below: Axes) -> None:
    """What stays: axes, legend, the line at 1."""
    names = {
        "best of 0": "feature 0, best start",
        "best of 1": "feature 1",
        "pays": "bare pair pays",
    }
    lines = {line.get_gid(): line for line in above.lines}
    handles = [lines[name] for name in names]
    above.legend(handles, names.values(), loc="upper center", ncols=3, fontsize=9)
    above.set(xlim=(-0.02, 0.92), ylim=(0, TOPS[0]), ylabel="length of the arrow")
    below.set(ylim=(0, TOPS[1]), xlabel="sparsity S", ylabel="loss / keeping one")
    below.axhline(1, color=REFERENCE, lw=0.8)
