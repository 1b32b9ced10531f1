import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

import toymodels as tm

W = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def axes():
    return Figure().subplots()


def test_gram_shows_the_matrix_with_limits_symmetric_about_zero():
    ax = tm.plot.gram(W, axes(), limit=0.7)
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), (W.T @ W).numpy(), rtol=1e-5)
    assert image.get_clim() == (-0.7, 0.7)
    assert image.get_cmap().name == "RdBu_r"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("feature j", "feature i")


def bars(ax):
    """Heights of the bars on ax: the one artist that is a row of polygons."""
    (drawn,) = (artist for artist in ax.collections if isinstance(artist, PolyCollection))
    corners = np.stack([path.vertices[:4] for path in drawn.get_paths()])  # (n, 4, 2)
    assert (corners[:, [0, 3], 1] == 0).all()  # they stand on zero
    np.testing.assert_allclose(corners[:, :, 0].mean(axis=1), np.arange(len(corners)), atol=1e-9)
    return corners[:, 1, 1]


def phases(values, ax):
    return tm.plot.phases(values, [0.1, 0.5], [0.5, 2.0], ax)


PLOTS = {
    "gram": (tm.plot.gram, W, 2 * W),
    "samples": (tm.plot.samples, W.abs() / 3, W.abs() / 4),
    "norms": (tm.plot.feature_norms, W, 2 * W),
    "bias": (tm.plot.bias, W[0], 2 * W[1]),
    "directions": (tm.plot.directions, W[:2], W[1:]),
    "space": (tm.plot.space, W, -W),
    "phases": (phases, torch.tensor([[0, 1], [1, 2]]), torch.tensor([[2, 0], [0, 1]])),
}


@pytest.mark.parametrize("name", PLOTS)
def test_drawn_again_it_looks_as_if_drawn_anew_and_nothing_was_added(name):
    plot, first, second = PLOTS[name]
    ax = plot(first, axes())
    count = len(ax.get_children()), len(ax.figure.axes)
    plot(second, ax)
    marks = [text for text in ax.texts if text.get_gid() == "mark"]
    assert (len(ax.get_children()) - len(marks), len(ax.figure.axes)) <= count
    np.testing.assert_array_equal(pixels(lambda: ax), pixels(lambda: plot(second, axes())))


def test_a_readers_own_drawing_on_the_ax_is_left_alone():
    ax = axes()
    ax.imshow(np.ones((2, 2)))
    ax.plot([0, 1], [5, 6])
    ax.text(0, 0, "mine")
    tm.plot.feature_norms(W, ax)
    tm.plot.feature_norms(2 * W, ax)
    assert ax.images[0].get_array().shape == (2, 2)
    assert ax.lines[0].get_ydata().tolist() == [5, 6]
    assert "mine" in [text.get_text() for text in ax.texts]


def test_bars_show_norms_and_bias():
    np.testing.assert_allclose(
        bars(tm.plot.feature_norms(W, axes())), tm.feature_norms(W), rtol=1e-5
    )
    b = torch.tensor([0.1, -0.2, 0.3])
    np.testing.assert_allclose(bars(tm.plot.bias(b, axes())), b)


def test_norms_have_the_colour_of_the_interference_and_dots_of_dimensionality():
    ax = tm.plot.feature_norms(W, axes())
    (drawn,) = (artist for artist in ax.collections if isinstance(artist, PolyCollection))
    expected = plt.get_cmap("cividis")(np.clip(tm.interference(W).numpy() / 5, 0, 1))
    np.testing.assert_allclose(drawn.get_facecolor(), expected)
    dots = [line for line in ax.lines if line.get_marker() == "."]
    np.testing.assert_allclose(dots[0].get_ydata(), tm.feature_dimensionality(W), rtol=1e-6)


def test_samples_are_drawn_as_they_are():
    x = tm.SparseFeatures(6, 0.5).sample(4)
    (image,) = tm.plot.samples(x, axes()).images
    np.testing.assert_array_equal(image.get_array(), x)
    assert image.get_clim() == (0, 1)


def test_per_feature_line_is_the_mean_over_seeds():
    ax = tm.plot.per_feature(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), axes())
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [2, 4])
    assert len(ax.lines) == 3
    assert len(tm.plot.per_feature([1.0, 2.0], axes()).lines) == 1


