"""The explorer of chapter 3's bias: its shares, losses and pictures, recomputed here."""

import re

import numpy as np
import pytest
import torch

import toymodels as tm

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    recorded,
    spec,
    track,
)

BIASES = [0.0, -0.1, -0.24, -0.4]
ABSENT, PRESENT = 0, 1
FALSE, MISSED, LOSS = "line 0", "line 1", "line 2"


@pytest.fixture(scope="module")
def crowd():
    """A trained model, 20 -> 5, that drops some features."""
    features = tm.SparseFeatures(20, 0.9)
    model = tm.ReLUOutputModel(20, 5, seed=0)
    tm.train(model, features, tm.linear_importance(20), progress=False)
    assert 8 < tm.n_represented(model.W.detach()) < 20
    return model, features, tm.linear_importance(20)


@pytest.fixture(scope="module")
def pentagon():
    """By hand, so that every share is known."""
    angles = 2 * torch.pi * torch.arange(5) / 5
    W = 1.15 * torch.stack([angles.cos(), angles.sin()])
    return tm.ReLUOutputModel.from_weights(W, -0.26), tm.SparseFeatures(5, 0.95)


@pytest.fixture(scope="module")
def explored(crowd):
    return recorded(tm.explore.bias, *crowd, BIASES)


@pytest.fixture(scope="module")
def plane(pentagon):
    return recorded(tm.explore.bias, *pentagon, None, BIASES, 0)


def readings(model, features, seed):
    """Of the kept features, in samples that hold something: readings and values, (samples, kept)."""
    x = features.sample(40_000, np.random.default_rng(seed)).numpy().astype(float)
    x = x[x.any(axis=1)]
    W = model.W.detach().numpy().astype(float)
    kept = np.linalg.norm(W, axis=0) > 0.5
    return (x @ W.T @ W)[:, kept], x[:, kept]


def test_the_shares_are_those_of_samples_of_ones_own(explored, crowd):
    y, x = readings(*crowd[:2], seed=5)
    shares = carried(explored[0], column=1)
    for k, b in enumerate(BIASES):
        back = np.maximum(y + b, 0)
        assert shares[FALSE][0, k] == pytest.approx((back[x == 0] > 0.1).mean(), abs=0.01)
        assert shares[MISSED][0, k] == pytest.approx((back[x != 0] == 0).mean(), abs=0.01)


def test_the_loss_along_the_slider_is_that_of_the_model_with_this_bias(explored, crowd):
    model, features, importance = crowd
    kept = model.W.detach().norm(dim=0) > 0.5
    optimum = tm.linear_optimum(5, features, importance).item()
    x = features.sample(200_000, np.random.default_rng(7))
    for b, ratio in zip(BIASES, track(explored[0])[""], strict=True):
        own = torch.where(kept, torch.tensor(b), model.b.detach())
        back = torch.relu(x @ model.W.detach().T @ model.W.detach() + own)
        loss = (importance * (x - back) ** 2).mean().item()
        assert ratio == pytest.approx(loss / optimum, rel=0.01)
    np.testing.assert_allclose(
        carried(explored[0], column=1)[LOSS][0], track(explored[0])[""], atol=1e-4
    )


def test_the_histograms_hold_the_readings_and_mark_what_goes_wrong(explored, crowd):
    y, x = readings(*crowd[:2], seed=5)
    edges = np.linspace(-0.8, 1.6, 121)
    middles = (edges[1:] + edges[:-1]) / 2
    for panel, those, everything in (
        (ABSENT, (x == 0) & (abs(y) > 0.005), x == 0),
        (PRESENT, x != 0, x != 0),
    ):
        numbers = carried(explored[0], 0, panel)
        counts = 100 * np.histogram(y[those], edges)[0] / everything.sum()
        np.testing.assert_allclose(numbers["values"][0], counts, atol=0.4)
        assert numbers["values"][0].sum() > 60
        np.testing.assert_allclose(numbers["edge"][:, 0], [-b for b in BIASES], atol=1e-4)
        for marked, b in zip(numbers["marked"], BIASES, strict=True):
            wrong = middles + b > 0.1 if panel == ABSENT else middles + b < 0
            assert (marked.numpy() == wrong).all() and wrong.any()


