"""What an explorer draws, and how its pictures look as a whole."""

import numpy as np
import pytest


def recorded(room, drawing, explore, *args, **kwargs):
    """An explorer, and the arguments of each call of a plot function, looked up in that room."""
    calls = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        plot = getattr(room, drawing)

        def watched(*arguments, **options):
            calls.append(arguments)
            return plot(*arguments, **options)

        monkeypatch.setattr(room, drawing, watched)
        return explore(*args, **kwargs), calls


def assert_one_size(explorer):
    """All pictures have one size; returns them."""
    pictures = [explorer.picture(i) for i in range(len(explorer.lines))]
    assert len({picture.size for picture in pictures}) == 1
    return pictures


def assert_nothing_is_cut_off(pictures):
    """Every picture's edge is white."""
    for i, picture in enumerate(map(np.asarray, pictures)):
        edges = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
        assert all((edge == 255).all() for edge in edges), i
