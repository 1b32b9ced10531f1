"""The explorers of chapter 7: their words and numbers, recomputed here."""

import re
from itertools import pairwise, permutations

import numpy as np
import pytest
import torch

import toymodels as tm
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

BONDS = [-1.0, 0.5, 1.0]
PENALTIES = [0.01, 0.3]


@pytest.fixture(scope="module")
def bond():
    return recorded(tm.explore.bond, BONDS)


@pytest.fixture(scope="module")
def penalty():
    return recorded(tm.explore.penalty, PENALTIES)


def test_exclusive_partners_are_opposite_frequent_ones_perpendicular_constant_ones_merge(bond):
    explorer, _ = bond
    W = carried(explorer)["W"].mT
    u = torch.nn.functional.normalize(W, dim=-2)
    partners = torch.stack([(u[..., a] * u[..., b]).sum(-1) for a, b in ((0, 1), (2, 3))], dim=-1)
    expected = torch.tensor([-1.0, -1.0]).double()
    torch.testing.assert_close(partners[0], expected, atol=0.02, rtol=0)
    assert (partners[1].abs() < 0.1).all()
    torch.testing.assert_close(partners[2], -expected, atol=0.02, rtol=0)
    for k, (line,) in enumerate(explorer.lines):
        said = re.fullmatch(
            r"Bond (-?[\d.]+): the cosine of the partners is (-?[\d.]+), and the arrows' "
            r"mean length is ([\d.]+)\.",
            line.replace("\u2212", "-"),
        )
        assert float(said[1]) == BONDS[k]
        assert abs(float(said[2]) - partners[k, 0]) < 0.0051
        assert abs(float(said[3]) - tm.feature_norms(W[k]).mean()) < 0.0051
    curve = carried(explorer, 1)["line 0"][0]
    torch.testing.assert_close(curve, partners[:, 0], atol=1e-3, rtol=0)
    torch.testing.assert_close(track(explorer)[""], partners[:, 0], atol=1e-3, rtol=0)
    assert spec(explorer)["columns"][1]["panels"][0]["at"] == BONDS


def test_no_numbering_that_keeps_partners_comes_nearer_to_the_frame_before(bond):
    for before, after in pairwise(carried(bond[0])["W"].mT):
        distance = (after - before).square().sum()
        for order in permutations(range(4)):
            if set(order[:2]) in ({0, 1}, {2, 3}):
                turned = turned_onto(before, after[:, list(order)][None])[0]
                assert distance <= (turned - before).square().sum() + 1e-3


def test_a_weak_penalty_explains_more_and_finds_less(penalty):
    explorer, _ = penalty
    numbers = [list(map(float, re.findall(r"[\d.]+(?=%)", line))) for (line,) in explorer.lines]
    (weak_explained, weak_found), (explained, found) = numbers
    assert weak_explained > explained and weak_found < 60 and found > 90
    squares = carried(explorer)["values"].numpy()
    for (line,), square, recall in zip(explorer.lines, squares, track(explorer)[""], strict=True):
        hits = (np.diag(square) >= 0.95).mean()
        assert f"finds {hits:.0%} of {len(square)} directions" in line
        assert abs(recall - hits) < 1e-3


def test_the_curves_are_what_the_words_say(penalty):
    explorer, _ = penalty
    chart = spec(explorer)["columns"][1]["panels"][0]
    names = [line["name"] for line in chart["lines"]]
    curves = carried(explorer, 1)
    for word, pattern in (("explained", r"explains (\d+)%"), ("recall", r"finds (\d+)%")):
        said = [int(re.search(pattern, line)[1]) for (line,) in explorer.lines]
        got = 100 * curves[f"line {names.index(word)}"][0].numpy()
        np.testing.assert_allclose(got, said, atol=0.51)
    assert chart["x"]["kind"] == "log" and chart["at"] == PENALTIES


def test_the_square_of_cosines_is_that_of_a_training_by_hand(penalty):
    model = tm.ReLUOutputModel(40, 5, seed=0)
    features = tm.SparseFeatures(40, 0.9)
    tm.train(model, features, tm.linear_importance(40), progress=False)
    h = model.encode(features.sample(100_000, np.random.default_rng(1))).detach()
    h = h[h.norm(dim=-1) > 0]
    W = model.W.detach()
    true = W.T[tm.feature_norms(W) > 0.5]
    finders = tm.SparseAutoencoder(5, 40, copies=2, seed=0)
    tm.train_autoencoder(finders, h, PENALTIES, seed=0)
    finder = finders[1]
    living = finder.directions.detach()[~finder.dead(h[:20_000])]
    cosine, _ = tm.match_directions(living, true)
    square = carried(penalty[0])["values"][1]
    np.testing.assert_allclose(np.diag(square), cosine, atol=1e-3)


@pytest.mark.parametrize("name", ["bond", "penalty"])
def test_numbers_arrive_and_the_stored_picture_is_whole(name, request):
    explorer, figure = request.getfixturevalue(name)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 150_000
