"""The explorer itself: its page, its stored picture, its words, and what it refuses."""

import html
import pickle
import re

import nbformat
import numpy as np
import pytest
import torch
from markdown_it import MarkdownIt
from nbconvert import MarkdownExporter

import toymodels as tm
from toymodels.explore.explorer import labelled, nearest
from toymodels.explore.kit import stops_at

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

SPARSITIES = [0.0, 0.3, 0.6, 0.9, 0.99]
LABELS = [str(S) for S in SPARSITIES]
LINES = [[f"At {label}."] for label in LABELS]
W = torch.randn(5, 2, 6, generator=torch.Generator().manual_seed(0))
EVIL = "</script><script>alert(1)</script><!-- \" ' & $spec"


def small(name="S", labels=LABELS, panels=None, lines=LINES, summary="Weights", **options):
    panels = [tm.explore.heatmap(W)] if panels is None else panels
    return tm.explore.Explorer(name, labels, panels, lines, summary, **options)


@pytest.fixture(scope="module")
def students():
    """A reader's own explorer, in as many lines as chapter 4 takes."""

    def explore():
        features = tm.SparseFeatures(5, SPARSITIES)
        model = tm.ReLUOutputModel(5, 2, copies=len(SPARSITIES), seed=0)
        tm.train(model, features, steps=50, progress=False)
        W = model.W
        kept = tm.n_represented(W)
        labels = [f"{S:g}" for S in SPARSITIES]
        lines = [[f"S = {S:g}: {k} features kept."] for S, k in zip(SPARSITIES, kept, strict=True)]
        panels = [tm.explore.heatmap(W), tm.explore.arrows(W)]
        return tm.explore.Explorer("sparsity S", labels, panels, lines, "My own")

    return recorded(explore)


def test_a_readers_own_explorer_takes_ten_lines(students):
    explorer, figure = students
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    heatmap, arrows = (column["panels"][0] for column in spec(explorer)["columns"])
    assert (heatmap["kind"], arrows["kind"]) == ("heatmap", "arrows")
    assert heatmap["axis"] == arrows["axis"]  # so pointing at a feature lights it up in both
    assert heatmap["numbers"] == arrows["numbers"]
    assert spec(explorer)["lines"] == explorer.lines
    assert spec(explorer)["stops"] == explorer.stops == [0, 2, 4]
    assert explorer.summary == "My own; shown: sparsity S = 0, 0.6, 0.99"
    model = tm.ReLUOutputModel(5, 2, copies=5, seed=0)
    tm.train(model, tm.SparseFeatures(5, SPARSITIES), steps=50, progress=False)
    W = carried(explorer)["W"].mT
    torch.testing.assert_close(W, model.W.detach().double(), atol=1e-4, rtol=0)
    for ax, stop in zip(figure.axes, explorer.stops, strict=True):
        G = tm.gram(model.W[stop]).detach().numpy()
        np.testing.assert_allclose(ax.images[0].get_array(), G, atol=1e-6)


def test_the_page_needs_nothing_around_it(students):
    text = page(students[0])
    assert not re.search(r"https?:|src=\"(?!data:)|href|import\(|fetch\(|require\(|\sid=", text)
    assert text.isascii() and len(text) < 120_000
    assert not re.search(r"\n[ \t\r]*\n", text)
    summary = students[0].summary
    assert f'<img alt="{html.escape(summary)}" src="data:image/png;base64,' in text
    assert students[0]._repr_mimebundle_()["text/html"] is text  # one copy, which IPython keeps


def test_whatever_is_inserted_is_escaped():
    panel = tm.explore.bars(W[:, 0], (-1, 1), EVIL, "{j}" + EVIL, xlabel=EVIL)
    x, y = tm.explore.Axis(EVIL, 0, 1), tm.explore.Axis("y", 0, 1)
    line = tm.explore.Line(SPARSITIES, W[:, 0, :5], "black", EVIL)
    explorer = small(
        EVIL,
        [EVIL] * 5,
        [[panel, tm.explore.chart([line], x, y, upright=[(EVIL, "black", SPARSITIES)])]],
        [[EVIL]] * 5,
        EVIL,
        parts=[EVIL],
        track=(EVIL, [(EVIL, "black", SPARSITIES)]),
    )
    text = page(explorer)
    assert text.count("<script") == 1 == text.count("</script")
    assert "<!--" not in text and text.isascii()
    assert spec(explorer)["lines"] == [[EVIL]] * 5
    assert spec(explorer)["sliders"][0] == {"name": EVIL, "labels": [EVIL] * 5, "start": 0}
    assert spec(explorer)["columns"][0]["part"] == spec(explorer)["track"]["label"] == EVIL
    assert spec(explorer)["columns"][0]["panels"][0]["words"] == "{j}" + EVIL
    assert html.unescape(re.search(r'alt="([^"]*)"', text)[1]) == explorer.summary


