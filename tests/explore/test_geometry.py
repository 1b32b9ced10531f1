"""The explorers of chapter 5: their words and numbers, recomputed here."""

import itertools
import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.explore import geometry, round_trips
from toymodels.explore.kit import turned_onto

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

ANTIPRISM = torch.tensor([[0.86, -0.86, 0, 0, 0.61, 0.61, -0.61, -0.61]] * 3)
ANTIPRISM[1] = torch.tensor([0, 0, 0.86, -0.86, 0.61, -0.61, 0.61, -0.61])
ANTIPRISM[2] = torch.tensor([-0.51] * 4 + [0.51] * 4)
SHARES = [1.0, 0.5, 0.2]
KINDS = ["rarer", "less important"]


@pytest.fixture(scope="module")
def space():
    return recorded(tm.explore.space, ANTIPRISM)


@pytest.fixture(scope="module")
def formation():
    options = {"n": 4, "sparsity": 0.8, "steps": 120, "positions": 5, "seed": 3}
    return recorded(tm.explore.formation, **options)


@pytest.fixture(scope="module")
def odd():
    return recorded(tm.explore.odd_one, SHARES)


@pytest.mark.parametrize("name", ["space", "formation", "odd"])
def test_numbers_arrive_and_the_stored_picture_is_whole(name, request):
    explorer, figure = request.getfixturevalue(name)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 150_000


def test_space_goes_once_around_the_same_arrows(space):
    explorer, _ = space
    turns = list(range(0, 360, 5))
    assert explorer.labels == [f"{turn}°" for turn in turns]
    arrows = spec(explorer)["columns"][0]["panels"][0]
    assert arrows["turns"] == turns
    for column in (0, 1):
        W = carried(explorer, column)["W"]
        assert W.shape == (1, 8, 3)  # once, for all sides
        np.testing.assert_allclose(W[0], ANTIPRISM.mT, atol=1e-4)
    D = tm.feature_dimensionality(ANTIPRISM)
    shares = f"{D.min():.2f} to {D.max():.2f}" if D.max() - D.min() >= 0.01 else f"{D.min():.2f}"
    expected = [f"8 of 8 arrows are longer than 0.5. The dimensionality is {shares}."]
    assert explorer.lines == [expected] * len(turns)
    assert [explorer.labels[stop] for stop in explorer.stops] == ["0°", "45°", "90°"]


def test_space_tells_apart_features_of_different_dimensionality():
    W = torch.tensor([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.3]])
    (line,) = tm.explore.space(W).lines[3]
    assert line == "3 of 4 arrows are longer than 0.5. The dimensionality is 0.50 to 1.00."


def test_formation_shows_the_training_from_small_weights(formation):
    explorer, _ = formation
    model = tm.ReLUOutputModel(4, 2, seed=3)
    with torch.no_grad():
        model.W.mul_(0.3)
    features = tm.SparseFeatures(4, 0.8)
    options = {"steps": 120, "lr": 0.01, "seed": 3, "snapshots": 5, "progress": False}
    history = tm.train(model, features, **options)
    moments = history.snapshot_steps.tolist()
    assert explorer.labels == [str(step) for step in moments]
    W = carried(explorer)["W"].mT
    np.testing.assert_allclose(W, history.snapshots, rtol=1e-3, atol=1e-3)
    said = re.findall(
        r"Step (\d+): (\d) of 4 arrows are longer than 0.5, and the loss is (\d+)% of",
        str(explorer.lines),
    )
    assert len(said) == 5
    last = history.loss[-16:].mean() / tm.linear_optimum(2, features)
    assert abs(int(said[-1][2]) / 100 - last) < 0.02
    kept = [int(tm.n_represented(W)) for W in history.snapshots]
    assert [int(count) for _, count, _ in said] == kept
    losses = 100 * carried(explorer, 1)["line 0"][0].numpy()
    np.testing.assert_allclose(losses, [int(loss) for *_, loss in said], atol=0.52)
    np.testing.assert_allclose(100 * track(explorer)[""], losses, atol=0.1)
    chart = spec(explorer)["columns"][1]["panels"][0]
    assert chart["at"] == chart["lines"][0]["xs"] == moments and chart["level"] == 1


