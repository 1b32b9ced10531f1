"""The explorers of arrows, shadows and round trips: every number and picture, found another way."""

import math
import re

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import toymodels as tm
from toymodels import plot
from toymodels.explore import kit, round_trips

from .watching import assert_nothing_is_cut_off, assert_one_size

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]
RED, BLUE, YELLOW, GREY = "#B2182B", "#2166AC", "#FFF0B0", "#555555"
n, m, STEPS, S = 6, 2, 150, 0.8
STARTS = 12


class Recorder:
    """What an explorer draws, call by call: the arguments, and what then is on the axes."""

    def __init__(self, monkeypatch):
        self.trips, self.arrows, self.grams = [], [], []
        self.axes = {}
        for name, keep in (
            ("round_trip", self._trip),
            ("directions", self._arrows),
            ("gram", self._gram),
        ):
            monkeypatch.setattr(plot, name, self._watched(getattr(plot, name), keep))

    def _watched(self, draw, keep):
        def watched(*args, **kwargs):
            result = draw(*args, **kwargs)
            keep(result, *args)
            return result

        return watched

    def _trip(self, axes, *_):
        rows = []
        for ax in axes:
            (bars,) = (artist for artist in ax.collections if artist.get_gid() == "bars")
            heights = np.array([path.vertices[1, 1] for path in bars.get_paths()])
            middles = np.stack([np.arange(len(heights)), heights / 2], axis=1)
            rows.append((heights, ax.transData.transform(middles)))
        self.trips.append(rows)
        self.axes["trip"] = axes

    def _arrows(self, ax, W, *_):
        self.arrows.append(torch.as_tensor(W).numpy().copy())
        self.axes["plane"] = ax

    def _gram(self, ax, *_):
        self.axes["heatmap"] = ax
        self.grams.append([line for line in ax.lines if line.get_gid() == "column"])

    def texts(self):
        """All words on the figure with their place, as (text, box)."""
        ax = next(iter(self.axes.values()))
        ax = ax[0] if isinstance(ax, np.ndarray) else ax
        texts = [
            text
            for text in ax.figure.canvas.figure.findobj(Text)
            if text.get_text() and text.get_visible() and text.get_gid() != "name of h"
        ]
        return [(text.get_text(), text.get_window_extent()) for text in texts]


