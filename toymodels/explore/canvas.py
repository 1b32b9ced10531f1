"""A figure that is drawn again and again, and its pictures: small, every pixel as it was."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image


def new_figure(width: float, height: float, dpi: int) -> Figure:
    """An empty figure for a Canvas, in inches.

    It is made apart from pyplot, so that nothing else shows or keeps it.
    """
    figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)  # now: before matplotlib 3.9.1 a subfigure kept the canvas of its birth
    return figure


class Canvas:
    """A figure that is drawn again and again: its frame once, only what moves each time.

    Args:
        figure: a `new_figure` with everything drawn once; its layout is kept: nothing jumps.
        axes: those on which something moves: every artist with a name (see `plot.elements`).
    """

    def __init__(self, figure: Figure, axes: Sequence[Axes]):
        self._canvas = figure.canvas
        self._axes = list(axes)
        layout = figure.get_layout_engine()
        if isinstance(layout, ConstrainedLayoutEngine):  # not yet settled
            layout.execute(figure)
            figure.set_layout_engine("none")
        for artist in self._moving():
            artist.set_animated(True)
        self._canvas.draw()
        self._frame = self._canvas.copy_from_bbox(figure.bbox)

    def _moving(self) -> list[Artist]:
        artists = []
        for ax in self._axes:
            named = [artist for artist in ax.get_children() if artist.get_gid()]
            artists += sorted(named, key=Artist.get_zorder)
            if any(artist.get_zorder() <= 0 for artist in named):  # pictures, bands: up to the edge
                artists += ax.spines.values()  # on top again
        return artists

    def picture(self) -> Image.Image:
        """The figure as it is now, in RGB."""
        self._canvas.restore_region(self._frame)
        for artist in self._moving():
            artist.axes.draw_artist(artist)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())).convert("RGB")

    def columns(self, axes: np.ndarray) -> list[tuple[int, int]]:
        """For each column of a grid of axes its place in the picture: left and right, in pixels."""
        lefts = [min(ax.get_tightbbox().x0 for ax in column) - 6 for column in axes.T]
        edges = [0, *map(int, lefts[1:]), self._canvas.get_width_height()[0]]
        return list(pairwise(edges))


def png(picture: Image.Image) -> bytes:
    """PNG bytes in true colour, written fast."""
    buffer = io.BytesIO()
    picture.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def webp(picture: Image.Image) -> bytes:
    """WebP bytes, lossless: half a PNG's size (method 4 saves 5 % more in thrice the time)."""
    buffer = io.BytesIO()
    picture.save(buffer, "webp", lossless=True, method=1, quality=0)
    return buffer.getvalue()


def changes(picture: Image.Image, base: Image.Image) -> Image.Image:
    """The picture where it differs from base, transparent elsewhere (RGBA): a third of the bytes.

    Drawn over base pixel by pixel it gives the picture back exactly.
    """
    pixels = np.asarray(picture)
    red, green, blue = np.moveaxis(pixels != np.asarray(base), -1, 0)
    differs = (red | green | blue)[..., None]  # five times as fast as any() over so short an axis
    return Image.fromarray(np.concatenate([pixels * differs, differs * np.uint8(255)], axis=-1))