def test_a_rarer_feature_is_active_that_share_as_often():
    shares = torch.tensor([1.0, 0.5, 0.1]).double()
    S = geometry.sparsity_of_five(shares, 0.9)
    density = 1 - S
    torch.testing.assert_close(density[:, 0] / density[:, 1], shares)
    assert (S[:, 1:] == 0.9).all()


def frames(odd):
    """kind -> (positions, 2, 5), in the first slider's order."""
    W = carried(odd[0])["W"].mT
    return {kind: W[k::2] for k, kind in enumerate(KINDS)}


def test_a_pentagon_gives_way_to_two_pairs(odd):
    for kind, W in frames(odd).items():
        lengths = tm.feature_norms(W)
        D = tm.feature_dimensionality(W)
        np.testing.assert_allclose(D[0], [0.4] * 5, atol=0.01)
        assert lengths[2, 0] < 0.1
        np.testing.assert_allclose(D[2, 1:], [0.5] * 4, atol=0.01)
        half = lengths[1, 0] / lengths[1, 1:].mean()
        assert half > 1.01 if kind == "rarer" else half < 0.99
        assert W[0, 1, 0] > 1 and abs(W[0, 0, 0]) < 0.05  # feature 0 on top


def test_the_words_say_how_long_the_arrows_are(odd):
    explorer, _ = odd
    sliders = spec(explorer)["sliders"]
    assert [slider["name"] for slider in sliders] == ["feature 0 ÷ others", "how feature 0 differs"]
    assert [slider["labels"] for slider in sliders] == [["1", "0.5", "0.2"], KINDS]
    for W, (line,) in zip(carried(explorer)["W"].mT, explorer.lines, strict=True):
        lengths = tm.feature_norms(W)
        said = re.search(
            r"Arrow 0 has a length of ([\d.]+), and the others ([\d.]+) on average", line
        )
        np.testing.assert_allclose(float(said[1]), lengths[0], atol=0.0051)
        np.testing.assert_allclose(float(said[2]), lengths[1:].mean(), atol=0.0051)
    assert "like the others" in explorer.lines[0][0]
    assert "active 50% as often as the others" in explorer.lines[2][0]
    assert "50% as important as the others" in explorer.lines[3][0]


def test_the_curves_follow_arrow_0_at_both_settings(odd):
    explorer, _ = odd
    chart = spec(explorer)["columns"][1]["panels"][0]
    assert chart["at"] == [share for share in SHARES for _ in KINDS]
    for k, (kind, W) in enumerate(frames(odd).items()):
        lengths = tm.feature_norms(W)[:, 0]
        np.testing.assert_allclose(carried(explorer, 1)[f"line {k}"][0], lengths, atol=1e-3)
        np.testing.assert_allclose(track(explorer)[kind], lengths, atol=1e-3)
        assert chart["lines"][k]["name"] == kind and chart["lines"][k]["xs"] == SHARES


def test_no_numbering_of_the_other_four_comes_nearer_to_the_frame_before(odd):
    for W in frames(odd).values():
        for before, after in itertools.pairwise(W):
            distance = (after - before).square().sum()
            for order in itertools.permutations(range(1, 5)):
                turned = turned_onto(before, after[:, [0, *order]][None])[0]
                assert distance <= (turned - before).square().sum() + 1e-3


def test_an_interrupted_sweep_is_passed_on(monkeypatch):
    def stopped(*arguments, **options):
        small = tm.SparseFeatures(2, [0.5])
        result = tm.sweep(tm.ReLUOutputModel, 1, small, steps=1, progress=False)
        result.interrupted = True
        return result

    monkeypatch.setattr(round_trips, "sweep", stopped)
    for explore in (tm.explore.odd_one, tm.explore.directions, tm.explore.bond):
        with pytest.raises(KeyboardInterrupt):
            explore()
