"""What an explorer carries in its page, and what its stored picture shows."""

import io
import json
import re
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from toymodels.explore import explorer as room
from toymodels.explore.numbers import unpacked


def page(explorer):
    return explorer._repr_mimebundle_()["text/html"]


@cache
def spec(explorer):
    """What the page hands to the front end."""
    call = r'closest\("\.toymodels-explorer"\), (.*)\);\n</script>'
    return json.loads(re.search(call, page(explorer))[1])


def carried(explorer, column=0, panel=0):
    """The numbers of one panel as the reader's browser gets them: name -> (positions or 1, ...)."""
    numbers = spec(explorer)["columns"][column]["panels"][panel]["numbers"]
    return {name: unpacked(entry) for name, entry in numbers.items()}


def stations(explorer, column=0):
    """The rows of bars of a round trip: each (positions, n or m)."""
    rows = len(spec(explorer)["columns"][column]["panels"])
    return [carried(explorer, column, row)["values"].numpy() for row in range(rows)]


def track(explorer):
    """The curves along the slider: name -> (positions of the first slider,)."""
    return {line["name"]: unpacked(line["ys"])[0] for line in spec(explorer)["track"]["lines"]}


def recorded(explore, *args, **options):
    """An explorer, and the matplotlib figure that became its stored picture."""
    figures = []

    class Recorded(Figure):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            figures.append(self)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(room, "Figure", Recorded)
        explorer = explore(*args, **options)
    (figure,) = figures
    return explorer, figure


def assert_numbers_arrive(explorer):
    """What the browser unpacks is what Python put in, to 1 in 10,000 of the largest number."""
    for c, panels in enumerate(explorer.columns):
        for p, panel in enumerate(panels):
            arrived = carried(explorer, c, p)
            assert arrived.keys() == panel.numbers.keys()
            for name, values in panel.numbers.items():
                values = values.detach().double().numpy()
                largest = np.abs(values[np.isfinite(values)]).max(initial=0)
                got = arrived[name].numpy()
                np.testing.assert_allclose(got, values, rtol=0, atol=1e-4 * largest, err_msg=name)


def assert_stored_picture_is_whole(explorer, figure):
    """A PNG with a column for each stop, nothing cut off, no word upon another, and told in words."""
    bundle = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert bundle["image/png"].startswith(b"\x89PNG")
    image = np.asarray(Image.open(io.BytesIO(bundle["image/png"])).convert("RGB"))
    assert_nothing_is_cut_off(image)
    name, stops = spec(explorer)["sliders"][0]["name"], [explorer.labels[k] for k in explorer.stops]
    titles = [ax.get_title() for ax in figure.axes if ax.get_title()]
    assert titles == [f"{name} = {stop}" for stop in stops]
    columns = {ax.get_subplotspec().colspan.start for ax in figure.axes}
    assert len(columns) == len(stops) == round(image.shape[1] / 261)
    assert bundle["text/plain"].endswith(f"; shown: {name} = {', '.join(stops)}")
    boxes = [(text, text.get_window_extent()) for text in words(figure)]
    for k, (text, box) in enumerate(boxes):
        for other, place in boxes[:k]:
            assert not box.overlaps(place), (text, other)


def assert_nothing_is_cut_off(image):
    """A picture's edge, (height, width, 3), is white."""
    for edge in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (edge == 255).all()


def words(figure):
    """All that is written around the panels."""
    axes = {ax.xaxis: ax for ax in figure.axes} | {ax.yaxis: ax for ax in figure.axes}
    found = [text for ax in figure.axes for text in (ax.title, ax.xaxis.label, ax.yaxis.label)]
    for axis in axes:
        low, high = sorted(axis.get_view_interval())
        ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
        found += [label for at, label in ticks if low <= at <= high]
    return [t for t in found if isinstance(t, Text) and t.get_text() and t.get_visible()]