def test_directions_are_arrows_to_the_columns():
    ax = tm.plot.directions(W[:2], axes(), importance=torch.ones(7))
    quiver = ax.collections[0]
    np.testing.assert_allclose(np.stack([quiver.U, quiver.V]), W[:2], rtol=1e-6)


def test_directions_may_have_colours_of_their_own():
    ax = tm.plot.directions(W[:2], axes(), colors=tm.plot.WHEEL[:7])
    shown = [to_hex(color) for color in ax.collections[0].get_facecolor()]
    assert shown == [color.lower() for color in tm.plot.WHEEL[:7]]
    assert len(set(tm.plot.WHEEL)) == 12
    with pytest.raises(ValueError, match="colors must hold one for each of 7 arrows, got 2"):
        tm.plot.directions(W[:2], colors=["red", "blue"])


def numbers(ax):
    """The numbers at the arrows on ax: text -> place."""
    return {text.get_text(): text.get_position() for text in ax.texts if text.get_text()}


def test_every_arrow_has_its_number_just_beyond_its_tip():
    turned = torch.tensor([[1.2, 0.0, -0.6], [0.0, -0.7, 0.8]])
    places = numbers(tm.plot.directions(turned, axes()))
    assert set(places) == {"0", "1", "2"}
    for i, tip in enumerate(turned.T.tolist()):
        length = np.hypot(*tip)
        place = np.array(places[str(i)])
        np.testing.assert_allclose(place / np.hypot(*place), np.array(tip) / length, atol=1e-6)
        assert 0.05 < np.hypot(*place) - length < 0.2


def test_an_arrow_too_short_to_be_seen_has_no_number_until_it_grows():
    ax = tm.plot.directions([[1.0, 0.09, 0.0], [0.0, 0.0, 0.0]], axes())
    assert set(numbers(ax)) == {"0"}
    tm.plot.directions([[0.0, 0.11, 0.0], [0.0, 0.0, 0.9]], ax)
    assert set(numbers(ax)) == {"1", "2"}


