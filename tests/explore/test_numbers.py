"""Numbers on their way into a page: whole numbers of 16 bits times a scale."""

import base64
import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from toymodels.explore.numbers import packed, unpacked

SIZES = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.7, -1.7, np.nan, np.inf, -np.inf])


@given(arrays(float, array_shapes(min_dims=2, max_dims=4, max_side=5), elements=SIZES))
def test_what_arrives_is_off_by_half_a_step_at_most(values):
    travelling = json.loads(json.dumps(packed("values", values, len(values))))
    got = unpacked(travelling).numpy()
    assert got.shape == values.shape and got.dtype == float
    finite = np.isfinite(values)
    assert np.isnan(got[~finite]).all()
    largest = np.abs(values[finite]).max(initial=0)
    assert np.abs(got - values)[finite].max(initial=0) <= largest / 65_534 * (1 + 1e-9)


def test_the_bytes_are_signed_whole_numbers_low_byte_first():
    """As the front end reads them; the largest becomes 32,767, and what is no number -32,768."""
    numbers = packed("values", [[1.7, -1.7], [0.0, float("nan")]], 2)
    assert numbers["shape"] == [2, 2] and numbers["scale"] == pytest.approx(1.7 / 32_767)
    assert base64.b64decode(numbers["data"]) == b"\xff\x7f\x01\x80\x00\x00\x00\x80"


@pytest.mark.parametrize("of_nothing", [np.zeros((2, 3)), np.full((2, 3), np.nan)])
def test_where_there_is_nothing_the_scale_is_1(of_nothing):
    numbers = packed("values", of_nothing, 2)
    assert numbers["scale"] == 1
    np.testing.assert_array_equal(unpacked(numbers), of_nothing)


@pytest.mark.parametrize(
    "values", [[[1, 2]], torch.ones(1, 2, requires_grad=True), np.ones((1, 2))]
)
def test_what_is_the_same_at_all_positions_is_carried_once(values):
    assert packed("values", values, 21)["shape"] == [1, 2]


@pytest.mark.parametrize("values", [torch.ones(3, 2), torch.ones(4), torch.tensor(1.0)])
def test_numbers_that_do_not_fit_the_positions_are_named(values):
    wanted = r"W must have a first axis of 4 positions, or of 1, and another; got shape "
    with pytest.raises(ValueError, match=wanted):
        packed("W", values, 4)