def test_a_dollar_is_a_dollar():
    """Two of them would make a formula of what is between, in the picture only."""
    _, figure = recorded(small, "price in $", [f"${k}^" for k in range(5)])
    assert not any(ax.title.get_parse_math() for ax in figure.axes)


def test_letters_beyond_ascii_arrive():
    explorer = small("Winkel in °", ["30°"] * 5, lines=[["größer ≥ 1"]] * 5, summary="Wᵀ W – ☃")
    assert page(explorer).isascii()
    assert spec(explorer)["lines"][0] == ["größer ≥ 1"]
    assert html.unescape(re.search(r'alt="([^"]*)"', page(explorer))[1]) == explorer.summary


@pytest.mark.filterwarnings("ignore:Glyph")  # a title with a tab in it
@pytest.mark.parametrize("gap", ["", "\n\n", "\r\n \t\r\n", "\n\n    four spaces\n"])
def test_markdown_leaves_the_html_as_it_is(gap):
    """A blank line would end the block of HTML: the script would go on as paragraphs and code."""
    words = f"a{gap}b"
    explorer = small(words, [words] * 5, None, [[words]] * 5, words, parts=[words])
    output = nbformat.v4.new_output("display_data", data={"text/html": page(explorer)})
    cell = nbformat.v4.new_code_cell("e", outputs=[output])
    markdown, _ = MarkdownExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page(explorer).strip() in MarkdownIt("commonmark").render(markdown)


def test_what_is_kept_takes_little_and_its_summary_and_pictures_last():
    """A notebook's output lives in the kernel as long as the kernel does."""
    bundle = small()._repr_mimebundle_()
    assert len(pickle.dumps(bundle)) < 200_000
    assert pickle.loads(pickle.dumps(bundle)) == bundle


def test_two_sliders_have_a_position_for_every_pair_of_labels():
    first, second = ["x", "y", "z"], ["p", "q"]
    lines = [[a + b] for a in first for b in second]
    values = torch.arange(6.0)[:, None] / 10
    panel = tm.explore.bars(values, (0, 1), "value", "{value}")
    options = {"second": ("second", second), "start": (2, 1), "stops": [0, 2]}
    options["track"] = ("", [("", "black", [1.0, 2.0, 3.0])])
    two, figure = recorded(small, "first", first, [panel], lines, **options)
    assert spec(two)["sliders"] == [
        {"name": "first", "labels": first, "start": 2},
        {"name": "second", "labels": second, "start": 1},
    ]
    assert spec(two)["lines"] == lines
    np.testing.assert_allclose(carried(two)["values"], values, atol=1e-4)
    np.testing.assert_allclose(track(two)[""], [1, 2, 3], atol=1e-4)
    assert_stored_picture_is_whole(two, figure)
    heights = [ax.collections[0].get_paths()[0].vertices[1, 1] for ax in figure.axes]
    np.testing.assert_allclose(heights, [0.1, 0.5])  # positions (x, q) and (z, q)


def test_columns_stand_side_by_side_and_their_panels_one_below_the_other():
    both = [tm.explore.heatmap(W), tm.explore.arrows(W).with_(option="arrows", height=90)]
    lines = [["left", "right"]] * 5
    parts = ["left", "right"]
    explorer, figure = recorded(
        small, panels=[both, tm.explore.arrows(W)], lines=lines, parts=parts, strip=0
    )
    columns = spec(explorer)["columns"]
    kinds = [[panel["kind"] for panel in column["panels"]] for column in columns]
    assert kinds == [["heatmap", "arrows"], ["arrows"]]
    assert [column["part"] for column in columns] == parts
    assert [panel["option"] for panel in columns[0]["panels"]] == [None, "arrows"]
    assert len(figure.axes) == 3 and all(ax.images for ax in figure.axes)  # no panel of a box


