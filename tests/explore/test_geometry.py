"""The explorers of chapter 5: what they say and draw, recomputed here."""

import itertools
import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels import plot
from toymodels.explore import geometry
from toymodels.explore.kit import turned_onto

from .watching import assert_nothing_is_cut_off, assert_one_size, recorded

ANTIPRISM = torch.tensor([[0.86, -0.86, 0, 0, 0.61, 0.61, -0.61, -0.61]] * 3)
ANTIPRISM[1] = torch.tensor([0, 0, 0.86, -0.86, 0.61, -0.61, 0.61, -0.61])
ANTIPRISM[2] = torch.tensor([-0.51] * 4 + [0.51] * 4)


@pytest.fixture(scope="module")
def space():
    return recorded(plot, "space", tm.explore.space, ANTIPRISM)


@pytest.fixture(scope="module")
def formation():
    options = {"n": 4, "sparsity": 0.8, "steps": 120, "positions": 5, "seed": 3}
    return recorded(plot, "directions", tm.explore.formation, **options)


@pytest.fixture(scope="module")
def odd():
    return recorded(plot, "directions", tm.explore.odd_one, [1.0, 0.5, 0.2])


def test_space_goes_once_around_the_same_arrows(space):
    explorer, calls = space
    turns = [turn for _, _, turn in calls[-24:]]
    assert turns == list(range(0, 360, 15))
    assert all(torch.equal(W, ANTIPRISM) for W, *_ in calls)
    assert explorer.labels == [f"{turn}°" for turn in turns]
    D = tm.feature_dimensionality(ANTIPRISM)
    assert explorer.lines[0] == [
        f"8 of 8 arrows longer than 0.5; dimensionality {D.min():.2f} to {D.max():.2f}."
        if D.max() - D.min() >= 0.01
        else f"8 of 8 arrows longer than 0.5; dimensionality {D.min():.2f}."
    ]


def test_space_tells_apart_features_of_different_dimensionality():
    W = torch.tensor([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.3]])
    (line,) = tm.explore.space(W).lines[3]
    assert line == "3 of 4 arrows longer than 0.5; dimensionality 0.50 to 1.00."


def test_formation_shows_the_training_from_small_weights(formation):
    explorer, calls = formation
    model = tm.ReLUOutputModel(4, 2, seed=3)
    with torch.no_grad():
        model.W.mul_(0.3)
    features = tm.SparseFeatures(4, 0.8)
    options = {"steps": 120, "lr": 0.01, "seed": 3, "snapshots": 5, "progress": False}
    history = tm.train(model, features, **options)
    assert explorer.labels == [str(step) for step in history.snapshot_steps.tolist()]
    for (W, _), expected in zip(calls[-5:], history.snapshots, strict=True):
        torch.testing.assert_close(W, expected, rtol=1e-3, atol=1e-4)
    said = re.findall(
        r"Step (\d+): (\d) of 4 arrows longer than 0.5, loss (\d+)% of", str(explorer.lines)
    )
    assert len(said) == 5
    last = history.loss[-16:].mean() / tm.linear_optimum(2, features)
    assert abs(int(said[-1][2]) / 100 - last) < 0.02
    kept = [int(tm.n_represented(W)) for W in history.snapshots]
    assert [int(count) for _, count, _ in said] == kept


def test_a_rarer_feature_is_active_that_share_as_often():
    S = geometry.sparsity_of_five(torch.tensor([1.0, 0.5, 0.1]).double(), 0.9)
    density = 1 - S
    torch.testing.assert_close(
        density[:, 0] / density[:, 1], torch.tensor([1.0, 0.5, 0.1]).double()
    )
    assert (S[:, 1:] == 0.9).all()


def frames(odd):
    """kind -> (positions, 2, 5), in the slider's order."""
    drawn = torch.stack([W for W, _ in odd[1][-6:]])
    return {"rarer": drawn[0::2], "less important": drawn[1::2]}


def test_a_pentagon_gives_way_to_two_pairs(odd):
    for kind, W in frames(odd).items():
        lengths = tm.feature_norms(W)
        D = tm.feature_dimensionality(W)
        torch.testing.assert_close(D[0], torch.full((5,), 0.4), atol=0.01, rtol=0)
        assert lengths[2, 0] < 0.1
        torch.testing.assert_close(D[2, 1:], torch.full((4,), 0.5), atol=0.01, rtol=0)
        half = lengths[1, 0] / lengths[1, 1:].mean()
        assert half > 1.01 if kind == "rarer" else half < 0.99
        assert W[0, 1, 0] > 1 and abs(W[0, 0, 0]) < 0.05  # feature 0 on top


def test_the_words_say_how_long_the_arrows_are(odd):
    explorer, _ = odd
    assert [slider["name"] for slider in explorer.sliders] == [
        "feature 0 over the others",
        "feature 0 is",
    ]
    drawn = torch.stack([W for W, _ in odd[1][-6:]])
    for W, (line,) in zip(drawn, explorer.lines, strict=True):
        lengths = tm.feature_norms(W)
        said = re.search(r"arrow 0 has length ([\d.]+), the others ([\d.]+) on average", line)
        np.testing.assert_allclose(float(said[1]), lengths[0], atol=0.00501)
        np.testing.assert_allclose(float(said[2]), lengths[1:].mean(), atol=0.00501)
    assert "as the others" in explorer.lines[0][0]
    assert "50% as often active as the others" in explorer.lines[2][0]
    assert "50% as important as the others" in explorer.lines[3][0]


def test_no_numbering_of_the_other_four_comes_nearer_to_the_frame_before(odd):
    for W in frames(odd).values():
        for before, after in itertools.pairwise(W):
            distance = (after - before).square().sum()
            for order in itertools.permutations(range(1, 5)):
                turned = turned_onto(before, after[:, [0, *order]][None])[0]
                assert distance <= (turned - before).square().sum() + 1e-4


@pytest.mark.parametrize("name", ["space", "formation", "odd"])
def test_all_pictures_have_one_size_and_nothing_is_cut_off(name, request):
    explorer, _ = request.getfixturevalue(name)
    assert_nothing_is_cut_off(assert_one_size(explorer))
    assert len(explorer._repr_mimebundle_()["text/html"]) < 800_000
