"""Each kind of panel: what it carries, what matplotlib draws of it, and what it refuses."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

import toymodels as tm
from toymodels.explore import panels as room

POSITIONS, n, m = 3, 4, 2
W = 1.7 * torch.randn(POSITIONS, m, n, generator=torch.Generator().manual_seed(3))
VALUES = np.random.default_rng(1).uniform(-1, 1, (POSITIONS, 5))


def drawn(panel, i):
    ax = Figure().subplots()
    panel.still(ax, i)
    return ax


def heights(ax):
    (bars,) = (artist for artist in ax.collections if artist.get_gid() == "bars")
    return np.array([path.vertices[1, 1] for path in bars.get_paths()])


def colors(ax):
    (bars,) = (artist for artist in ax.collections if artist.get_gid() == "bars")
    return [to_hex(color).upper() for color in bars.get_facecolor()]


def reference(i):
    return W[i].double().numpy()


@pytest.mark.parametrize("i", range(POSITIONS))
def test_a_heatmap_shows_W_transposed_W(i):
    panel = tm.explore.heatmap(W, "mine")
    ax = drawn(panel, i)
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), reference(i).T @ reference(i), atol=1e-6)
    assert image.get_clim() == (-1, 1)
    np.testing.assert_allclose(panel.numbers["W"][i], reference(i).T)
    assert panel.settings["title"] == "mine" and panel.kind == "heatmap"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("feature j", "feature i")


@pytest.mark.parametrize("greys", [False, True])
def test_a_matrix_shows_any_numbers(greys):
    values = np.abs(VALUES).reshape(POSITIONS, 1, 5)
    options = {"greys": True, "stretch": True} if greys else {}
    panel = tm.explore.matrix(values, "to the right", "down", "{i}, {j}: {value}", **options)
    ax = drawn(panel, 2)
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), values[2])
    assert image.get_clim() == ((0, 1) if greys else (-1, 1))
    assert ax.get_aspect() == ("auto" if greys else 1)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("to the right", "down")
    assert panel.settings["map"] == ("greys" if greys else "weights")
    assert panel.settings["words"] == panel.settings["ownWords"] == "{i}, {j}: {value}"


@pytest.mark.parametrize("i", range(POSITIONS))
def test_arrows_point_along_the_columns_of_W(i):
    dots = VALUES[:, :2]
    ax = drawn(tm.explore.arrows(W, dots, "h"), i)
    (arrows,) = (artist for artist in ax.collections if artist.get_gid() == "arrows")
    np.testing.assert_allclose([arrows.U, arrows.V], reference(i), atol=1e-6)
    (dot,) = ax.lines
    assert np.ravel(dot.get_data()).tolist() == dots[i].tolist()
    assert "h" in [text.get_text() for text in ax.texts]


def test_arrows_may_have_colours_of_their_own():
    mine = ["red", "#00ff00", "b", "0.5"]
    panel = tm.explore.arrows(W, colors=mine)
    (arrows,) = (a for a in drawn(panel, 1).collections if a.get_gid() == "arrows")
    assert [to_hex(color) for color in arrows.get_facecolor()] == [to_hex(c) for c in mine]
    assert panel.settings["colors"] == [to_hex(color) for color in mine]
    assert "colors" not in tm.explore.arrows(W).settings


def test_arrows_in_space_are_seen_from_the_side_that_is_asked_for(monkeypatch):
    seen = []
    monkeypatch.setattr(tm.plot, "space", lambda W, ax, turn: seen.append((W.tolist(), turn)))
    solid = torch.eye(3)[None]
    panel = tm.explore.arrows(solid, turns=range(0, 90, 30))
    for i in range(3):
        panel.still(None, i)
    assert seen == [(torch.eye(3).tolist(), turn) for turn in (0, 30, 60)]
    assert panel.settings["turns"] == [0, 30, 60]


@pytest.mark.parametrize("i", range(POSITIONS))
def test_a_cloud_is_coloured_by_its_states_and_a_half_plane_shaded(i):
    cloud, half = VALUES[:1, :4].reshape(1, 2, 2), VALUES[:, :3]
    states = np.array([[0, 1], [2, 1], [0, 2]])
    panel = tm.explore.arrows(W, cloud=cloud, states=states, half=half, title="shaded")
    ax = drawn(panel, i)
    seen = {}
    for line in ax.lines:
        if line.get_linestyle() == "None":
            color = to_hex(line.get_color()).upper()
            seen |= {tuple(point): color for point in line.get_xydata().tolist()}
    colors = ["#BBBBBB", "#B2182B", "#2166AC"]
    assert seen == {tuple(cloud[0, k]): colors[states[i, k]] for k in (0, 1)}
    (shade,) = (patch for patch in ax.patches if isinstance(patch, Polygon))
    for x, y in np.random.default_rng(2).uniform(-1.6, 1.6, (50, 2)):
        inside = half[i, 0] * x + half[i, 1] * y + half[i, 2] > 0
        assert shade.get_path().contains_point((x, y)) == inside
    assert ax.get_xlim() == ax.get_ylim() == (-1.6, 1.6)
    assert panel.settings["title"] == "shaded"
    assert (panel.numbers["half"].numpy() == half).all()


def test_a_cloud_without_states_is_grey():
    panel = tm.explore.arrows(W, cloud=VALUES[:1, :4].reshape(1, 2, 2))
    assert (panel.numbers["states"] == 0).all() and panel.numbers["states"].shape == (1, 2)


def a_histogram(**options):
    options = {"color": "#B2182B", "marked": [[0, 0, 1], [0, 1, 1], [1, 1, 1]]} | options
    options = {"edge": [1.0, 0.5, 0.0], "sides": ("below", "above")} | options
    words = "{value}% from {from} to {to}"
    return room.histogram([[10.0, 60.0, 30.0]], (0.0, 1.5), "share", "value", words, **options)


@pytest.mark.parametrize("i", range(POSITIONS))
def test_a_histogram_marks_its_bars_and_shades_what_lies_above_its_edge(i):
    ax = drawn(a_histogram(), i)
    np.testing.assert_allclose(heights(ax), [10, 60, 30])
    assert colors(ax) == ["#BBBBBB"] * (2 - i) + ["#B2182B"] * (i + 1)
    assert ax.get_ylim() == (0, 75)
    names = [label.get_text() for label in ax.get_xticklabels()]
    at = dict(zip(names, ax.get_xticks(), strict=True))
    assert at == {"0": -0.5, "1": pytest.approx(1.5)}  # bars at 0, 1, 2 are 0.5 wide each
    (edge,) = (line for line in ax.lines if line.get_gid() != "zero")
    assert edge.get_xdata()[0] == pytest.approx(at["0"] + [1.0, 0.5, 0.0][i] * 2)
    (shade,) = ax.patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == pytest.approx(
        (edge.get_xdata()[0], 2.5)
    )


def test_a_histogram_tells_the_front_end_where_its_bins_lie():
    panel = a_histogram()
    assert panel.kind == "bars" and panel.numbers.keys() == {"values", "marked", "edge"}
    assert panel.settings["range"] == [0, 1.5] and panel.settings["sides"] == ["below", "above"]
    assert panel.numbers["edge"].tolist() == [[1.0], [0.5], [0.0]]
    assert panel.settings["words"] == "{value}% from {from} to {to}"


@pytest.mark.parametrize("i", range(POSITIONS))
def test_bars_are_as_high_as_the_numbers(i):
    panel = tm.explore.bars(VALUES, (-1.5, 1.5), "two\nlines", "{j}: {value}", xlabel="below")
    ax = drawn(panel, i)
    np.testing.assert_allclose(heights(ax), VALUES[i])
    assert ax.get_ylim() == (-1.5, 1.5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("below", "two lines")
    assert colors(ax) == ["#B2182B" if value > 0 else "#2166AC" for value in VALUES[i]]
    one = drawn(tm.explore.bars(VALUES, (-1, 1), "", "", tm.plot.REFERENCE), i)
    assert set(colors(one)) == {tm.plot.REFERENCE}


def test_what_goes_with_bars_travels_as_numbers():
    more = {"interference": VALUES + 2, "dots": -VALUES, "active": VALUES[:1] > 0}
    more["active"] = more["active"].astype(float)
    panel = tm.explore.bars(VALUES, (-1, 1), "", "", targets=VALUES / 2, ticks=[0, 1], **more)
    assert panel.numbers.keys() == {"values", "interference", "dots", "active", "targets"}
    np.testing.assert_allclose(panel.numbers["targets"], VALUES / 2)
    np.testing.assert_allclose(panel.numbers["active"], VALUES[:1] > 0)
    assert panel.settings["ticks"] == [0, 1] and not panel.numbers.keys() & panel.settings.keys()


def rectangles(ax):
    """Every drawn part: (place, low, high, color)."""
    (parts,) = ax.collections
    boxes = [path.vertices[:4] for path in parts.get_paths()]
    shades = [to_hex(color).upper() for color in parts.get_facecolor()]
    return [
        (corners[:, 0].mean(), corners[:, 1].min(), corners[:, 1].max(), shade)
        for corners, shade in zip(boxes, shades, strict=True)
    ]


def test_stacks_pile_the_parts_of_a_bar_up_and_down_with_the_largest_next_to_zero():
    values = torch.tensor([[[0.5, -0.2, 1.0, 0.0], [-0.3, -0.6, 0.0, 0.1]]])
    panel = tm.explore.stacks(values, (-2, 2), "two\nlines", "{j}: {parts}", xlabel="below")
    ax = drawn(panel, 0)
    red, blue = "#B2182B", "#2166AC"
    expected = [(0, 0, 1, red), (0, 1, 1.5, red), (0, -0.2, 0, blue)]
    expected += [(1, -0.6, 0, blue), (1, -0.9, -0.6, blue), (1, 0, 0.1, red)]
    got = rectangles(ax)
    assert len(got) == len(expected)
    for part, wanted in zip(got, expected, strict=True):
        np.testing.assert_allclose(part[:3], wanted[:3], atol=1e-6)
        assert part[3] == wanted[3]
    assert [text.get_text() for text in ax.texts] == ["2", "0", "1"]  # those that are high enough
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("below", "two lines") and ax.get_ylim() == (-2, 2)
    np.testing.assert_allclose(panel.numbers["values"], [[1.3, -0.8]], atol=1e-6)
    np.testing.assert_allclose(panel.numbers["stacks"], values)
    assert panel.kind == "bars" and panel.settings["words"] == "{j}: {parts}"


def test_a_pile_that_leaves_the_axis_is_cut_off():
    panel = tm.explore.stacks([[[1.5, 1.0]]], (-1, 2), "", "")
    assert [part[1:3] for part in rectangles(drawn(panel, 0))] == [(0, 1.5), (1.5, 2)]


def test_lengths_are_the_norms_with_interference_and_dimensionality():
    short = W.clone()
    short[1, :, 2] = torch.tensor([0.06, -0.06])  # 0.085 long
    panel = room.lengths(short)
    for i in range(POSITIONS):
        V = short[i].double().numpy()
        norms = np.sqrt((V**2).sum(0))
        shadows = (V.T @ V / norms[:, None]) ** 2  # of feature j on the direction of i
        D = np.where(norms > 0.1, norms**2 / shadows.sum(1), np.nan)
        np.testing.assert_allclose(panel.numbers["values"][i], norms, rtol=1e-6)
        np.testing.assert_allclose(
            panel.numbers["interference"][i], shadows.sum(1) - norms**2, rtol=1e-5, atol=1e-6
        )
        np.testing.assert_allclose(panel.numbers["dots"][i], D, rtol=1e-5)
        np.testing.assert_allclose(heights(drawn(panel, i)), norms, rtol=1e-6)
    assert panel.numbers["dots"].isnan().sum() == 1


def curves(ax):
    return {line.get_label(): line for line in ax.lines}


def a_chart(**options):
    lines = [
        tm.explore.Line([0.5, 1.0, 2.0], VALUES[:, :3], "#123456", "moving"),
        tm.explore.Line([1, 2], [[0.25, 0.75]], "#654321", "still", alone=True, alpha=0.5),
    ]
    x, y = tm.explore.Axis("over this", 0.25, 4, "log"), tm.explore.Axis("seen", -1, 1)
    return tm.explore.chart(lines, x, y, **options)


@pytest.mark.parametrize("i", range(POSITIONS))
def test_a_chart_draws_its_curves_at_each_position(i):
    ax = drawn(a_chart(upright=[("here", "#777777", [1.0, 1.5, 2.0])], level=0.5), i)
    lines = curves(ax)
    np.testing.assert_allclose(lines["moving"].get_data(), [[0.5, 1, 2], VALUES[i, :3]])
    np.testing.assert_allclose(lines["still"].get_data(), [[1, 2], [0.25, 0.75]])
    assert lines["still"].get_linestyle() == "None" and lines["still"].get_alpha() == 0.5
    assert lines["moving"].get_linestyle() == "-" and lines["moving"].get_color() == "#123456"
    assert lines["here"].get_xdata()[0] == [1.0, 1.5, 2.0][i]
    assert [0.5, 0.5] in [list(line.get_ydata()) for line in ax.lines]
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.25, 4), (-1, 1))
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("over this", "seen")


def test_a_chart_over_the_slider_marks_the_position_on_the_curve_or_by_a_line():
    line = tm.explore.Line([0.5, 1.0, 2.0], VALUES[:1, :3], "#123456")
    axes = tm.explore.Axis("S", 0, 2), tm.explore.Axis("y", -1, 1)
    marked = tm.explore.chart([line], *axes, at=[0.5, 1.0, 2.0], marked=True)
    by_line = tm.explore.chart([line], *axes, at=[0.5, 1.0, 2.0])
    for i, x in enumerate([0.5, 1.0, 2.0]):
        np.testing.assert_allclose(
            np.ravel(drawn(marked, i).lines[-1].get_data()), [x, VALUES[0, i]]
        )
        assert drawn(by_line, i).lines[-1].get_xdata()[0] == x


def test_a_chart_tells_the_front_end_how_its_curves_look():
    settings = a_chart(at=[1, 1, 2], level=np.float32(0.5)).settings
    assert settings["lines"][1] == {
        "xs": [1, 2],
        "color": "#654321",
        "name": "still",
        "dots": False,
        "alone": True,
        "dashed": False,
        "alpha": 0.5,
    }
    assert settings["x"] == {"label": "over this", "low": 0.25, "high": 4, "kind": "log"}
    assert (settings["at"], settings["level"], settings["marked"]) == ([1, 1, 2], 0.5, False)


@pytest.mark.parametrize("linear", [True, False])
def test_the_rows_of_a_round_trip_are_its_stations(linear):
    values = [VALUES[:, :4], VALUES[:, :2], VALUES[:, :4] / 2, VALUES[:, 1:], VALUES[:, 1:] / 2]
    x = torch.tensor(values[0])
    x[0, 1] = 0
    stations = [x, *(torch.tensor(station) for station in values[1:])]
    rows = room.round_trip(stations, "h", "out", linear)
    for k, (row, station) in enumerate(zip(rows, stations, strict=True)):
        for i in range(POSITIONS):
            np.testing.assert_allclose(heights(drawn(row, i)), station[i])
        assert ("active" in row.numbers) == (k != 1)  # h has no features
        assert row.axis == ("hidden dimension" if k == 1 else "feature")
    assert (rows[0].numbers["active"] == (x != 0)).all()
    assert torch.equal(rows[4].numbers["targets"], x)
    assert [row.settings["label"] for row in rows] == ["x", "h", "W\u1d40h", "+ b", "out"]
    assert rows[4].settings["low"] == (-1.5 if linear else -0.3)
    assert len(room.round_trip(stations[:3], "h", "out", linear)) == 3


def test_a_panel_can_be_had_with_other_attributes():
    panel = tm.explore.heatmap(W).with_(height=90, option="W")
    assert (panel.height, panel.option, panel.kind) == (90, "W", "heatmap")


@pytest.mark.parametrize(
    ("panel", "says"),
    [
        (lambda: tm.explore.heatmap(W[0]), r"W must have 3 axes, the first of them the positions"),
        (
            lambda: tm.explore.arrows(torch.ones(2, 4, 5)),
            r"W must be \(positions, 2 or 3, n\), got",
        ),
        (lambda: tm.explore.arrows(W, VALUES[0]), r"dot must have 2 axes.*got shape \(5,\)"),
        (lambda: tm.explore.arrows(W, cloud=VALUES), r"cloud must have 3 axes"),
        (lambda: tm.explore.arrows(W, half=VALUES[0]), r"half must have 2 axes"),
        (
            lambda: tm.explore.arrows(W, cloud=VALUES[:1, :4].reshape(1, 2, 2), states=[[1.0]]),
            "states must have a number for each dot of the cloud, got 1 and 2",
        ),
        (lambda: tm.explore.bars([1.0], (0, 1), "", ""), r"values must have 2 axes.*got shape"),
        (lambda: tm.explore.bars(VALUES, (0, 1), "", "", dots=[0.5]), r"dots must have 2 axes"),
        (lambda: tm.explore.matrix(VALUES, "", "", ""), r"values must have 3 axes"),
        (lambda: a_curve(ys=[2.0]), r"ys must have 2 axes"),
    ],
)
def test_numbers_without_an_axis_of_positions_are_named(panel, says):
    with pytest.raises(ValueError, match=says):
        panel()


def a_curve(xs=(1,), ys=((2.0,),), color="red", x=None, **options):
    x = tm.explore.Axis("x", 0, 1) if x is None else x
    return tm.explore.chart(
        [tm.explore.Line(xs, ys, color)], x, tm.explore.Axis("y", 0, 1), **options
    )


@pytest.mark.parametrize(
    ("panel", "error", "says"),
    [
        (lambda: a_curve(xs=(1, 2)), ValueError, "ys must have as many values as xs, got 1 and 2"),
        (lambda: a_curve(color="read"), ValueError, "color must be .* got 'read'"),
        (lambda: a_curve(x=(0, 1)), TypeError, r"x must be an Axis, got \(0, 1\)"),
        (
            lambda: a_curve(at=[2], marked=True),
            ValueError,
            r"at must be among the first line's xs .* got \[2\]",
        ),
        (lambda: tm.explore.chart([], None, None), ValueError, "at least one Line, got none"),
        (lambda: tm.explore.chart([[1]], None, None), TypeError, r"a list of Line, got \[\[1\]\]"),
        (lambda: tm.explore.bars(VALUES, (1, 0), "", ""), ValueError, r"limits must rise, got \(1"),
        (lambda: tm.explore.bars(VALUES, (0, 1), "", "{k}"), ValueError, r"words may hold \{j\}"),
        (lambda: tm.explore.bars(VALUES, (0, 1), "", "", dot=W), TypeError, "besides .*, got dot"),
        (
            lambda: tm.explore.bars(VALUES, (0, 1), "", "", dots=VALUES[:, :2]),
            ValueError,
            "dots must have a number for each bar, got 2 and 5",
        ),
    ],
)
def test_what_a_panel_cannot_draw_is_named(panel, error, says):
    with pytest.raises(error, match=says):
        panel()


def test_text_is_no_numbers():
    with pytest.raises(TypeError, match="W must be numbers, got the text 'W'"):
        tm.explore.heatmap("W")