def test_the_words_say_the_shares_and_the_loss(explored):
    shares, ratio = carried(explored[0], column=1), track(explored[0])[""]
    for k, (words,) in enumerate(explored[0].lines):
        b, limit, *percent = re.findall(r"-?\d+\.?\d*", words.replace("\N{MINUS SIGN}", "-"))
        assert (float(b), float(limit)) == (BIASES[k], 0.1)
        told = [shares[FALSE][0, k], shares[MISSED][0, k]]
        assert [int(value) for value in percent[:1] + percent[2:]] == pytest.approx(
            [100 * float(value) for value in (told[0], told[1], ratio[k])], abs=0.6
        )
        assert percent[1] == "0"  # "come back as 0"


def test_in_the_plane_false_readings_fall_along_the_straight_line_that_the_angle_predicts(plane):
    """Exact for a feature alone; one sample in ten holds more of them."""
    false = carried(plane[0], column=1)[FALSE][0]
    neighbours = 1.15**2 * np.cos(np.radians(72))
    for b, share in zip(BIASES, false, strict=True):
        assert share == pytest.approx(max(0, (1 + b / neighbours) / 2), abs=0.025)


def test_the_half_plane_is_where_feature_0_comes_back(plane, pentagon):
    W = pentagon[0].W.detach().double()
    numbers = carried(plane[0])
    for b, half, states in zip(BIASES, numbers["half"], numbers["states"].round(), strict=True):
        np.testing.assert_allclose(half, [*W[:, 0], b], atol=1e-3)
        cloud = numbers["cloud"][0]
        inside = cloud @ half[:2] + b > 0
        clear = (cloud @ half[:2] + b).abs() > 1e-3  # 16 bits lose a little
        assert not (states[inside & clear] == 2).any()  # what comes back is not missed
        assert not (states[~inside & clear] == 1).any()
        assert {0.0, 1.0} <= set(states.tolist()) or b == BIASES[-1]
    last = numbers["states"][-1].round()
    alone = np.linalg.lstsq(W[:, :1], cloud.numpy().T, rcond=None)[0][0]
    on_arrow = (cloud - torch.tensor(alone)[:, None] * W[:, 0]).norm(dim=1) < 1e-3
    small = on_arrow & torch.tensor((alone > 0.01) & (alone < 0.28))  # 0.4 / 1.15^2 = 0.30
    assert small.any() and (last[small] == 2).all()


@pytest.mark.parametrize("which", ["explored", "plane"])
def test_numbers_arrive_and_the_stored_picture_is_whole(request, which):
    explorer, figure = request.getfixturevalue(which)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert spec(explorer)["sliders"][0]["labels"] == ["0", "−0.1", "−0.24", "−0.4"]


def test_a_model_is_left_as_it_was(crowd):
    model, features, importance = crowd
    before = model.W.detach().clone(), model.b.detach().clone()
    tm.explore.bias(model, features, importance, [0.0])
    assert torch.equal(before[0], model.W) and torch.equal(before[1], model.b)
    assert model.W.requires_grad


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((tm.LinearModel(5, 2, seed=0),), TypeError, "must have a ReLU output.*got LinearModel"),
        ((tm.ReLUOutputModel(5, 2, copies=2, seed=0),), ValueError, r"single.*model\[0\]"),
        ((tm.ReLUOutputModel(6, 2, seed=0),), ValueError, "features must have n = 6"),
        ((None, tm.SparseFeatures(5, 0.0)), ValueError, "present in some samples and absent in"),
        ((None, tm.SparseFeatures(5, 1.0)), ValueError, "present in some samples and absent in"),
        ((None, tm.SparseFeatures(5, [0.9])), ValueError, "features must have no copies"),
        ((None, None, None, [float("nan")]), ValueError, "biases must be finite"),
        ((None, None, None, [0.0], -0.1), ValueError, "tolerance must be finite and at least 0"),
    ],
)
def test_what_it_cannot_show_is_named(pentagon, arguments, error, says):
    given = [*arguments, *[None] * (2 - len(arguments))]
    given[0] = pentagon[0] if given[0] is None else given[0]
    given[1] = pentagon[1] if given[1] is None else given[1]
    with pytest.raises(error, match=says):
        tm.explore.bias(*given)


def test_a_model_that_keeps_nothing_is_named(pentagon):
    short = tm.ReLUOutputModel.from_weights(0.4 * pentagon[0].W.detach())
    with pytest.raises(ValueError, match="got 0 kept features"):
        tm.explore.bias(short, pentagon[1])
