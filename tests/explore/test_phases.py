"""The explorer of chapter 6: what it says and draws, recomputed here."""

import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.explore import phases

from .watching import assert_nothing_is_cut_off, assert_one_size

RATIOS = [0.2, 1.0]
LEVELS = torch.arange(37, dtype=torch.float64) / 40


@pytest.fixture(scope="module")
def explored():
    """The explorer, and after each drawing the numbers of every line on its axes."""
    drawn = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        draw_explorer = phases.draw_explorer

        def watched(figure, draw, *rest):
            def drawing(i):
                words = draw(i)
                lines = {
                    line.get_gid(): line.get_xydata().copy()
                    for ax in figure.axes
                    for line in ax.lines
                }
                drawn.append(lines)
                return words

            return draw_explorer(figure, drawing, *rest)

        monkeypatch.setattr(phases, "draw_explorer", watched)
        explorer = tm.explore.phase_change(RATIOS)
    return explorer, drawn[-len(RATIOS) :]


@pytest.fixture(scope="module")
def run():
    options = {"seeds": 8, "steps": 1000, "batch_size": 128, "samples": None, "progress": False}
    data = tm.SparseFeatures(2, LEVELS)
    return tm.sweep(tm.ReLUOutputModel, 1, data, [[1.0, r] for r in RATIOS], **options)


def test_the_lines_go_through_the_best_start(explored, run):
    best = run.best[1].abs()[:, :, 0]  # (s, i, 2)
    best[:, 1] = best[:, 1].sort(dim=-1, descending=True).values
    for i, lines in enumerate(explored[1]):
        for feature in (0, 1):
            x, y = lines[f"best of {feature}"].T
            np.testing.assert_allclose(x, LEVELS)
            np.testing.assert_allclose(y, best[:, i, feature], rtol=1e-3, atol=1e-3)


def test_there_is_a_dot_for_every_start(explored, run):
    cost = 2 * run.loss[:, 0] / (0.2 * tm.SparseFeatures(1, LEVELS).variance)  # (s, r)
    dots = explored[1][0]
    np.testing.assert_allclose(dots["cost"][:, 1], cost.flatten().numpy(), rtol=1e-3)
    np.testing.assert_allclose(
        dots["starts of 1"][:, 1], run.W[:, 0, :, 0, 1].abs().flatten(), atol=1e-3
    )
    np.testing.assert_allclose(dots["starts of 1"][:, 0], LEVELS.repeat_interleave(8))


def test_the_dashed_line_stands_at_the_threshold_and_is_told(explored):
    explorer, drawn = explored
    for ratio, lines, (words,) in zip(RATIOS, drawn, explorer.lines, strict=True):
        threshold = tm.pair_threshold(ratio).item()
        np.testing.assert_allclose(lines["pays"][:, 0], threshold)
        assert words.startswith(f"Importance 1 and {ratio:g}: ")
        assert f"a bare pair pays from S = {threshold:.2f} on." in words


def test_the_words_name_the_first_sparsity_with_a_long_arrow(explored):
    explorer, drawn = explored
    for lines, (words,) in zip(drawn, explorer.lines, strict=True):
        x, y = lines["best of 1"].T
        said = float(re.search(r"longer than 0.5 from S = ([\d.]+) on", words)[1])
        assert said == x[y > 0.5][0]
    quarter = 10  # S = 0.25: equal features share already, unequal ones do not
    assert drawn[1]["best of 1"][quarter, 1] > 0.3
    assert drawn[0]["best of 1"][quarter, 1] < 0.1


def test_its_picture_is_whole_and_small(explored):
    explorer, _ = explored
    assert_nothing_is_cut_off(assert_one_size(explorer))
    assert torch.tensor(phases.LINE).diff().gt(0).all()
    assert len(explorer._repr_mimebundle_()["text/html"]) < 400_000
