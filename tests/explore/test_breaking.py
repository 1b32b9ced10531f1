"""The explorers of chapter 10: nudged round trips and stored samples, recomputed here."""

import re
from functools import cache

import numpy as np
import pytest
import torch

import toymodels as tm

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    stations,
    track,
)

SIZES = [0.0, 0.1, 0.5, 1.0]
COUNTS = [4, 9, 40]
X, H, BACK, BIASED, X_HAT = range(5)


@cache
def crowd():
    """A trained model, 12 -> 3, and three samples."""
    model = tm.ReLUOutputModel(12, 3, seed=0)
    tm.train(model, tm.SparseFeatures(12, 0.9), steps=300, progress=False)
    sparse = tm.SparseFeatures(12, 0.7).sample(1, np.random.default_rng(0))[0]
    return model, {"nothing": torch.zeros(12), "one": torch.eye(12)[1], "some": sparse}


@cache
def nudged():
    return recorded(tm.explore.attack, *crowd(), SIZES)


@cache
def memorised():
    """By hand, so that every count is known; samples in the plane, too."""
    rng = np.random.default_rng(0)
    W = torch.from_numpy(rng.standard_normal((3, 2, 15))).float()
    W[0, :, 3:] *= 0.05  # at most three long arrows
    rows = [torch.from_numpy(rng.standard_normal((T, 15))).float() for T in COUNTS]
    rows[2] /= (rows[2] @ W[2].T).norm(dim=-1, keepdim=True)  # forty hidden states of length 1
    model = tm.ReLUOutputModel.from_weights(W)
    return model, rows, recorded(tm.explore.memory, model, rows, [1.0, 1.5, 0.9])


def test_the_rows_are_the_round_trip_of_the_nudged_sample():
    model, samples = crowd()
    explorer, _ = nudged()
    rows = stations(explorer)
    for s, size in enumerate(SIZES):
        for k, x in enumerate(samples.values()):
            position = s * len(samples) + k
            nudge = tm.attack(model, x, size) if size else 0 * x
            trip = model.round_trip(x + nudge)
            for row, values in zip(rows, trip, strict=True):
                np.testing.assert_allclose(row[position], values, atol=2e-3)
            active = carried(explorer, 0, X)["active"][position]
            assert torch.equal(active > 0.5, x != 0)
            target = carried(explorer, 0, X_HAT)["targets"][position]
            torch.testing.assert_close(target.float(), x, atol=1e-3, rtol=0)


def test_the_words_and_the_curves_say_how_far_the_answer_moves():
    model, samples = crowd()
    explorer, _ = nudged()
    curves, bound = (carried(explorer, 1)[f"line {k}"] for k in (0, 1))
    largest = torch.linalg.eigvalsh(tm.gram(model.W))[-1].item()
    torch.testing.assert_close(
        bound[0], largest * torch.tensor(SIZES).double(), atol=1e-3, rtol=1e-3
    )
    for position, (line,) in enumerate(explorer.lines):
        s, k = divmod(position, len(samples))
        name, x = list(samples.items())[k]
        nudge = tm.attack(model, x, SIZES[s]) if SIZES[s] else 0 * x
        with torch.no_grad():
            back = model(x + nudge)
            move = (back - model(x)).norm().item()
        false = int(((x == 0) & (back > 0.1)).sum())
        assert line.startswith(f"{name.capitalize()}, nudge of length {SIZES[s]:.2f}:")
        said = re.search(
            r"moves by ([\d.]+)\. .* by ([\d.]+)\. (\d+) absent features? comes?", line
        )
        assert abs(float(said[1]) - move) < 0.0051
        assert abs(float(said[2]) - largest * SIZES[s]) < 0.0051
        assert int(said[3]) == false
        assert abs(curves[position, s] - move) < 2e-3
    assert spec(explorer)["columns"][1]["panels"][0]["at"] == [s for s in SIZES for _ in samples]


def test_one_sample_needs_no_second_slider():
    model, samples = crowd()
    explorer = tm.explore.attack(model, {"one": samples["one"]}, SIZES)
    assert len(spec(explorer)["sliders"]) == 1 and len(explorer.lines) == len(SIZES)
    assert len(spec(nudged()[0])["sliders"]) == 2
    linear = tm.LinearModel.from_weights(model.W.detach())
    explorer = tm.explore.attack(linear, {"one": samples["one"]}, SIZES)
    assert spec(explorer)["columns"][0]["panels"][X_HAT]["low"] == -1.5  # may be below 0


def long_ones(tips):
    lengths = tips.norm(dim=0)
    return lengths > lengths.max() / 2


def test_few_long_arrows_are_drawn_and_everything_else_is_a_dot():
    model, rows, (explorer, _) = memorised()
    for column in (0, 1):
        W, cloud = (carried(explorer, column)[name] for name in ("W", "cloud"))
        for k, x in enumerate(rows):
            tips = model.W[k].detach() if column == 0 else model.W[k].detach() @ x.T
            scaled = (1.3 * tips / tips.norm(dim=0).max()).T.double()
            long = long_ones(tips) if long_ones(tips).sum() <= 12 else long_ones(tips) & False
            drawn = W[k].norm(dim=-1) > 1e-3
            assert drawn.nonzero().flatten().tolist() == long.nonzero().flatten().tolist()
            torch.testing.assert_close(W[k][drawn], scaled[long], atol=1e-3, rtol=0)
            dots = cloud[k][cloud[k].isfinite().all(dim=-1)]
            torch.testing.assert_close(dots, scaled[~long], atol=1e-3, rtol=0)
    assert (carried(explorer)["W"][0].norm(dim=-1) > 1e-3).sum() <= 3
    assert not (carried(explorer, 1)["W"][2].norm(dim=-1) > 1e-3).any()  # too many of forty


def test_the_words_count_the_long_arrows():
    model, rows, (explorer, _) = memorised()
    for k, ((line,), x, loss) in enumerate(zip(explorer.lines, rows, (1.0, 1.5, 0.9), strict=True)):
        W = model.W[k].detach()
        features, samples = int(long_ones(W).sum()), int(long_ones(W @ x.T).sum())
        T = COUNTS[k]
        assert line == (
            f"T = {T}: {features} of 15 features and {samples} of {T} samples have arrows longer "
            f"than half the longest. Loss on new samples: {loss:.2f}."
        )
    torch.testing.assert_close(
        track(explorer)[""], torch.tensor([1.0, 1.5, 0.9]).double(), atol=1e-3, rtol=0
    )


@pytest.mark.parametrize("name", ["nudged", "memorised"])
def test_numbers_arrive_and_the_stored_picture_is_whole(name):
    explorer, figure = {"nudged": nudged, "memorised": lambda: memorised()[2]}[name]()
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 250_000
