"""The explorers of arrows, shadows and round trips: every number, found another way."""

import math
import re

import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.explore import kit, round_trips

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    stations,
    track,
)

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]
n, m, STEPS, S = 6, 2, 150, 0.8
STARTS = 12
SPARSITIES = [0.0, 0.3, 0.6, 0.8, 0.9]
ALL = ["shadow", "shared", "trips", "columns", "directions"]


@pytest.fixture(scope="module")
def shadow():
    return recorded(tm.explore.shadow)


@pytest.fixture(scope="module")
def shared():
    return recorded(tm.explore.shared_number)


@pytest.fixture(scope="module")
def trips():
    return recorded(tm.explore.round_trip, n, m, MODELS, S, samples=3, steps=STEPS, seed=4)


@pytest.fixture(scope="module")
def columns():
    return recorded(tm.explore.columns, tm.ReLUOutputModel, S, n, m, steps=STEPS, seed=4)


@pytest.fixture(scope="module")
def directions():
    return recorded(tm.explore.directions, SPARSITIES, steps=400)


@pytest.mark.parametrize("name", ALL)
def test_numbers_arrive_and_the_stored_picture_is_whole(name, request):
    explorer, figure = request.getfixturevalue(name)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)
    assert len(page(explorer)) < 200_000


def trained(cls):
    model = cls(n, m, seed=4)
    features = tm.SparseFeatures(n, S)
    tm.train(model, features, tm.linear_importance(n), steps=STEPS, seed=4, progress=False)
    return model.W.detach().double().numpy(), model.b.detach().double().numpy()


def way(cls, W, b, x):
    """The way of x through a model, by NumPy."""
    h = W @ x
    if cls is tm.ReLUModel:
        h = np.maximum(h, 0)
    back = W.T @ h
    after = back + b
    return [x, h, back, after, after if cls is tm.LinearModel else np.maximum(after, 0)]


def assert_rows(explorer, column, position, expected, tolerance=5e-4):
    for row, values in zip(stations(explorer, column), expected, strict=True):
        np.testing.assert_allclose(row[position], values, atol=tolerance)


def heights(ax):
    (bars,) = (artist for artist in ax.collections if artist.get_gid() == "bars")
    return [path.vertices[1, 1] for path in bars.get_paths()]


def numbers(text):
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", text.replace("\N{MINUS SIGN}", "-"))]


# two features as arrows