def recorded(explore, *args, **kwargs):
    """An explorer and what was drawn for it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        recorder = Recorder(monkeypatch)
        return explore(*args, **kwargs), recorder


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


SPARSITIES = [0.0, 0.3, 0.6, 0.8, 0.9]


@pytest.fixture(scope="module")
def directions():
    return recorded(tm.explore.directions, SPARSITIES, steps=400)


def trained(cls):
    model = cls(n, m, seed=4)
    features = tm.SparseFeatures(n, S)
    tm.train(model, features, tm.linear_importance(n), steps=STEPS, seed=4, progress=False)
    return model.W.detach().double().numpy(), model.b.detach().double().numpy()


def stations(cls, W, b, x):
    """The way of x through a model, by NumPy."""
    h = W @ x
    if cls is tm.ReLUModel:
        h = np.maximum(h, 0)
    back = W.T @ h
    after = back + b
    return [x, h, back, after, after if cls is tm.LinearModel else np.maximum(after, 0)]


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def assert_colour(picture, point, colour, tolerance=1 / 255):
    image = np.asarray(picture)
    got = image[image.shape[0] - 1 - int(point[1]), int(point[0])] / 255
    np.testing.assert_allclose(got, to_rgb(colour), atol=tolerance)


def assert_bars_are_painted(picture, rows, least=0.25):
    """Each bar that is high enough to hit shows the colour of its sign; returns how many."""
    count = 0
    for heights, middles in rows:
        for height, middle in zip(heights, middles, strict=True):
            if least < abs(height) < 1.4:
                assert_colour(picture, middle, RED if height > 0 else BLUE)
                count += 1
    return count


# two features as arrows


def test_shadow_says_the_cosine_and_what_is_read(shadow):
    explorer, _ = shadow
    angles, strengths = (slider["labels"] for slider in explorer.sliders)
    assert angles == [str(angle) for angle in range(10, 181, 10)]
    assert strengths == ["0", "0.25", "0.5"]
    for i, (line,) in enumerate(explorer.lines):
        angle, strength = int(angles[i // 3]), float(strengths[i % 3])
        cosine = math.cos(math.radians(angle))
        said = numbers(line.replace("feature 1", ""))
        expected = [angle, cosine, 1, strength, 1 + strength * cosine, strength + cosine]
        np.testing.assert_allclose(said, expected, atol=0.00501)


def test_shadow_draws_unit_arrows_at_that_angle_and_their_round_trip(shadow):
    explorer, recorder = shadow
    count = len(explorer.lines)
    for i, (W, rows) in enumerate(
        zip(recorder.arrows[-count:], recorder.trips[-count:], strict=True)
    ):
        angle = math.radians(10 * (i // 3 + 1))
        x = np.array([1, 0.25 * (i % 3)])
        np.testing.assert_allclose(W, [[1, math.cos(angle)], [0, math.sin(angle)]], atol=1e-6)
        h = [1 + x[1] * math.cos(angle), x[1] * math.sin(angle)]
        read = [1 + x[1] * math.cos(angle), x[1] + math.cos(angle)]
        for (heights, _), expected in zip(rows, (x, h, read), strict=True):
            np.testing.assert_allclose(heights, expected, atol=1e-6)
        assert assert_bars_are_painted(explorer.picture(i), rows) >= 1


def test_shadow_puts_a_grey_dot_at_h(shadow):
    explorer, recorder = shadow
    plane = recorder.axes["plane"]
    for i in range(6, len(explorer.lines)):  # from 30 degrees on no number is near it
        angle, x1 = math.radians(10 * (i // 3 + 1)), 0.25 * (i % 3)
        place = plane.transData.transform((1 + x1 * math.cos(angle), x1 * math.sin(angle)))
        picture = explorer.picture(i)
        for offset in ([0, 5], [0, -5], [-4, 0]):
            assert_colour(picture, place + offset, GREY, 0.05)  # a letter is near


# two features in one number


def test_of_two_that_share_a_number_one_alone_comes_back_and_both_lose_the_smaller(shared):
    explorer, recorder = shared
    strengths = [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert [slider["labels"] for slider in explorer.sliders] == [
        ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    ] * 2
    for i, rows in enumerate(recorder.trips[-36:]):
        first, second = strengths[i // 6], strengths[i % 6]
        smaller = min(first, second)
        comes = [first - smaller, second - smaller]
        if smaller == 0:
            assert comes == [first, second]  # exactly
        said = numbers(explorer.lines[i][0])
        np.testing.assert_allclose(said, [first, second, first - second, *comes], atol=1e-9)
        h = first - second
        expected = ([first, second], [h], [h, -h], [h, -h], comes)
        for (heights, _), values in zip(rows, expected, strict=True):
            np.testing.assert_allclose(heights, values, atol=1e-6)
        assert_bars_are_painted(explorer.picture(i), rows, least=0.5)


@pytest.mark.parametrize("name", ["shadow", "shared", "trips", "columns"])
def test_no_text_says_minus_zero(name, request):
    explorer, _ = request.getfixturevalue(name)
    for lines in explorer.lines:
        assert not re.search(r"-0(\.0+)?(?![\d.]*[1-9])", " ".join(lines)), lines


# round trips through trained models


def test_round_trip_shows_every_station_of_every_model(trips):
    explorer, recorder = trips
    count = (n + 3) * len(MODELS)
    by_class = {cls: trained(cls) for cls in MODELS}
    for k, rows in enumerate(recorder.trips[-count:]):
        position, column = divmod(k, len(MODELS))
        x = rows[0][0]
        if position < n:
            assert x.tolist() == np.eye(n)[position].tolist()
        expected = stations(MODELS[column], *by_class[MODELS[column]], x)
        for (heights, _), values in zip(rows, expected, strict=True):
            np.testing.assert_allclose(heights, values, atol=1e-5)
        assert_bars_are_painted(explorer.picture(position), rows)


def test_round_trip_goes_through_the_features_then_the_samples(trips):
    explorer, recorder = trips
    features = [f"feature {j}" for j in range(n)]
    assert explorer.labels == [*features, "sample 1", "sample 2", "sample 3"]
    assert list(explorer.columns) == ["Linear", "ReLU", "ReLU-output"]
    rows = recorder.trips[-3 * len(MODELS) :]
    samples = np.stack([trip[0][0] for trip in rows]).reshape(3, len(MODELS), n)
    assert (samples == samples[:, :1]).all()  # the same one for each model
    assert len(np.unique(samples[:, 0], axis=0)) == 3
    assert samples.min() >= 0 and samples.max() < 1


def test_the_samples_are_as_sparse_as_asked():
    explorer, recorder = recorded(
        tm.explore.round_trip, 40, 1, [tm.LinearModel], 0.75, samples=30, steps=1
    )
    samples = np.stack([rows[0][0] for rows in recorder.trips[-30:]])
    assert (samples == 0).mean() == pytest.approx(0.75, abs=0.04)  # three standard deviations
    assert len(explorer.lines) == 70


def told(cls, W, b, x):
    """The words for a round trip, computed the long way."""
    _, _, back, _, after = stations(cls, W, b, x)
    comes = [f"{x[i]:.2f} as {after[i]:.2f}" for i in range(len(x)) if x[i] != 0]
    hit = [i for i in range(len(x)) if x[i] == 0 and abs(back[i]) > 0.1]
    left = [i for i in hit if abs(after[i]) > 0.1]
    more = f" and {len(comes) - 4} more" if len(comes) > 4 else ""
    others = "1 other" if len(hit) == 1 else f"{len(hit)} others"
    first = ", ".join(comes[:4]) or "nothing is active"
    return f"{first}{more}; shadows on {others}, {len(left)} left at the end."


def test_round_trip_says_what_comes_back_and_what_shadows_are_left(trips):
    explorer, recorder = trips
    drawn = recorder.trips[-(n + 3) * len(MODELS) :]
    for column, cls in enumerate(MODELS):
        W, b = trained(cls)
        for position, lines in enumerate(explorer.lines):
            x = drawn[position * len(MODELS) + column][0][0]
            start = f"{explorer.labels[position].capitalize()}, {tm.plot.NAMES[cls]}: "
            assert lines[column] == start + told(cls, W, b, x).replace("-0.00", "0.00")


W3 = np.array([[1.0, -0.8, 0.3, 0.05, 0.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("x", "says"),
    [
        ([1, 0, 0, 0, 0, 0, 0], "1.00 as 1.00; shadows on 2 others, 1 left at the end"),
        ([0, 0, 1, 0, 0, 0, 0], "1.00 as 0.09; shadows on 2 others, 1 left at the end"),
        ([0, 0, 0, 1, 0, 0, 0], "1.00 as 0.00; shadows on 0 others, 0 left at the end"),
        ([0] * 7, "nothing is active; shadows on 0 others, 0 left at the end"),
        (
            [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0],
            "0.20 as 0.11, 0.20 as 0.00, 0.20 as 0.03, 0.20 as 0.01 and 2 more; "
            "shadows on 0 others, 0 left at the end",
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
    assert words == "0.50 as 0.00; shadows on 0 others, 0 left at the end"


def test_a_students_own_model_is_shown_by_its_name():
    class Smooth(tm.TiedAutoencoder):
        def __init__(self, n, m, copies, seed):  # without defaults
            super().__init__(n, m, copies, seed, hidden=torch.tanh)

    explorer, recorder = recorded(tm.explore.round_trip, n, m, [Smooth], S, samples=0, steps=5)
    assert len(explorer.lines) == n and explorer.lines[0][0].startswith("Feature 0, Smooth: ")
    assert tm.explore.columns(Smooth, S, n, m, steps=5).summary.startswith("Smooth, S = 0.8: ")
    assert np.abs(recorder.trips[-1][1][0]).max() < 1


# columns of W^T W


def test_columns_marks_the_column_that_the_third_row_shows(columns):
    explorer, recorder = columns
    W, b = trained(tm.ReLUOutputModel)
    heatmap = recorder.axes["heatmap"]
    for j, rows in enumerate(recorder.trips[-n:]):
        np.testing.assert_allclose(rows[2][0], (W.T @ W)[:, j], atol=1e-5)
        expected = stations(tm.ReLUOutputModel, W, b, np.eye(n)[j])
        for (heights, _), values in zip(rows, expected, strict=True):
            np.testing.assert_allclose(heights, values, atol=1e-5)
        words = told(tm.ReLUOutputModel, W, b, np.eye(n)[j]).replace("-0.00", "0.00")
        assert explorer.lines[j] == [f"Column {j}, feature {j} alone: {words}"]
        black = marked(explorer.picture(j), heatmap)
        assert black == {j - 0.5, j + 0.5} | {-0.5, n - 0.5}  # and the frame of the heatmap


def marked(picture, heatmap):
    """Where between the cells of the heatmap a black line goes from top to bottom."""
    image = np.asarray(picture)
    edges = np.arange(n + 1) - 0.5
    found = set()
    for edge in edges:
        points = heatmap.transData.transform([(edge, i + 0.25) for i in range(n)])
        near = []
        for x, y in points:
            strip = image[image.shape[0] - 1 - int(y), int(x) - 2 : int(x) + 3]
            near.append(strip.max(axis=-1).min() < 110)
        if all(near):
            found.add(edge)
    return found


def test_columns_shows_the_matrix_itself(columns):
    explorer, recorder = columns
    W, _ = trained(tm.ReLUOutputModel)
    (image,) = recorder.axes["heatmap"].images
    np.testing.assert_allclose(image.get_array(), W.T @ W, atol=1e-5)
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
    _, recorder = directions
    for W, (loss, ends) in zip(recorder.arrows[-len(SPARSITIES) :], anew, strict=True):
        good = ends[loss < 1.012]  # a little more than 1 %: rounding
        grams = np.swapaxes(good, -2, -1) @ good
        assert np.abs(grams - W.T @ W).max(axis=(-2, -1)).min() < 1e-4


def test_no_rotation_mirror_or_start_as_good_is_nearer_to_the_frame_before(directions, anew):
    _, recorder = directions
    before = np.eye(2, 5)
    for W, (loss, ends) in zip(recorder.arrows[-len(SPARSITIES) :], anew, strict=True):
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
    explorer, recorder = directions
    for S, W, (line,) in zip(
        SPARSITIES, recorder.arrows[-len(SPARSITIES) :], explorer.lines, strict=True
    ):
        long = [str(i) for i in range(5) if math.hypot(*W[:, i]) > 0.5]
        assert line == f"S = {S:g}: {len(long)} arrows longer than 0.5 ({', '.join(long)})."
    assert explorer.lines[0] == [
        "S = 0: 2 arrows longer than 0.5 (0, 1)."
    ]  # the two most important ones
    assert explorer.lines[-1] == [
        "S = 0.9: 5 arrows longer than 0.5 (0, 1, 2, 3, 4)."
    ]  # a pentagon
    assert explorer.labels == ["0", "0.3", "0.6", "0.8", "0.9"] and explorer.still == 4


def test_directions_paints_an_arrow_along_each_long_column(directions):
    explorer, recorder = directions
    plane = recorder.axes["plane"]
    for i, W in enumerate(recorder.arrows[-len(SPARSITIES) :]):
        image = np.asarray(explorer.picture(i)).astype(int)
        for tip in W.T:
            if math.hypot(*tip) > 0.5:
                x, y = plane.transData.transform(0.6 * tip)
                red, _, blue = image[image.shape[0] - 1 - int(y), int(x)]
                assert blue > red + 40


# what all of them look like

ALL = ["shadow", "shared", "trips", "columns", "directions"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_cut_off_at_the_edge_of_a_picture(name, request):
    explorer, _ = request.getfixturevalue(name)
    assert_nothing_is_cut_off(assert_one_size(explorer))


@pytest.mark.parametrize("name", ALL)
def test_no_word_lies_on_another(name, request):
    _, recorder = request.getfixturevalue(name)
    texts = recorder.texts()
    assert len(texts) > 10
    for k, (text, box) in enumerate(texts):
        for other, place in texts[:k]:
            assert not box.overlaps(place), (text, other)


@pytest.mark.parametrize("name", ALL)
def test_all_pictures_have_one_size_and_no_two_are_the_same(name, request):
    explorer, _ = request.getfixturevalue(name)
    pictures = assert_one_size(explorer)
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


@pytest.mark.parametrize("name", ALL)
def test_the_slider_starts_at_a_position_and_the_still_is_told(name, request):
    explorer, _ = request.getfixturevalue(name)
    labels = [explorer.sliders[0]["labels"][explorer.still // len(explorer.sliders[-1]["labels"])]]
    if len(explorer.sliders) == 1:
        labels = [explorer.labels[explorer.still]]
    assert explorer.summary.split("; shown: ")[1].startswith(
        f"{explorer.sliders[0]['name']} = {labels[0]}"
    )


@pytest.mark.parametrize("name", ["shadow", "shared"])
def test_two_sliders_take_less_than_half_a_megabyte(name, request):
    explorer, _ = request.getfixturevalue(name)
    assert len(explorer._repr_mimebundle_()["text/html"]) < 500_000