@pytest.mark.parametrize("strip", [0, 1])
def test_the_stored_picture_shows_the_column_that_is_asked_for(strip):
    panels = [tm.explore.heatmap(W), tm.explore.arrows(W)]
    _, figure = recorded(small, panels=panels, strip=strip, stops=[1, 4])
    assert [bool(ax.images) for ax in figure.axes] == [strip == 0] * 2


def test_it_leaves_room_for_a_title_where_that_is_asked_for():
    assert '<div class="toymodels-explorer compact">' in small(compact=True).html
    assert '<div class="toymodels-explorer">' in small().html


@pytest.mark.parametrize("labels", [["0.5"], ["0.5", "0.9"], ["0"] * 200])
def test_there_may_be_one_position_or_many(labels):
    explorer = small(labels=labels, panels=[tm.explore.heatmap(W[:1])], lines=[[""]] * len(labels))
    assert explorer.stops == sorted({0, (len(labels) - 1) // 2, len(labels) - 1})


@pytest.mark.parametrize(
    ("positions", "wanted", "expected"),
    [
        ([0.0, 0.3, 0.6, 0.9], (0, 0.5, 0.9, 0.99), [0, 2, 3]),  # two want the last one
        ([0.5], (0, 1), [0]),
        ([1.0, 0.5, 0.1], (0.1, 1), [0, 2]),  # falling
    ],
)
def test_stops_are_at_the_positions_nearest_to_what_matters(positions, wanted, expected):
    assert stops_at(positions, wanted) == expected
    assert [nearest(positions, value) for value in (wanted[0], wanted[-1])] == [
        min(range(len(positions)), key=lambda k: abs(positions[k] - value))
        for value in (wanted[0], wanted[-1])
    ]


def test_labels_tell_numbers_near_one_apart():
    labels = labelled([0.999999, 0.9999999, 1.0, 0.1 + 0.2, 25])
    assert labels == ["0.999999", "0.9999999", "1", "0.3", "25"]


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"labels": SPARSITIES}, TypeError, "labels must be strings, got 0.0"),
        ({"second": "ab"}, TypeError, "second must be (name, labels) or None, got 'ab'"),
        ({"second": ("b", [1, 2])}, TypeError, "labels must be strings, got 1"),
        (
            {"panels": tm.explore.heatmap(W)},
            TypeError,
            "panels must be a list of panels, got Panel",
        ),
        ({"panels": []}, TypeError, "panels must be a list of panels, got []"),
        ({"panels": [W]}, TypeError, "panels must hold panels or lists of them, got tensor"),
        ({"panels": [[W]]}, TypeError, "panels must hold panels or lists of them, got tensor"),
        (
            {"lines": LINES[:4]},
            ValueError,
            "labels and lines must have the same length, got 5 and 4",
        ),
        ({"lines": LABELS}, ValueError, "lines must hold a list of 1 at each position, got ['0.0'"),
        ({"lines": [["a", "b"]] * 5}, ValueError, "a list of 1 at each position, got [['a', 'b']"),
        ({"parts": ["a", "b"]}, ValueError, "lines must hold a list of 2 at each position"),
        (
            {"parts": ["a", "b"], "lines": [["", ""]] * 5},
            ValueError,
            "parts must name each column, got 2 and 1",
        ),
        ({"stops": [5]}, ValueError, "stops must be at most 4, got 5"),
        ({"stops": [-1]}, ValueError, "stops must be at least 0, got -1"),
        ({"stops": [0.3, 0.9]}, TypeError, "stops must be a whole number, got 0.3"),
        ({"stops": range(5)}, ValueError, "stops must be 1 to 4 positions, got range(0, 5)"),
        ({"stops": []}, ValueError, "stops must be 1 to 4 positions, got []"),
        ({"start": (5,)}, ValueError, "start must be at most 4, got 5"),
        (
            {"start": 3},
            TypeError,
            "start must be a list with a position for each of 1 sliders, got 3",
        ),
        ({"panels": [tm.explore.heatmap(W[:3])]}, ValueError, "first axis of 5 positions, or of 1"),
        (
            {"track": ("", [("", "red", [1, 2])])},
            ValueError,
            "track must have a value at each of the labels, got 2 and 5",
        ),
    ],
)
def test_what_does_not_fit_is_named(changed, error, says):
    with pytest.raises(error) as raised:
        small(**changed)
    assert says in str(raised.value)
    assert len(str(raised.value)) < 400
