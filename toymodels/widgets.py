"""What the course's interactive figures are made of: a canvas that draws fast, and an explorer, a slider over
pictures prepared beforehand that the browser moves alone, with no kernel taking part."""

from __future__ import annotations

import base64
import gc
import html
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image


class Canvas:
    """A figure that is drawn again and again: its frame once, only what moves each time.

    Args:
        figure: with everything drawn once; its layout is kept from then on, so that nothing jumps.
        axes: those whose images, bars, lines and arrows move.
    """

    def __init__(self, figure: Figure, axes: Sequence[Axes]):
        self._canvas = FigureCanvasAgg(figure)
        if isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):  # not yet settled
            self._canvas.draw()
            figure.set_layout_engine("none")
        kinds = ("images", "patches", "collections", "lines")
        self._moving = [artist for ax in axes for kind in kinds for artist in getattr(ax, kind)]
        self._moving += [spine for ax in axes for spine in ax.spines.values() if ax.images]  # on top again
        for artist in self._moving:
            artist.set_animated(True)
        self._canvas.draw()
        self._frame = self._canvas.copy_from_bbox(figure.bbox)

    def picture(self) -> Image.Image:
        """The figure as it is now, in RGB."""
        self._canvas.restore_region(self._frame)
        for artist in self._moving:
            artist.axes.draw_artist(artist)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())).convert("RGB")

    def release(self):
        """Give several MB back at once: a figure refers to itself and would wait for the collector's turn."""
        self._canvas.figure.clear()
        self._canvas = self._frame = self._moving = None
        gc.collect()

    def columns(self, axes: np.ndarray) -> list[tuple[int, int]]:
        """For each column of a grid of axes its place in the picture: left and right, in pixels."""
        lefts = [min(ax.get_tightbbox().x0 for ax in column) - 6 for column in axes.T]
        return list(pairwise([0, *map(int, lefts[1:]), self._canvas.get_width_height()[0]]))


def png(picture: Image.Image, palette: bool = True) -> bytes:
    """PNG bytes; with a palette of 256 colours half as many, and the eye sees no difference."""
    buffer = io.BytesIO()
    if palette:
        picture.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(buffer, "png")
    else:
        picture.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


class Pictured(widgets.VBox):
    """A widget that is also a picture and a line of text, for readers without a kernel or a browser."""

    def still(self) -> tuple[str, bytes]:
        """(summary, PNG bytes); the summary must not depend on the luck of a training run."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        summary, picture = self.still()
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": summary, "image/png": picture}


class Explorer(Pictured):
    """A slider, a play button, and one picture with one line of text per slider position.

    The slider is linked to the pictures in the browser: a saved page with widget state stays alive.

    Args:
        name: what the slider sets, its label.
        labels: of the positions, for example "0.9".
        pictures: PNG bytes, one per position, all of one size.
        texts: one line per position: what the picture shows, in words.
        summary: a line for readers without widgets; "shown: " and the position are added.
        still: position of the picture that they see. The slider starts at 0, for whoever drags it.
        columns: name -> (left, right) in pixels, parts of the picture that can be shown alone; a row of
            buttons chooses between them and all.
    Attributes:
        slider: its `index` is the position; `pictures` and `lines` follow it in the browser.
        frames: the PNG bytes.
        choice: the row of buttons; its `index` is followed by `shown`. None without columns.
    Raises:
        ValueError: labels, pictures and texts differ in number, or still is none of them.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        pictures: Sequence[bytes],
        texts: Sequence[str],
        summary: str,
        still: int = 0,
        columns: Mapping[str, tuple[int, int]] | None = None,
    ):
        if not len(labels) == len(texts) == len(pictures) > still >= 0:
            raise ValueError(
                "labels, pictures and texts must be equally many, and still one of their positions; got "
                f"{len(labels)}, {len(pictures)}, {len(texts)} and still {still}"
            )
        self.frames, self._still = list(pictures), still
        self._summary = f"{summary}; shown: {name} = {labels[still]}"
        self.pictures = _pages([_picture(*page) for page in zip(pictures, texts, strict=True)])
        self.lines = _pages([_line(text) for text in texts])
        self.slider = widgets.SelectionSlider(
            options=list(labels), index=0, description=name, layout=widgets.Layout(width="36em")
        )
        self.slider.style.description_width = "initial"
        self.play = widgets.Play(min=0, max=len(labels) - 1, value=0, interval=400)
        self.links = [
            widgets.jslink((self.play, "value"), (self.slider, "index")),
            widgets.jslink((self.slider, "index"), (self.pictures, "selected_index")),
            widgets.jslink((self.slider, "index"), (self.lines, "selected_index")),
        ]
        controls, self.shown, self.choice = [self.slider, self.play], self.pictures, None
        if columns:
            self.choice = widgets.ToggleButtons(options=["all", *columns], index=0, description="show")
            self.choice.style = {"button_width": "auto", "description_width": "initial"}
            parts = [_part(self.pictures, left, right) for left, right in columns.values()]
            self.shown = widgets.Stack([self.pictures, *parts], selected_index=0)
            self.links.append(widgets.jslink((self.choice, "index"), (self.shown, "selected_index")))
            controls.append(self.choice)
        row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([row, self.shown, self.lines])

    def still(self) -> tuple[str, bytes]:
        return self._summary, self.frames[self._still]


def _part(picture: widgets.Widget, left: int, right: int) -> widgets.Box:
    """A window on the pixels from left to right of a picture: the same widget, shifted and cut by CSS."""
    shifted = widgets.Box([picture], layout=widgets.Layout(margin=f"0 0 0 {-left}px", overflow="visible"))
    return widgets.Box([shifted], layout=widgets.Layout(width=f"{right - left}px", overflow="hidden"))


def _pages(contents: Sequence[str]) -> widgets.Stack:
    """A stack of HTML, one page per position."""
    layout, style = widgets.Layout(margin="0"), widgets.HTML().style
    return widgets.Stack(
        [widgets.HTML(content, layout=layout, style=style) for content in contents], selected_index=0
    )


def _picture(data: bytes, text: str) -> str:
    """An image that carries its own bytes: the browser shows it at once, where an Image widget's would
    first be fetched, four times as slow. Its size is set: nothing moves when it changes."""
    width, height = Image.open(io.BytesIO(data)).size
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return (
        f'<img src="{source}" width="{width}" height="{height}" alt="{html.escape(text)}" draggable="false" '
        'style="display:block;max-width:none">'
    )


def _line(text: str) -> str:
    """At least two lines high, so that what stands below does not move."""
    look = "font-size:1.1em;line-height:1.4;min-height:2.8em"
    return f'<div aria-live="polite" style="{look}">{html.escape(text)}</div>'
