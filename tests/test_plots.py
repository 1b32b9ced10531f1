import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
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
    ax = tm.plot_gram(W, axes(), limit=0.7)
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), (W.T @ W).numpy(), rtol=1e-5)
    assert image.get_clim() == (-0.7, 0.7)
    assert image.get_cmap().name == "RdBu_r"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("feature j", "feature i")


@pytest.mark.parametrize("plot", [tm.plot_gram, tm.plot_feature_norms])
def test_drawing_again_moves_the_picture_instead_of_adding_one(plot):
    ax = plot(W, axes())
    count = len(ax.images) + len(ax.patches), len(ax.figure.axes)
    plot(2 * W, ax)
    assert (len(ax.images) + len(ax.patches), len(ax.figure.axes)) == count
    shown = ax.images[0].get_array() if ax.images else [bar.get_height() for bar in ax.patches]
    expected = tm.gram(2 * W) if ax.images else tm.feature_norms(2 * W)
    np.testing.assert_allclose(shown, expected.numpy(), rtol=1e-5)


def test_bars_show_bias_and_counts():
    b = torch.tensor([0.1, -0.2, 0.3])
    heights = [bar.get_height() for bar in tm.plot_bias(b, axes()).patches]
    np.testing.assert_allclose(heights, b)
    heights = [bar.get_height() for bar in tm.plot_active_counts([0, 2, 2, 3], 4, axes()).patches]
    np.testing.assert_allclose(heights, [0.25, 0, 0.5, 0.25, 0])


def test_samples_are_drawn_as_they_are():
    x = tm.SparseFeatures(6, 0.5).sample(4)
    (image,) = tm.plot_samples(x, axes()).images
    np.testing.assert_array_equal(image.get_array(), x)
    assert image.get_clim() == (0, 1)


def test_loss_of_copies_is_mean_and_range_with_reference():
    history = tm.History(torch.tensor([[4.0, 2.0], [2.0, 1.0]]))
    ax = tm.plot_loss(history, axes(), reference=0.5, color="red")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [3, 1.5])
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [1, 2])
    assert ax.lines[1].get_ydata()[0] == 0.5
    assert len(ax.collections) == 1


def test_per_feature_line_is_the_mean_over_seeds():
    ax = tm.plot_per_feature(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), axes())
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [2, 4])
    assert len(ax.lines) == 3
    assert len(tm.plot_per_feature([1.0, 2.0], axes()).lines) == 1


def test_directions_are_arrows_to_the_columns():
    ax = tm.plot_directions(W[:2], axes(), importance=torch.ones(7))
    quiver = ax.collections[0]
    np.testing.assert_allclose(np.stack([quiver.U, quiver.V]), W[:2], rtol=1e-6)


def test_without_ax_a_new_figure_is_made():
    assert tm.plot_gram(W).figure is not tm.plot_gram(W).figure
    before = dict(plt.rcParams)
    for ax in (tm.plot_feature_norms(W), tm.plot_bias(W[0]), tm.plot_directions(W[:2])):
        assert ax.get_xlabel() and ax.get_ylabel()
    assert dict(plt.rcParams) == before


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: tm.plot_gram(W[0]), r"W must be \(..., m, n\)"),
        (lambda: tm.plot_gram(W[None]), r"W\^T W must have 2 axes.*pick a copy.*\(1, 7, 7\)"),
        (lambda: tm.plot_directions(W), "m = 2 rows .*got m = 3"),
        (lambda: tm.plot_samples(W[0]), "x must have 2 axes"),
        (lambda: tm.plot_bias(W), "b must have 1 axes"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_the_curve_of_no_training_is_refused():
    with pytest.raises(ValueError, match="history must hold at least one step"):
        tm.plot_loss(tm.History(torch.zeros(0)))
