"""The explorer of chapter 8: its words and numbers, recomputed here."""

import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.grouped import Months

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

SHARES = [0.0, 0.5, 1.0]


@pytest.fixture(scope="module")
def months():
    return recorded(tm.explore.months, SHARES)


@pytest.fixture(scope="module")
def samples():
    return [Months(c).sample(100_000, np.random.default_rng(5)) for c in SHARES]


def weights(explorer):
    return carried(explorer)["W"].mT.float()  # (positions, 2, 12)


def test_numbers_arrive_and_the_stored_picture_is_whole(months):
    explorer, figure = months
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 150_000
    (arrows,) = spec(explorer)["columns"][0]["panels"]
    assert arrows["colors"] == [color.lower() for color in tm.plot.WHEEL]


def test_at_1_the_months_are_a_clock_and_at_0_four_are_kept(months):
    W = weights(months[0])
    long = tm.feature_norms(W) > 0.5
    assert long.sum(-1).tolist()[0] == 4 and long[2].all() and long[:, 0].all()
    angle = torch.atan2(W[2, 0], W[2, 1]) % (2 * torch.pi)  # clockwise, from the top
    clock = torch.arange(12) * 2 * torch.pi / 12
    apart = (angle - clock + torch.pi) % (2 * torch.pi) - torch.pi
    assert apart.abs().max() < 0.1


def test_bars_are_what_each_month_adds_on_average(months, samples):
    explorer, _ = months
    rows = [carried(explorer, 1, row)["values"] for row in (0, 1)]
    for k, (W, x) in enumerate(zip(weights(explorer), samples, strict=True)):
        active = x[:, 0] > 0
        adds = x * (W.T @ W)[0]
        for row, those in zip(rows, (active, ~active), strict=True):
            expected = adds[those].mean(0).double()
            torch.testing.assert_close(row[k], expected, atol=0.01, rtol=0)


def test_words_are_the_sums_of_the_bars(months):
    explorer, _ = months
    active, absent = (carried(explorer, 1, row)["values"] for row in (0, 1))
    for k, (line,) in enumerate(explorer.lines):
        number = r"([\u2212]?\d\.\d\d)"
        said = re.fullmatch(
            rf"c = (\S+): month 0 gets {number} from itself and {number} from the others; "
            rf"when it is absent, {number}\. Its bias is {number}\.",
            line,
        )
        expected = SHARES[k], active[k, 0], active[k, 1:].sum(), absent[k].sum()
        got = [float(said[i].replace("\u2212", "-")) for i in (1, 2, 3, 4)]
        np.testing.assert_allclose(got, expected, atol=0.0052)


def test_the_curves_are_measured_with_and_without_shadows(months, samples):
    explorer, _ = months
    curves = track(explorer)
    assert curves["as trained"][0] > curves["shadows deleted"][0]
    assert curves["as trained"][2] < 0.29 and curves["shadows deleted"][2] > 0.8
    W, x = weights(explorer)[2], samples[2]
    said = re.search(r"bias is (\S+)\.", explorer.lines[2][0])[1]
    bias = float(said.replace("\u2212", "-"))  # nearly all alike
    for name, G in (("as trained", W.T @ W), ("shadows deleted", (W.T @ W) * torch.eye(12))):
        left = (x - torch.relu(x @ G + bias)).square().mean() / x.var(0).mean()
        assert abs(left - curves[name][2]) < 0.02
