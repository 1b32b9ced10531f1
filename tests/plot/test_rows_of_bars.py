"""A sample's way through a model, against the same five stations computed number by number."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import toymodels as tm

ROWS = 5
n, m = 6, 2
rng = np.random.default_rng(3)
W = rng.normal(size=(m, n)) * 0.35  # all bars stay within their rows
b = rng.normal(size=n) * 0.3
X = np.array([0.9, 0.0, 0.35, 0.0, 0.0, 0.6])
RED, BLUE, YELLOW = "#B2182B", "#2166AC", "#FFF0B0"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def rows(count=ROWS):
    return Figure(figsize=(5, 6), layout="constrained").subplots(count, 1)


def model(cls=tm.ReLUOutputModel):
    return cls.from_weights(W, b)


def by_hand(cls, x):
    """The five stations of x, with nothing but loops."""

    def relu(values):
        return [max(value, 0.0) for value in values]

    h = [sum(W[k, i] * x[i] for i in range(n)) for k in range(m)]
    if cls is tm.ReLUModel:
        h = relu(h)
    back = [sum(W[k, i] * h[k] for k in range(m)) for i in range(n)]
    shifted = [back[i] + b[i] for i in range(n)]
    return [x, h, back, shifted, shifted if cls is tm.LinearModel else relu(shifted)]


def drawn(ax, name):
    """Corners of the rectangles of that name on ax, (k, 4, 2); those that can be seen."""
    (artist,) = (artist for artist in ax.collections if artist.get_gid() == name)
    corners = np.stack([path.vertices[:4] for path in artist.get_paths()])
    return corners[np.isfinite(corners).all(axis=(1, 2))]


def heights(ax):
    corners = drawn(ax, "bars")
    assert (corners[:, [0, 3], 1] == 0).all()  # they stand on zero
    np.testing.assert_allclose(corners[:, :, 0].mean(axis=1), np.arange(len(corners)))
    return corners[:, 1, 1]


def names(axes, name):
    return [name in [artist.get_gid() for artist in ax.collections] for ax in axes]


def shown(axes):
    """The figure's pixels, (height, width, 3)."""
    canvas = FigureCanvasAgg(axes[0].figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def assert_colour(picture, ax, point, colour):
    """At a point of ax the picture has that colour."""
    x, y = ax.transData.transform(point)
    got = picture[len(picture) - 1 - int(y), int(x)] / 255
    np.testing.assert_allclose(got, to_rgb(colour), atol=1 / 255)


def test_each_row_of_bars_is_a_station(model_class):
    axes = tm.plot.round_trip(model(model_class), X, rows())
    assert len(axes) == ROWS
    for ax, expected in zip(axes, by_hand(model_class, X), strict=True):
        np.testing.assert_allclose(heights(ax), expected, atol=1e-6)


def test_bars_are_red_above_zero_and_blue_below():
    axes = tm.plot.round_trip(model(tm.LinearModel), X, rows())
    picture = shown(axes)
    seen = []
    for ax, values in zip(axes, by_hand(tm.LinearModel, X), strict=True):
        for i, value in enumerate(values):
            if abs(value) > 0.2:
                seen.append(RED if value > 0 else BLUE)
                assert_colour(picture, ax, (i, value / 2), seen[-1])
    assert seen.count(RED) > 5 and seen.count(BLUE) > 2


def test_a_band_stands_behind_each_active_feature_and_no_other():
    axes = tm.plot.round_trip(model(), X, rows())
    picture = shown(axes)
    assert names(axes, "bands") == [True, False, True, True, True]  # h has no features
    for row in (0, 2, 3, 4):
        corners = drawn(axes[row], "bands")
        assert corners[:, :, 0].mean(axis=1).tolist() == [0, 2, 5]
        assert (np.ptp(corners[:, :, 0], axis=1) == 1).all()  # one bar wide
        low, high = axes[row].get_ylim()
        assert (corners[:, :, 1].min(axis=1) <= low).all()
        assert (corners[:, :, 1].max(axis=1) >= high).all()
        for i in range(n):
            assert_colour(picture, axes[row], (i, 1.4), YELLOW if X[i] else "white")


def test_outlines_in_the_last_row_are_the_sample_itself():
    axes = tm.plot.round_trip(model(), X, rows())
    assert names(axes, "targets") == [False] * 4 + [True]
    corners = drawn(axes[-1], "targets")
    assert corners[:, :, 0].mean(axis=1).tolist() == [0, 2, 5]
    np.testing.assert_allclose(corners[:, :, 1].max(axis=1), [0.9, 0.35, 0.6], rtol=1e-6)
    assert (corners[:, :, 1].min(axis=1) == 0).all()


def test_a_sample_of_nothing_has_neither_bands_nor_outlines():
    axes = tm.plot.round_trip(tm.LinearModel.from_weights(W), np.zeros(n), rows())
    for ax in axes:
        assert (heights(ax) == 0).all()
    for row in (0, 2, 3, 4):
        assert not len(drawn(axes[row], "bands"))
    assert not len(drawn(axes[-1], "targets"))
    assert (np.ptp(shown(axes).astype(int), axis=-1) == 0).all()  # black, white, grey: no colour


@pytest.mark.parametrize(("first", "second"), [(X, np.eye(n)[1]), (np.zeros(n), X), (X, X * 0)])
def test_drawn_again_it_looks_as_if_drawn_anew_and_nothing_was_added(first, second):
    axes = tm.plot.round_trip(model(), first, rows())
    count = [len(ax.get_children()) for ax in axes]
    again = tm.plot.round_trip(model(), second, axes)
    assert [len(ax.get_children()) for ax in axes] == count
    anew = tm.plot.round_trip(model(), second, rows())
    np.testing.assert_array_equal(shown(again), shown(anew))


@pytest.mark.parametrize("count", [3, 4])
def test_with_fewer_axes_the_last_stations_are_left_out(count):
    axes = tm.plot.round_trip(model(), X, rows(count))
    for ax, expected in zip(axes, by_hand(tm.ReLUOutputModel, X), strict=False):
        np.testing.assert_allclose(heights(ax), expected, atol=1e-6)
    assert len(axes) == count and not any(names(axes, "targets"))
    between = [""] * (count - 3)
    expected = ["", "hidden dimension", *between, "feature i"]
    assert [ax.get_xlabel() for ax in axes] == expected


def test_the_rows_say_what_they_are_and_where_a_relu_is(model_class):
    labels = [ax.get_ylabel() for ax in tm.plot.round_trip(model(model_class), X)]
    hidden = "$h$ = ReLU($W x$)" if model_class is tm.ReLUModel else "$h = W x$"
    output = "no ReLU" if model_class is tm.LinearModel else "ReLU"
    assert labels == ["$x$", hidden, "$W^T h$", "$+\\ b$", f"$\\hat x$: {output}"]


def test_a_row_reaches_below_zero_where_its_bars_may(model_class):
    lows = [ax.get_ylim()[0] for ax in tm.plot.round_trip(model(model_class), X)]
    last = -1.5 if model_class is tm.LinearModel else -0.3
    assert lows == [-0.3, -1.5, -1.5, -1.5, last]


def test_few_bars_are_numbered_one_by_one():
    axes = tm.plot.round_trip(model(), X)
    assert axes[-1].get_xticks().tolist() == list(range(n))
    assert axes[1].get_xticks().tolist() == list(range(m))
    many = tm.ReLUOutputModel(40, 5, seed=0)
    assert len(tm.plot.round_trip(many, np.eye(40)[0])[-1].get_xticks()) < 15


def test_a_bar_that_leaves_its_row_ends_in_its_value():
    strong = tm.LinearModel.from_weights([[2.0, -1.0]])
    axes = tm.plot.round_trip(strong, [1.0, 0.0], rows())
    marks = [[text.get_text() for text in ax.texts] for ax in axes]
    assert marks == [[], ["2.0"], ["4.0", "-2.0"], ["4.0", "-2.0"], ["4.0", "-2.0"]]


def test_lists_arrays_and_tensors_of_any_precision_are_the_same_sample():
    expected = shown(tm.plot.round_trip(model(), X, rows()))
    for x in (X.tolist(), torch.tensor(X), torch.tensor(X, dtype=torch.float32)):
        np.testing.assert_array_equal(shown(tm.plot.round_trip(model(), x, rows())), expected)
    double = tm.plot.round_trip(model().double(), X, rows())
    np.testing.assert_allclose(
        heights(double[4]), by_hand(tm.ReLUOutputModel, X)[4], rtol=1e-6, atol=1e-7
    )


def test_the_model_and_the_sample_are_left_as_they_were():
    autoencoder, x = model(), torch.tensor(X, dtype=torch.float32, requires_grad=True)
    tm.plot.round_trip(autoencoder, x)
    assert x.grad is None and autoencoder.W.grad is None
    np.testing.assert_allclose(autoencoder.W.detach(), W, rtol=1e-6)
    np.testing.assert_allclose(x.detach(), X, rtol=1e-6)