def test_shadow_says_the_cosine_and_what_is_read(shadow):
    explorer, _ = shadow
    angles, strengths = (slider["labels"] for slider in spec(explorer)["sliders"])
    assert angles == [str(angle) for angle in range(10, 181, 10)]
    assert strengths == ["0", "0.25", "0.5"]
    for i, (line,) in enumerate(explorer.lines):
        angle, strength = int(angles[i // 3]), float(strengths[i % 3])
        cosine = math.cos(math.radians(angle))
        said = numbers(line.replace("feature 1", ""))
        expected = [angle, cosine, 1, strength, 1 + strength * cosine, strength + cosine]
        np.testing.assert_allclose(said, expected, atol=0.00501)


def test_shadow_shows_unit_arrows_at_that_angle_h_and_their_round_trip(shadow):
    explorer, figure = shadow
    arrows = carried(explorer)
    rows = stations(explorer, 1)
    for i in range(len(explorer.lines)):
        angle = math.radians(10 * (i // 3 + 1))
        x = np.array([1, 0.25 * (i % 3)])
        expected = [[1, 0], [math.cos(angle), math.sin(angle)]]
        np.testing.assert_allclose(arrows["W"][i], expected, atol=1e-4)
        h = [1 + x[1] * math.cos(angle), x[1] * math.sin(angle)]
        read = [1 + x[1] * math.cos(angle), x[1] + math.cos(angle)]
        np.testing.assert_allclose(arrows["dot"][i], h, atol=1e-4)
        for row, values in zip(rows, (x, h, read), strict=True):
            np.testing.assert_allclose(row[i], values, atol=1e-4)
    cosines = [math.cos(math.radians(angle)) for angle in range(10, 181, 10)]
    (curve,) = track(explorer).values()
    np.testing.assert_allclose(curve, cosines, atol=1e-4)
    for ax, stop in zip(figure.axes, explorer.stops, strict=True):
        arrow = ax.collections[0]
        sine = math.sqrt(1 - cosines[stop] ** 2)
        np.testing.assert_allclose([arrow.U[1], arrow.V[1]], [cosines[stop], sine], atol=1e-6)


# two features in one number


def test_of_two_that_share_a_number_one_alone_comes_back_and_both_lose_the_smaller(shared):
    explorer, figure = shared
    strengths = [0, 0.2, 0.4, 0.6, 0.8, 1]
    sliders = spec(explorer)["sliders"]
    assert [slider["labels"] for slider in sliders] == [["0", "0.2", "0.4", "0.6", "0.8", "1"]] * 2
    for i in range(36):
        first, second = strengths[i // 6], strengths[i % 6]
        smaller = min(first, second)
        h, comes = first - second, [first - smaller, second - smaller]
        np.testing.assert_allclose(
            numbers(explorer.lines[i][0]), [first, second, h, *comes], atol=1e-9
        )
        assert_rows(explorer, 0, i, ([first, second], [h], [h, -h], [h, -h], comes), 1e-4)
    rows = np.reshape(figure.axes, (5, 3))
    for column, stop in enumerate(explorer.stops):  # the stored picture: feature 1 is away
        alone = strengths[stop]
        expected = ([alone, 0], [alone], [alone, -alone], [alone, -alone], [alone, 0])
        for ax, values in zip(rows[:, column], expected, strict=True):
            np.testing.assert_allclose(heights(ax), values, atol=1e-6)


@pytest.mark.parametrize("name", ["shadow", "shared", "trips", "columns"])
def test_no_text_says_minus_zero(name, request):
    explorer, _ = request.getfixturevalue(name)
    for lines in explorer.lines:
        assert not re.search(r"[-\u2212]0(\.0+)?(?![\d.]*[1-9])", " ".join(lines)), lines


# round trips through trained models


def test_round_trip_shows_every_station_of_every_model(trips):
    explorer, _ = trips
    for column, cls in enumerate(MODELS):
        W, b = trained(cls)
        for position, x in enumerate(stations(explorer, column)[0]):
            if position < n:
                np.testing.assert_allclose(x, np.eye(n)[position], atol=1e-6)
            assert_rows(explorer, column, position, way(cls, W, b, x))


def test_round_trip_goes_through_the_features_then_the_samples(trips):
    explorer, _ = trips
    features = [f"feature {j}" for j in range(n)]
    assert explorer.labels == [*features, "sample 1", "sample 2", "sample 3"]
    columns = spec(explorer)["columns"]
    assert [column["part"] for column in columns] == ["Linear", "ReLU", "ReLU-output"]
    assert spec(explorer)["sideBySide"]
    samples = np.stack([stations(explorer, column)[0][n:] for column in range(3)])
    assert (samples == samples[:1]).all()  # the same ones for each model
    assert len(np.unique(samples[0], axis=0)) == 3
    assert samples.min() >= 0 and samples.max() < 1
    for column in range(3):  # yellow bands where x is not zero, outlines of x at the end
        x = stations(explorer, column)[0]
        for row in (0, 2, 3, 4):
            np.testing.assert_allclose(carried(explorer, column, row)["active"], x != 0)
        np.testing.assert_allclose(carried(explorer, column, 4)["targets"], x, atol=1e-6)


def test_the_samples_are_as_sparse_as_asked():
    explorer = tm.explore.round_trip(40, 1, [tm.LinearModel], 0.75, samples=30, steps=1)
    samples = stations(explorer)[0][40:]
    assert (samples == 0).mean() == pytest.approx(0.75, abs=0.04)  # three standard deviations
    assert len(explorer.lines) == 70


def told(cls, W, b, x):
    """The words for a round trip, computed the long way."""
    _, _, back, _, after = way(cls, W, b, x)
    comes = [f"{x[i]:.2f} as {after[i]:z.2f}" for i in range(len(x)) if x[i] != 0]
    hit = [i for i in range(len(x)) if x[i] == 0 and abs(back[i]) > 0.1]
    left = [i for i in hit if abs(after[i]) > 0.1]
    more = f" and {len(comes) - 4} more" if len(comes) > 4 else ""
    others = "1 other" if len(hit) == 1 else f"{len(hit)} others"
    first = ", ".join(comes[:4]).replace(" as ", " comes back as ", 1) or "nothing is active"
    end = f"Shadows fall on {others} in the readings, and on {len(left)} at the end."
    return f"{first}{more}. {end}".replace("-", "\u2212")


def test_round_trip_says_what_comes_back_and_what_shadows_are_left(trips):
    explorer, _ = trips
    for column, cls in enumerate(MODELS):
        W, b = trained(cls)
        inputs = explorer.columns[column][0].numbers["values"].numpy()
        for position, (lines, x) in enumerate(zip(explorer.lines, inputs, strict=True)):
            start = f"{explorer.labels[position].capitalize()}, {tm.plot.NAMES[cls]}: "
            assert lines[column] == start + told(cls, W, b, x)


W3 = np.array([[1.0, -0.8, 0.3, 0.05, 0.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("x", "says"),
    [
        (
            [1, 0, 0, 0, 0, 0, 0],
            "1.00 comes back as 1.00. Shadows fall on 2 others in the readings, and on 1 at the end",
        ),
        (
            [0, 0, 1, 0, 0, 0, 0],
            "1.00 comes back as 0.09. Shadows fall on 2 others in the readings, and on 1 at the end",
        ),
        (
            [0, 0, 0, 1, 0, 0, 0],
            "1.00 comes back as 0.00. Shadows fall on 0 others in the readings, and on 0 at the end",
        ),
        (
            [0] * 7,
            "nothing is active. Shadows fall on 0 others in the readings, and on 0 at the end",
        ),
        (
            [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0],
            "0.20 comes back as 0.11, 0.20 as 0.00, 0.20 as 0.03, 0.20 as 0.01 and 2 more. "
            "Shadows fall on 0 others in the readings, and on 0 at the end",
        ),
    ],
)
def test_a_bias_is_no_shadow_and_a_relu_takes_only_the_negative_ones(x, says):
    b = [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, -0.5]
    model = tm.ReLUOutputModel.from_weights(W3, b)
    assert round_trips.told(model, torch.tensor(x, dtype=torch.float32)) == says


def test_a_little_below_zero_is_told_as_zero():
    model = tm.LinearModel.from_weights([[1.0]], [-0.504])
    words = round_trips.told(model, torch.tensor([0.5]))
    assert words.startswith("0.50 comes back as 0.00. Shadows")


def test_a_students_own_model_is_shown_by_its_name():
    class Smooth(tm.TiedAutoencoder):
        def __init__(self, n, m, copies, seed):  # without defaults
            super().__init__(n, m, copies, seed, hidden=torch.tanh)

    explorer = tm.explore.round_trip(n, m, [Smooth], S, samples=0, steps=5)
    assert len(explorer.lines) == n and explorer.lines[0][0].startswith("Feature 0, Smooth: ")
    assert np.abs(stations(explorer)[1]).max() < 1
    assert spec(explorer)["columns"][0]["panels"][1]["label"] == "tanh(W x)"
    assert tm.explore.columns(Smooth, S, n, m, steps=5).summary.startswith("Smooth, S = 0.8: ")


def test_an_interrupt_is_passed_on():
    def stopped(values):
        if values.dim() == 2:  # a batch: the training has begun
            raise KeyboardInterrupt
        return values

    class Stopped(tm.TiedAutoencoder):
        def __init__(self, n, m, copies=None, seed=None):
            super().__init__(n, m, copies, seed, hidden=stopped)

    with pytest.raises(KeyboardInterrupt):
        tm.explore.round_trip(n, m, [Stopped], S, steps=5)
    with pytest.raises(KeyboardInterrupt):
        tm.explore.columns(Stopped, S, n, m, steps=5)


class Untied(tm.TiedAutoencoder):
    """A decode of its own."""

    def decode(self, h):
        return h @ self.W + 1


@pytest.mark.parametrize(
    "explore",
    [lambda: tm.explore.round_trip(n, m, [Untied]), lambda: tm.explore.columns(Untied, S, n, m)],
)
def test_a_model_with_a_decode_of_its_own_is_named_before_training(explore, capsys):
    with pytest.raises(TypeError, match="encode and decode with the same W, got .*Untied"):
        explore()
    assert capsys.readouterr().err == ""


# columns of W^T W


def test_columns_marks_the_column_that_the_third_row_shows(columns):
    explorer, figure = columns
    W, b = trained(tm.ReLUOutputModel)
    for j in range(n):
        np.testing.assert_allclose(stations(explorer, 1)[2][j], (W.T @ W)[:, j], atol=5e-4)
        expected = way(tm.ReLUOutputModel, W, b, np.eye(n)[j])
        assert_rows(explorer, 1, j, expected)
        words = told(tm.ReLUOutputModel, W, b, np.eye(n)[j]).replace("-0.00", "0.00")
        assert explorer.lines[j] == [f"Column {j}, feature {j} alone: {words}"]
    heatmap = spec(explorer)["columns"][0]["panels"][0]
    assert heatmap["marksPosition"] and heatmap["chooses"]
    rows = np.reshape(figure.axes, (5, -1))
    for ax, j in zip(rows[2], explorer.stops, strict=True):
        np.testing.assert_allclose(heights(ax), (W.T @ W)[:, j], atol=1e-5)


def test_columns_shows_the_matrix_itself(columns):
    explorer, _ = columns
    W, _ = trained(tm.ReLUOutputModel)
    assert carried(explorer)["W"].shape == (1, n, m)
    np.testing.assert_allclose(carried(explorer)["W"][0], W.T, atol=5e-4)
    assert explorer.labels == [str(j) for j in range(n)]
    assert explorer.summary.startswith("ReLU-output, S = 0.8: the 6 columns of W^T W")


# five directions in the plane


@pytest.fixture(scope="module")
def anew():
    """The same trainings, one sparsity at a time: each start's loss over the least, and its W."""
    importance = 0.9 ** torch.arange(5.0)
    start = tm.ReLUOutputModel(5, 2, copies=STARTS, seed=round_trips.START_SEED)
    ends = []
    for S in SPARSITIES:
        features = tm.SparseFeatures(5, S)
        model = tm.ReLUOutputModel.from_weights(start.W.detach(), features.mean)
        tm.train(model, features, importance, steps=400, progress=False)
        loss = tm.mean_loss(model, features, importance)
        ends.append(((loss / loss.min()).numpy(), model.W.detach().numpy()))
    return ends


def arrows_of(directions):
    """(positions, 2, 5)."""
    return carried(directions[0])["W"].mT.numpy()


def turns():
    """360 rotations of the plane, and each after a mirror: (720, 2, 2)."""
    angles = np.radians(np.arange(360))
    rotations = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]])
    rotations = np.moveaxis(rotations, -1, 0)
    return np.concatenate([rotations, rotations @ np.diag([1, -1])])


def distances(W, target):
    """From target to W in each of those positions: (720,)."""
    return np.sqrt(((turns() @ W - target) ** 2).sum((-2, -1)))


def test_turning_a_frame_changes_no_overlap(directions, anew):
    for W, (loss, ends) in zip(arrows_of(directions), anew, strict=True):
        good = ends[loss < 1.012]  # a little more than 1 %: rounding
        grams = np.swapaxes(good, -2, -1) @ good
        assert np.abs(grams - W.T @ W).max(axis=(-2, -1)).min() < 5e-4


def test_no_rotation_mirror_or_start_as_good_is_nearer_to_the_frame_before(directions, anew):
    before = np.eye(2, 5)
    for W, (loss, ends) in zip(arrows_of(directions), anew, strict=True):
        good = ends[loss < 1.008]  # a little less
        own = np.sqrt(((W - before) ** 2).sum())
        assert (
            own <= min(distances(other, before).min() for other in good) + 0.02
        )  # rounding, trained on
        before = W


def test_the_nearest_of_720_positions_is_found_by_turning_onto_it():
    generator = np.random.default_rng(0)
    for _ in range(20):
        target, W = generator.normal(size=(2, 2, 5)).astype(np.float32) * 1.7
        (turned,) = kit.turned_onto(torch.tensor(target), torch.tensor(W)[None]).numpy()
        np.testing.assert_allclose(turned.T @ turned, W.T @ W, atol=1e-5)
        nearest = distances(W, target).min()
        assert nearest - 0.05 <= np.sqrt(((turned - target) ** 2).sum()) <= nearest + 1e-5


def test_directions_counts_and_names_the_long_arrows(directions):
    explorer, figure = directions
    counts = []
    for S, W, (line,) in zip(SPARSITIES, arrows_of(directions), explorer.lines, strict=True):
        long = [str(i) for i in range(5) if math.hypot(*W[:, i]) > 0.5]
        assert line == f"S = {S:g}: {len(long)} arrows are longer than 0.5 ({', '.join(long)})."
        counts.append(len(long))
    assert explorer.lines[0] == [
        "S = 0: 2 arrows are longer than 0.5 (0, 1)."
    ]  # the two most important ones
    assert explorer.lines[-1] == [
        "S = 0.9: 5 arrows are longer than 0.5 (0, 1, 2, 3, 4)."
    ]  # a pentagon
    assert explorer.labels == ["0", "0.3", "0.6", "0.8", "0.9"]
    (curve,) = track(explorer).values()
    np.testing.assert_allclose(curve, counts, atol=1e-3)
    changes = [0, *(k for k in range(1, 5) if counts[k] != counts[k - 1])]
    assert set(explorer.stops) >= set(changes)
    for ax, stop in zip(figure.axes, explorer.stops, strict=True):
        (drawn,) = (artist for artist in ax.collections if artist.get_gid() == "arrows")
        np.testing.assert_allclose([drawn.U, drawn.V], arrows_of(directions)[stop], atol=1e-3)


def test_each_explorer_of_chapter_3_takes_less_than_300_kilobytes():
    assert len(page(tm.explore.round_trip(steps=2))) < 300_000
