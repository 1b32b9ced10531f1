import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.store_outputs import png


def stored(pixels):
    return np.asarray(Image.open(io.BytesIO(png(Image.fromarray(pixels)))).convert("RGB"))


@given(st.integers(0, 2**32 - 1), st.integers(1, 256))
def test_up_to_256_colours_are_stored_exactly(seed, count):
    rng = np.random.default_rng(seed)
    colours = rng.integers(0, 256, (count, 3), dtype=np.uint8)
    pixels = colours[rng.integers(0, count, (20, 30))]
    np.testing.assert_array_equal(stored(pixels), pixels)


def test_of_more_colours_equal_ones_stay_equal_and_frequent_ones_unchanged():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    pixels[:20, :20] = (247, 246, 245)
    pixels[20:, 20:] = (241, 244, 246)
    got = stored(pixels)
    assert (got[:20, :20] == (247, 246, 245)).all() and (got[20:, 20:] == (241, 244, 246)).all()
    twins = {}
    for before, after in zip(pixels.reshape(-1, 3).tolist(), got.reshape(-1, 3).tolist(), strict=True):
        assert twins.setdefault(tuple(before), after) == after
    assert np.abs(got.astype(int) - pixels).mean() < 30  # the nearest colour, not just any
