"""An explorer: a figure that moves.

It has sliders over positions, and panels that the reader's browser draws from the numbers of each
position. It is one piece of HTML that needs no kernel, no network and nothing around it.
"""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Sequence
from importlib.resources import files
from itertools import product
from string import Template

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from toymodels import _require as require
from toymodels.explore.numbers import packed
from toymodels.explore.panels import Panel
from toymodels.plot.look import own_look

SCRIPT = files("toymodels").joinpath("frontend/bundles/explorer.js").read_text(encoding="utf-8")
HINT = "This is a still picture. Run the cell or trust the notebook to get a slider."
MOST_STOPS = 4
# The script stands beside its data, so that it also works on a page that runs each script in a
# function of its own
PAGE = Template("""\
<div class="toymodels-explorer$kind">
<div class="stored">
<img alt="$alt" src="data:image/png;base64,$picture" style="max-width: 100%">
<p class="hint">$hint</p>
</div>
<script>
$script
toymodels.explorer(document.currentScript.closest(".toymodels-explorer"), $spec);
</script>
</div>""")


class Explorer:
    """A slider, a play button, panels drawn from numbers, and a line that says what they show.

    In a notebook it is HTML that carries everything it needs. It moves without a kernel, after a
    restart, in a saved notebook and on an exported page. Without HTML, and on paper, it is a strip
    of pictures of the positions that matter, and a summary.

    Args:
        name: what the slider sets, which is its label.
        labels: names of the positions, for example "0.9".
        panels: for each column of the view, a `Panel` (see `heatmap`, `arrows`, `bars`, `chart`) or
            a list of panels, one below the other.
        lines: for each position a list of sentences that say what is seen: one, or one for each
            part.
        summary: a line for readers without pictures, to which "shown: " and the stops are added.
        stops: at most four positions that matter. They get ticks, play rests there, and the stored
            picture shows them. None: the first, the middle and the last.
        start: the positions of the first slider and of the second at which the explorer begins.
        track: a label, and (name, color, (positions,)) of each curve that runs along the slider.
        parts: names of the columns, if they can be shown one at a time. The last is shown first,
            unless side_by_side.
        second: the name and labels of a second slider. There is then a position for every pair of
            labels, ordered by the first slider and then by the second.
        strip: the column that the stored picture shows.
        compact: whether to leave room above, on a low screen, for a title and a paragraph.
    Raises:
        TypeError: second is not a pair of a name and labels; panels holds something that is not a
            panel; a label is not a string.
        ValueError: labels, lines and the panels' numbers do not fit each other; stops or start are
            not among the positions.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        panels: Sequence[Panel | Sequence[Panel]],
        lines: Sequence[Sequence[str]],
        summary: str,
        *,
        stops: Sequence[int] | None = None,
        start: Sequence[int] = (0, 0),
        track: tuple[str, Sequence[tuple[str, str, Sequence[float]]]] | None = None,
        parts: Sequence[str] | None = None,
        side_by_side: bool = False,
        second: tuple[str, Sequence[str]] | None = None,
        strip: int = 0,
        compact: bool = False,
    ):
        if second is not None and (not isinstance(second, (tuple, list)) or len(second) != 2):
            raise TypeError(f"second must be (name, labels) or None, got {second!r:.200}")
        sliders = [(name, labels), *([second] if second else [])]
        for label in (label for _, labels in sliders for label in labels):
            if not isinstance(label, str):
                raise TypeError(f"labels must be strings, got {label!r:.200}")
        if not isinstance(panels, (list, tuple)) or not panels:
            raise TypeError(f"panels must be a list of panels, got {panels!r:.200}")
        self.labels = list(labels)
        self.positions = list(product(*(labels for _, labels in sliders)))
        self.columns = [list(c) if isinstance(c, (list, tuple)) else [c] for c in panels]
        for panel in (panel for column in self.columns for panel in column):
            if not isinstance(panel, Panel):
                raise TypeError(f"panels must hold panels or lists of them, got {panel!r:.200}")
        if len(self.positions) != len(lines):
            got = f"got {len(self.positions)} and {len(lines)}"
            raise ValueError(f"labels and lines must have the same length, {got}")
        rows = len(parts or ()) or 1
        if any(isinstance(texts, str) or len(texts) != rows for texts in lines):
            wanted = f"lines must hold a list of {rows} at each position"
            raise ValueError(f"{wanted}, got {list(lines)!r:.200}")
        if parts is not None and len(parts) != len(self.columns):
            got = f"got {len(parts)} and {len(self.columns)}"
            raise ValueError(f"parts must name each column, {got}")
        last = len(self.labels) - 1
        stops = {0, last // 2, last} if stops is None else stops
        self.stops = sorted({require.whole_number("stops", k, 0, last) for k in stops})
        if not 1 <= len(self.stops) <= MOST_STOPS:
            raise ValueError(f"stops must be 1 to {MOST_STOPS} positions, got {stops!r:.200}")
        if not isinstance(start, (list, tuple)) or len(start) < len(sliders):
            wanted = f"start must be a list with a position for each of {len(sliders)} sliders"
            raise TypeError(f"{wanted}, got {start!r:.200}")
        starts = [
            require.whole_number("start", at, 0, len(labels) - 1)
            for at, (_, labels) in zip(start, sliders, strict=False)
        ]
        self.lines = [list(texts) for texts in lines]
        self.parts = parts
        self.second_start = starts[1] if second else 0
        self.seconds = len(second[1]) if second else 1
        shown = ", ".join(self.labels[stop] for stop in self.stops)
        self.summary = f"{summary}; shown: {name} = {shown}"
        self.compact = bool(compact)
        self._name = name
        spec = {
            "sliders": [
                {"name": name, "labels": list(labels), "start": at}
                for (name, labels), at in zip(sliders, starts, strict=True)
            ],
            "stops": self.stops,
            "track": self._track(track),
            "columns": self._columns(),
            "sideBySide": side_by_side,
            "lines": self.lines,
        }
        self._strip = self._drawn(strip)
        self._html = self._page(spec)

    def _track(self, track) -> dict | None:
        if track is None:
            return None
        if not isinstance(track, (list, tuple)) or len(track) != 2:
            raise TypeError(f"track must be (label, [(name, color, numbers)]), got {track!r:.200}")
        label, curves = track
        lines = []
        for name, color, ys in curves:
            heights = require.numbers("track", ys).flatten()
            if len(heights) != len(self.labels):
                got = f"got {len(heights)} and {len(self.labels)}"
                raise ValueError(f"track must have a value at each of the labels, {got}")
            lines.append({"name": name, "color": color, "ys": packed("track", heights[None], 1)})
        return {"label": label, "lines": lines}

    def _columns(self) -> list[dict]:
        columns = []
        many = len(self.positions)
        for k, panels in enumerate(self.columns):
            declared = []
            for panel in panels:
                numbers = {n: packed(n, values, many) for n, values in panel.numbers.items()}
                upright = [line["xs"] for line in panel.settings.get("upright", ())]
                lists = [panel.settings.get("at"), panel.settings.get("turns"), *upright]
                for places in lists:
                    if places is not None and len(places) != many:
                        wanted = (
                            f"at, turns and upright must have {many} numbers, one for each position"
                        )
                        raise ValueError(f"{wanted}, got {len(places)}")
                names = ("kind", "name", "axis", "weight", "height", "option")
                about = {name: getattr(panel, name) for name in names}
                declared.append({**panel.settings, **about, "numbers": numbers})
            part = self.parts[k] if self.parts else None
            columns.append({"part": part, "weight": 1, "panels": declared})
        return columns

    def _drawn(self, column: int) -> bytes:
        """The stored picture, PNG: a column's panels at each stop, side by side."""
        panels = [panel for panel in self.columns[column] if panel.option is None]
        low = all(panel.kind == "bars" for panel in panels)
        heights = [panel.weight if low or panel.kind != "bars" else 0.5 for panel in panels]
        size = 2.9 * len(self.stops), 1.1 * sum(heights) if low else 3.1 * sum(heights)
        with own_look():
            figure = Figure(figsize=size, dpi=90, layout="constrained")
            FigureCanvasAgg(figure)
            axes = figure.subplots(
                len(panels), len(self.stops), squeeze=False, height_ratios=heights
            )
            for k, stop in enumerate(self.stops):
                for ax, panel in zip(axes[:, k], panels, strict=True):
                    panel.still(ax, stop * self.seconds + self.second_start)
                title = f"{self._name} = {self.labels[stop]}"
                axes[0, k].set_title(title, fontsize=10, parse_math=False)  # as in the page
            figure.get_layout_engine().execute(figure)  # settles the second time, while it is saved
            file = io.BytesIO()
            figure.savefig(file, format="png")
        return file.getvalue()

    def _page(self, spec: dict) -> str:
        page = PAGE.substitute(
            kind=" compact" if self.compact else "",
            alt=html.escape(" ".join(self.summary.split())),  # a blank line would end the block
            picture=base64.b64encode(self._strip).decode(),
            hint=HINT,
            script=SCRIPT.strip(),
            spec=json.dumps(spec).replace("<", "\\u003c"),  # no text can end the script
        )
        # a byte a character, whatever the page's encoding
        return page.encode("ascii", "xmlcharrefreplace").decode()

    @property
    def html(self) -> str:
        """The explorer as a piece of HTML, for your own page."""
        return self._html

    def __repr__(self) -> str:
        return self.summary

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str | bytes]:
        return {"text/html": self._html, "image/png": self._strip, "text/plain": self.summary}


def labelled(positions: Sequence[float]) -> list[str]:
    """Numbers as a slider's labels."""
    return [signed(f"{position:.10g}") for position in positions]


def signed(number: str) -> str:
    """A number as it is written, with a true minus sign."""
    return number.replace("-", "\u2212")


def nearest(positions: Sequence[float], value: float) -> int:
    """The position nearest to a value."""
    return int(np.abs(np.asarray(positions) - value).argmin())