def test_without_ax_a_new_figure_is_made():
    assert tm.plot.gram(W).figure is not tm.plot.gram(W).figure
    before = dict(plt.rcParams)
    for ax in (tm.plot.feature_norms(W), tm.plot.bias(W[0]), tm.plot.directions(W[:2])):
        assert ax.get_xlabel() and ax.get_ylabel()
    assert dict(plt.rcParams) == before


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: tm.plot.gram(W[0]), r"W must be \(..., m, n\)"),
        (lambda: tm.plot.gram(W[None]), r"W\^T W must have 2 axes.*\(1, 7, 7\).*pick one"),
        (lambda: tm.plot.directions(W), "m = 2 rows .*got m = 3"),
        (lambda: tm.plot.samples(W[0]), "x must have 2 axes"),
        (lambda: tm.plot.bias(W), "b must have 1 axes"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def pixels(plot):
    """What a plot looks like, drawn on a figure of its own."""
    figure = plot().figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_a_used_ax_takes_the_new_limit_and_the_new_pictures_colours():
    ax = tm.plot.gram(W, limit=0.5)
    tm.plot.gram(W, ax)
    assert ax.images[0].get_clim() == (-1, 1)
    x = torch.rand(7, 7)
    tm.plot.samples(x, ax)
    assert ax.images[0].get_clim() == (0, 1) and ax.images[0].get_cmap().name == "Greys"
    assert ax.images[0].colorbar.ax.get_ylabel() == "value $x_i$"
    assert ax.get_aspect() == "auto" and ax.get_ylabel() == "sample"
    tm.plot.gram(W, ax)
    assert ax.images[0].get_clim() == (-1, 1) and ax.images[0].get_cmap().name == "RdBu_r"
    assert ax.get_aspect() == 1 and ax.images[0].colorbar.ax.get_ylabel() == "$(W^T W)_{ij}$"
    ax = tm.plot.bias(W[0], axes(), color="red")
    tm.plot.bias(W[0], ax, color="blue")
    assert ax.collections[0].get_facecolor().tolist() == [[0, 0, 1, 1]]


def test_a_bar_that_leaves_its_axis_ends_in_its_value():
    long = torch.zeros(2, 4)
    long[0, 1] = 5.25
    long[1, 2] = 1.5
    ax = tm.plot.feature_norms(long, axes())
    (mark,) = ax.texts
    assert (mark.get_text(), mark.get_position()) == ("5.2", (1, 1.6))
    tm.plot.feature_norms(long / 10, ax)
    assert not ax.texts
    ax = tm.plot.bias(torch.tensor([0.1, -1.25, 2.0, 0.75]), axes())
    assert [(t.get_text(), t.get_position()) for t in ax.texts] == [
        ("-1.2", (1, -0.75)),
        ("2.0", (2, 0.75)),
    ]


def test_options_of_a_line_may_have_any_of_their_names():
    (line,) = tm.plot.per_feature([1.0, 2.0], axes(), markersize=5, lw=3).lines
    assert (line.get_markersize(), line.get_linewidth()) == (5, 3)


OCTAHEDRON = torch.tensor([[1.0, -1, 0, 0, 0, 0], [0, 0, 1, -1, 0, 0], [0, 0, 0, 0, 1, -1]])
CORNERS = torch.tensor([[x, y, z] for x in (-1.0, 1) for y in (-1.0, 1) for z in (-1.0, 1)]).T
SOLIDS = {  # W, how many edges it has, how long they are
    "octahedron": (OCTAHEDRON, 12, 2**0.5),
    "cube": (CORNERS / 3**0.5, 12, 2 / 3**0.5),
    "a pair and one alone": (
        torch.tensor([[1.0, -1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0.05]]),
        2,
        2**0.5,
    ),
}


def segments(ax, name):
    (lines,) = (artist for artist in ax.collections if artist.get_gid() == name)
    return np.array(lines.get_segments())


@pytest.mark.parametrize("name", SOLIDS)
def test_the_edges_in_space_are_those_of_the_solid(name):
    W, count, _ = SOLIDS[name]
    assert len(segments(tm.plot.space(W, axes()), "edges")) == count


@pytest.mark.parametrize("turn", [0.0, 35.0, 200.0])
def test_space_is_seen_from_the_side_it_is_turned_to(turn):
    """Turned about the upright axis, then leant by 20 degrees: by rotation matrices, one after the other."""
    ax = tm.plot.space(W, axes(), turn)
    a, lean = np.radians([turn, 20])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    # the turned y-axis points towards the reader and, leant, a little down: up is z - its share of y
    leant = np.array([[1, 0, 0], [0, -np.sin(lean), np.cos(lean)], [0, np.cos(lean), np.sin(lean)]])
    right, up, near = leant @ about_z @ W.numpy()
    order = near.argsort()
    drawn = segments(ax, "arrows")
    np.testing.assert_allclose(drawn[:, 0], 0)
    np.testing.assert_allclose(drawn[:, 1], np.stack([right, up])[:, order].T, atol=1e-6)
    (arrows,) = (artist for artist in ax.collections if artist.get_gid() == "arrows")
    dark = arrows.get_color()[:, :3].sum(axis=1)
    assert (np.diff(dark) <= 1e-9).all() and dark[0] > dark[-1]  # from pale to dark, back to front


def test_a_full_turn_changes_nothing_and_no_edge_changes_its_length_in_space():
    drawn = [segments(tm.plot.space(OCTAHEDRON, axes(), turn), "edges") for turn in (0, 360)]
    np.testing.assert_allclose(*drawn, atol=1e-6)


def test_phases_have_the_colour_and_the_name_of_each():
    values = np.zeros((20, 10))
    values[10:] = 1
    values[:10, 5:] = 2
    ax = tm.plot.phases(values, np.linspace(0, 0.95, 20), np.logspace(-1, 1, 10), axes())
    FigureCanvasAgg(ax.figure)
    (mesh,) = (artist for artist in ax.collections if artist.get_gid() == "phases")
    np.testing.assert_array_equal(mesh.get_array(), values.T)
    assert [mesh.to_rgba(k) for k in range(3)] == [
        to_rgba(color) for color in tm.plot.PHASES.values()
    ]
    colors = np.array([mesh.to_rgba(k) for k in (0, 0.5, 1)])
    np.testing.assert_allclose(colors[1], (colors[0] + colors[2]) / 2, atol=0.01)  # half-way
    assert ax.get_yscale() == "log"
    places = {text.get_text().replace("\n", " "): text.get_position() for text in ax.texts}
    assert set(places) == set(tm.plot.PHASES)
    assert places["in superposition"][0] > places["own dimension"][0] > 0
    assert places["own dimension"][1] > 1 > places["not represented"][1]
    tm.plot.phases(np.ones((20, 10)), np.linspace(0, 0.95, 20), np.logspace(-1, 1, 10), ax)
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["in\nsuperposition"]
