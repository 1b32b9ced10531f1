"""An explorer: a figure that moves.

It is a slider over pictures drawn beforehand, in one piece of HTML that needs no kernel, no network
and nothing around it.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from itertools import product
from string import Template

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, UnidentifiedImageError

from toymodels._progress import progress_bar
from toymodels.explore.canvas import Canvas, changes, png, webp
from toymodels.plot.look import PALETTE

TEMPLATE = Template(
    files("toymodels.explore").joinpath("explorer.html").read_text(encoding="utf-8")
)


class Explorer:
    """A slider, a play button, and one picture with a few lines of text per slider position.

    Shown in a notebook it is HTML that carries everything it needs: it moves without a kernel,
    after a restart, in a saved notebook and on an exported page. Without HTML it is a still
    picture and a summary.

    Args:
        name: what the slider sets, its label.
        labels: of the positions, for example "0.9".
        frames: WebP bytes, one per position, all of one size: the frame at `still` whole, each
            other one transparent where it equals that one (see `canvas.changes`).
        lines: per position what the picture shows, in words: one line, or one per column.
        summary: a line for readers without pictures; "shown: " and the position are added.
        still: position of the picture that they see. One slider starts at 0, for whoever drags it;
            two start there, where there is something to see.
        columns: name -> (left, right) in pixels, parts of the picture that can be shown alone, each
            with its own line; a row of buttons chooses between all and one.
        second: name and labels of a second slider. There is then a position for every pair of
            labels, ordered by the first slider, then by the second.
    Raises:
        TypeError: second is no pair of a name and labels.
        ValueError: labels, frames and lines differ in number; still is none of them; a position has
            not one line per column.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        frames: Sequence[bytes],
        lines: Sequence[Sequence[str]],
        summary: str,
        still: int = 0,
        columns: Mapping[str, tuple[int, int]] | None = None,
        second: tuple[str, Sequence[str]] | None = None,
    ):
        if second is not None and (not isinstance(second, (tuple, list)) or len(second) != 2):
            raise TypeError(f"second must be (name, labels) or None, got {second!r:.200}")
        sliders = [(name, labels), *([second] if second else [])]
        positions = list(product(*(labels for _, labels in sliders)))
        if not len(positions) == len(lines) == len(frames) > still >= 0:
            raise ValueError(
                "labels, frames and lines must be equally many, and still one of their positions; "
                f"got {len(positions)}, {len(frames)}, {len(lines)} and still {still}"
            )
        rows = len(columns or ()) or 1
        if any(len(texts) != rows for texts in lines):
            raise ValueError(
                f"lines must hold {rows} at each position, got {[len(texts) for texts in lines]}"
            )
        self.name = name
        self.labels = list(labels)
        starts = divmod(still, len(second[1])) if second else [0]
        self.sliders = [
            {"name": name, "labels": list(labels), "start": start}
            for (name, labels), start in zip(sliders, starts, strict=True)
        ]
        self.lines = [list(texts) for texts in lines]
        self.still = still
        self.columns = dict(columns or {})
        names = [name for name, _ in sliders]
        shown = zip(names, positions[still], strict=True)
        self.summary = f"{summary}; shown: " + ", ".join(f"{n} = {label}" for n, label in shown)
        # Kept in this form alone: IPython keeps what it has shown, and so both share one copy
        self._html = self._page([base64.b64encode(frame).decode() for frame in frames])

    def picture(self, position: int) -> Image.Image:
        """The whole picture at a position, in RGB."""
        film = json.loads(re.search(r"const film = (.*);\n", self._html)[1])
        still = re.search(r'src="data:image/webp;base64,([^"]*)"', self._html)[1]
        layers = [still, film["frames"][position]]
        return Image.alpha_composite(*map(_decoded, layers)).convert("RGB")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str | bytes]:
        picture = png(self.picture(self.still))
        return {"text/html": self._html, "image/png": picture, "text/plain": self.summary}

    def _page(self, frames: list[str]) -> str:
        """The template, filled in; frames: base64."""
        width, height = _decoded(frames[self.still]).size
        nothing = base64.b64encode(webp(Image.new("RGBA", (width, height)))).decode()
        whole = {"name": "all", "left": 0, "right": width, "lines": [0, max(1, len(self.columns))]}
        parts = [
            {"name": name, "left": left, "right": right, "lines": [k, k + 1]}
            for k, (name, (left, right)) in enumerate(self.columns.items())
        ]
        film = {
            "sliders": self.sliders,
            "lines": self.lines,
            "frames": [nothing if i == self.still else frame for i, frame in enumerate(frames)],
            "height": height,
            "parts": [whole, *parts],
        }
        texts = [html.escape(text) for text in self.lines[self.still]]
        page = TEMPLATE.substitute(
            slider=PALETTE["slider"],
            button=PALETTE["button"],
            rows=len(texts),
            lines="".join(f"<div>{text}</div>" for text in texts),
            alt=" ".join(texts),
            still=f"data:image/webp;base64,{frames[self.still]}",
            film=json.dumps(film).replace("<", "\\u003c"),  # no text can end the script
        )
        page = re.sub(r"\s*[\r\n]", "\n", page)  # Markdown ends a block of HTML at a blank line
        # a byte a character, whatever the page's encoding
        return page.encode("ascii", "xmlcharrefreplace").decode()


def _decoded(frame: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(base64.b64decode(frame))).convert("RGBA")
    except UnidentifiedImageError as error:
        got = f"{base64.b64decode(frame)!r:.60}"
        raise ValueError(f"frames must be pictures, got {got}") from error


def draw_explorer(
    figure: Figure,
    draw: Callable[[int], list[str]],
    name: str,
    labels: Sequence[str],
    summary: str,
    still: int = 0,
    columns: Sequence[str] = (),
    second: tuple[str, Sequence[str]] | None = None,
) -> Explorer:
    """Draw every position once, and make an explorer of the pictures.

    Args:
        figure: with its axes. draw: puts a position's picture on them and returns its lines of
            text.
        name, labels, summary, still, second: as in Explorer.
        columns: names of the figure's columns of axes, if they are to be shown one at a time.
    """
    positions = len(labels) * (len(second[1]) if second else 1)
    draw(0)
    canvas = Canvas(figure, figure.axes)
    places = []
    if len(columns) > 1:
        places = canvas.columns(np.reshape(figure.axes, (-1, len(columns))))
    draw(still)
    base = canvas.picture()
    frames = []
    lines = []
    with progress_bar(positions, "drawing") as bar:
        for i in range(positions):
            lines.append(draw(i))
            frames.append(webp(base if i == still else changes(canvas.picture(), base)))
            bar.update()
    parts = dict(zip(columns, places, strict=False))
    return Explorer(name, labels, frames, lines, summary, still, parts, second)


def labelled(positions: Sequence[float]) -> list[str]:
    """Numbers as a slider's labels."""
    return [f"{position:.10g}" for position in positions]


def nearest(positions: Sequence[float], value: float) -> int:
    """The position nearest to a value."""
    return int(np.abs(np.asarray(positions) - value).argmin())
