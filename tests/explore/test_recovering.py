"""The explorers of chapter 7: what they say and draw, recomputed here."""

import re
from itertools import pairwise, permutations

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels import plot
from toymodels.explore import recovering
from toymodels.explore.kit import turned_onto

from .watching import assert_nothing_is_cut_off, assert_one_size, recorded

BONDS = [-1.0, 0.5, 1.0]
PENALTIES = [0.01, 0.3]


@pytest.fixture(scope="module")
def bond():
    """The explorer, and each W that was drawn."""
    explorer, calls = recorded(plot, "directions", tm.explore.bond, BONDS)
    return explorer, torch.stack([W for W, _ in calls[-len(BONDS) :]])


@pytest.fixture(scope="module")
def penalty():
    """The explorer, and each square of cosines."""
    explorer, calls = recorded(recovering, "picture", tm.explore.penalty, PENALTIES)
    return explorer, [values for _, values, *_ in calls[-len(PENALTIES) :]]


def test_exclusive_partners_are_opposite_frequent_ones_perpendicular_constant_ones_merge(bond):
    explorer, W = bond
    u = torch.nn.functional.normalize(W, dim=-2)
    partners = torch.stack([(u[..., a] * u[..., b]).sum(-1) for a, b in ((0, 1), (2, 3))], dim=-1)
    torch.testing.assert_close(partners[0], torch.tensor([-1.0, -1.0]), atol=0.02, rtol=0)
    assert (partners[1].abs() < 0.1).all()
    torch.testing.assert_close(partners[2], torch.tensor([1.0, 1.0]), atol=0.02, rtol=0)
    for k, (line,) in enumerate(explorer.lines):
        said = re.fullmatch(
            r"Bond (-?[\d.]+): cosine of partners (-?[\d.]+), mean length of the arrows ([\d.]+)\.",
            line,
        )
        assert float(said[1]) == BONDS[k]
        assert abs(float(said[2]) - partners[k, 0]) < 0.00501
        assert abs(float(said[3]) - tm.feature_norms(W[k]).mean()) < 0.00501


def test_no_numbering_that_keeps_partners_comes_nearer_to_the_frame_before(bond):
    _, W = bond
    for before, after in pairwise(W):
        distance = (after - before).square().sum()
        for order in permutations(range(4)):
            if set(order[:2]) in ({0, 1}, {2, 3}):
                turned = turned_onto(before, after[:, list(order)][None])[0]
                assert distance <= (turned - before).square().sum() + 1e-4


def test_a_weak_penalty_explains_more_and_finds_less(penalty):
    explorer, squares = penalty
    numbers = [list(map(float, re.findall(r"[\d.]+(?=%)", line))) for (line,) in explorer.lines]
    (weak_explained, weak_found), (explained, found) = numbers
    assert weak_explained > explained and weak_found < 60 and found > 90
    for (line,), square in zip(explorer.lines, squares, strict=True):
        hits = (np.diag(square) >= 0.95).mean()
        assert f"finds {hits:.0%} of {len(square)} directions" in line


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
    np.testing.assert_allclose(np.diag(penalty[1][1]), cosine, atol=1e-3)


@pytest.mark.parametrize("name", ["bond", "penalty"])
def test_all_pictures_have_one_size_and_nothing_is_cut_off(name, request):
    explorer, _ = request.getfixturevalue(name)
    assert_nothing_is_cut_off(assert_one_size(explorer))
    assert len(explorer._repr_mimebundle_()["text/html"]) < 500_000
