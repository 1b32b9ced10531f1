"""Python and JavaScript take every colour from palette.json."""

import json
import re
from pathlib import Path

import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex, to_rgb

import toymodels as tm
from toymodels.plot import look

PACKAGE = Path(tm.__file__).parent
PALETTE = json.loads((PACKAGE / "palette.json").read_text(encoding="utf-8"))


def test_a_model_has_one_name_and_one_colour_in_figures_and_in_the_laboratory():
    for cls in (tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel):
        its = PALETTE["models"][cls.__name__]
        assert its == {"name": tm.plot.NAMES[cls], "color": tm.plot.COLORS[cls]}
    assert len(PALETTE["models"]) == len(tm.plot.COLORS) == len(tm.plot.NAMES)
    assert PALETTE["reference"] == tm.plot.REFERENCE and PALETTE["phases"] == tm.plot.PHASES
    assert PALETTE["guess"] == tm.plot.GUESS


SOURCES = [
    path
    for folder, suffix in [("", "py"), ("frontend/src", "js"), ("frontend/src", "css")]
    for path in (PACKAGE / folder).rglob(f"*.{suffix}")
    if not {"__pycache__", "node_modules"} & set(path.parts)
]


def test_no_other_file_holds_a_colour():
    """But for the black and white of buttons and menus."""
    assert {path.suffix for path in SOURCES} == {".py", ".js", ".css"}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        examples = re.sub(r"`#[0-9A-F]{6}`", "", text)  # in a comment that says what is read
        assert not re.findall(r"#[0-9A-Fa-f]{6}\b", examples), path.name


def test_javascript_asks_for_nothing_that_the_palette_lacks():
    for path in SOURCES:
        if path.suffix == ".js":
            asked = set(re.findall(r"PALETTE\.(\w+)", path.read_text(encoding="utf-8")))
            assert asked <= set(PALETTE), path.name


@pytest.mark.parametrize("name", ["weights", "interference"])
def test_the_canvas_has_the_colours_of_matplotlibs_map(name):
    anchors = PALETTE[name]["canvas"]
    cmap = colormaps[PALETTE[name]["matplotlib"]]
    for k, anchor in enumerate(anchors):
        there = cmap(k / (len(anchors) - 1))[:3]
        assert to_rgb(anchor) == pytest.approx(there, abs=2 / 255), to_hex(there)
    assert PALETTE["interference"]["most"] == look.MOST_INTERFERENCE
