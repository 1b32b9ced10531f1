"""The explorer of chapter 6: its words and numbers, recomputed here."""

import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.explore import phases

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

RATIOS = [0.2, 1.0]
LEVELS = torch.arange(37, dtype=torch.float64) / 40
ABOVE, BELOW = 0, 1
BEST, STARTS = ("line 0", "line 1"), ("line 2", "line 3")  # of feature 0 and of feature 1


@pytest.fixture(scope="module")
def explored():
    return recorded(tm.explore.phase_change, RATIOS)


@pytest.fixture(scope="module")
def run():
    options = {"seeds": 8, "steps": 1000, "batch_size": 128, "samples": None, "progress": False}
    data = tm.SparseFeatures(2, LEVELS)
    return tm.sweep(tm.ReLUOutputModel, 1, data, [[1.0, r] for r in RATIOS], **options)


def charts(explored):
    return spec(explored[0])["columns"][0]["panels"]


def test_the_lines_go_through_the_best_start(explored, run):
    best = run.best[1].abs()[:, :, 0]  # (s, i, 2)
    best[:, 1] = best[:, 1].sort(dim=-1, descending=True).values
    for feature in (0, 1):
        ys = carried(explored[0], 0, ABOVE)[BEST[feature]]  # (i, s)
        np.testing.assert_allclose(charts(explored)[ABOVE]["lines"][feature]["xs"], LEVELS)
        np.testing.assert_allclose(ys, best[:, :, feature].mT, rtol=1e-3, atol=1e-3)


def test_there_is_a_dot_for_every_start(explored, run):
    dropped = 0.2 * tm.SparseFeatures(1, LEVELS).variance  # what keeping feature 0 alone costs
    cost = 2 * run.loss[:, 0] / dropped  # (s, r)
    above, below = carried(explored[0], 0, ABOVE), carried(explored[0], 0, BELOW)
    np.testing.assert_allclose(below["line 1"][0], cost.flatten(), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(below["line 0"][0], cost.median(-1).values, rtol=1e-3, atol=1e-3)
    lengths = run.W[:, 0, :, 0, 1].abs().flatten()
    np.testing.assert_allclose(above[STARTS[1]][0], lengths, atol=1e-3)
    dots = charts(explored)[ABOVE]["lines"][3]
    np.testing.assert_allclose(dots["xs"], LEVELS.repeat_interleave(8))
    assert dots["alone"] and dots["alpha"] < 1


def test_the_dashed_line_stands_at_the_threshold_and_is_told(explored):
    thresholds = [tm.pair_threshold(ratio).item() for ratio in RATIOS]
    for chart in charts(explored):
        np.testing.assert_allclose(chart["upright"][0]["xs"], thresholds)
    for ratio, threshold, (words,) in zip(RATIOS, thresholds, explored[0].lines, strict=True):
        assert words.startswith(f"Importances 1 and {ratio:g}: ")
        assert f"the drawn pair is cheaper from S = {threshold:.2f} on." in words


def test_the_words_name_the_first_sparsity_with_a_long_arrow(explored):
    explorer, _ = explored
    best = carried(explorer, 0, ABOVE)[BEST[1]].numpy()
    firsts = [LEVELS.numpy()[ys > 0.5][0] for ys in best]
    said = [
        float(re.search(r"longer than 0.5 from S = ([\d.]+) on", line)[1])
        for (line,) in explorer.lines
    ]
    assert said == firsts
    np.testing.assert_allclose(track(explorer)[""], firsts, atol=1e-3)
    quarter = 10  # S = 0.25: equal features share already, unequal ones do not
    assert best[1, quarter] > 0.3
    assert best[0, quarter] < 0.1


def test_numbers_arrive_and_the_stored_picture_is_whole(explored):
    explorer, figure = explored
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert torch.tensor(phases.LINE).diff().gt(0).all()
    assert len(page(explorer)) < 200_000
    assert spec(explorer)["sliders"][0]["start"] == 0  # nearest to 0.5
    for k, stop in enumerate(explorer.stops):  # figure.axes: the upper row, then the lower one
        drawn = figure.axes[k].lines[1].get_ydata()
        np.testing.assert_allclose(drawn, carried(explorer)[BEST[1]][stop], atol=1e-4)


def test_an_interrupt_is_passed_on(monkeypatch):
    def stopped(*arguments, **options):
        small = tm.SparseFeatures(2, [0.5])
        result = tm.sweep(tm.ReLUOutputModel, 1, small, steps=1, progress=False)
        result.interrupted = True
        return result

    monkeypatch.setattr(phases, "sweep", stopped)
    with pytest.raises(KeyboardInterrupt):
        tm.explore.phase_change(RATIOS)
