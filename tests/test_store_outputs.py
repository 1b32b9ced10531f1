import base64
import io

import numpy as np
from PIL import Image

from tests.store_outputs import smaller


def test_a_stored_picture_keeps_equal_colours_equal_and_every_colour_within_two_levels():
    levels = np.arange(256, dtype=np.uint8)
    picture = np.stack([np.stack([levels, levels[::-1], np.full_like(levels, 247)], axis=-1)] * 2)
    buffer = io.BytesIO()
    Image.fromarray(picture).convert("RGBA").save(buffer, "png")
    given = base64.b64encode(buffer.getvalue()).decode()
    stored = np.asarray(Image.open(io.BytesIO(base64.b64decode(smaller(given)))))
    assert stored.shape == picture.shape
    assert np.abs(stored.astype(int) - picture).max() <= 2
    assert (stored[0] == stored[1]).all() and len(np.unique(stored[..., 2])) == 1
    assert (stored[0, [0, -1], 0] == [0, 255]).all()  # black stays black, white stays white
