"""Every explorer's words and pictures, value by value; that they move is tests/browser's part."""

import io
import json
import pickle
import re
from itertools import pairwise

import nbformat
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from nbconvert import MarkdownExporter
from PIL import Image

import toymodels as tm
from toymodels.explore import heatmaps
from toymodels.explore.canvas import Canvas, changes, new_figure, webp
from toymodels.explore.explorer import draw_explorer

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]
SPARSITIES = [0.0, 0.5, 0.9, 0.99]
n, m, STEPS = 8, 2, 150


class Recorder:
    """What an explorer draws: each call's values, and where in the picture they then are."""

    def __init__(self, monkeypatch):
        self.grams = []
        self.dots = []
        for name, keep in (("gram", self._gram), ("position", self._position)):
            monkeypatch.setattr(tm.plot, name, self._watched(getattr(tm.plot, name), keep))

    def _watched(self, plot, keep):
        def watched(*args, **kwargs):
            ax = plot(*args, **kwargs)
            keep(ax, *args)
            return ax

        return watched

    def _gram(self, ax, W, *_):
        rows, columns = np.indices((n, n)).reshape(2, -1)
        cells = ax.transData.transform(np.stack([columns, rows], axis=1))
        self.grams.append((tm.gram(W).numpy().flatten(), cells))

    def _position(self, ax, xs, ys, i, *_):
        ys = [float(y) for y in ys]
        self.dots.append((list(xs), ys, i, ax.transData.transform([(xs[i], ys[i])]) - (2, 0)))


def pixels(picture, points):
    """Colours of a picture at points (x to the right, y upwards, in pixels), (k, 3)."""
    x, y = points.T
    image = np.asarray(picture)
    return image[(image.shape[0] - y).astype(int), x.astype(int)]


def trained(model_class, sparsity, copies=None, snapshots=0):
    model = model_class(n, m, copies=copies, seed=0)
    features = tm.SparseFeatures(n, sparsity)
    history = tm.train(
        model, features, tm.linear_importance(n), steps=STEPS, progress=False, snapshots=snapshots
    )
    return model, features, history


def said(W):
    """The words for W, computed the long way."""
    W = W.detach().double().numpy()
    norms = np.sqrt((W**2).sum(0))
    strongest = 0.0
    for i in np.flatnonzero(norms > 0.5):
        others = [(W[:, i] @ W[:, j] / norms[i]) ** 2 for j in range(n) if j != i]
        strongest = max(strongest, sum(others))
    return f"keeps {(norms > 0.5).sum()} of {n} features, strongest interference {strongest:.1f}, loss "


def percent(line):
    return int(re.search(r"loss (\d+)% of the linear optimum", line)[1])


def loss(model, features):
    return tm.mean_loss(model, features, tm.linear_importance(n), samples=2**17)


@pytest.fixture(scope="module")
def gram():
    with pytest.MonkeyPatch.context() as monkeypatch:
        recorder = Recorder(monkeypatch)
        explorer = tm.explore.gram(n, m, MODELS, SPARSITIES, steps=STEPS)
    return explorer, recorder


@pytest.fixture(scope="module")
def samples():
    return tm.explore.samples(n, 5, [0.0, 0.5, 0.9, 1.0])


@pytest.mark.parametrize("k", range(3), ids=lambda k: MODELS[k].__name__)
def test_gram_says_of_each_model_what_it_is(gram, k):
    explorer, _ = gram
    model, features, _ = trained(MODELS[k], SPARSITIES, copies=4)
    expected = loss(model, features) / tm.linear_optimum(m, features, tm.linear_importance(n))
    for i, S in enumerate(SPARSITIES):
        line = explorer.lines[i][k]
        assert line.startswith(f"S = {S:g}, {tm.plot.NAMES[MODELS[k]]}: {said(model.W[i])}")
        assert percent(line) == pytest.approx(
            100 * expected[i], abs=3
        )  # measured on other samples there
    assert len({percent(lines[k]) for lines in explorer.lines}) > 1 or MODELS[k] is tm.LinearModel


def test_linear_reads_one_hundred_percent_however_sparse_the_data():
    explorer = tm.explore.gram(40, 5, [tm.LinearModel], [0.9, 0.99, 0.995])
    assert [percent(lines[0]) for lines in explorer.lines] == [100] * 3


def test_chance_affects_a_measured_loss_and_the_yardstick_alike(monkeypatch):
    """A model that answers as the best linear one does is at exactly 1, whatever the samples were."""
    best = tm.best_linear_model(5, tm.SparseFeatures(40, [0.995]), tm.linear_importance(40))

    class Best(tm.ReLUOutputModel):  # its ReLU has nothing to do: all it answers is positive
        def __init__(self, *size, **options):
            super().__init__(*size, **options)
            self.load_state_dict(best.state_dict())

    monkeypatch.setattr(heatmaps, "train_to_the_end", lambda *args, **options: None)
    recorder = Recorder(monkeypatch)
    tm.explore.gram(40, 5, [Best], [0.995], steps=1)
    assert recorder.dots[-1][1] == [1]


def test_gram_shows_each_number_in_its_exact_colour(gram):
    explorer, recorder = gram
    drawn = recorder.grams[-len(SPARSITIES) * len(MODELS) :]
    colours = (colormaps["RdBu_r"](np.linspace(0, 1, 256))[:, :3] * 255).astype(int)
    for k, (values, cells) in enumerate(drawn):
        shown = pixels(explorer.picture(k // len(MODELS)), cells)
        place = np.clip((values + 1) / 2 * 256, 0, 255).astype(int)
        allowed = np.stack(
            [colours[np.clip(place + step, 0, 255)] for step in (-1, 0, 1)]
        )  # rounding
        assert (np.abs(allowed - shown).max(axis=-1).min(axis=0) <= 1).all()


def test_the_dot_of_gram_stands_at_the_position(gram):
    explorer, recorder = gram
    drawn = recorder.dots[-len(SPARSITIES) * len(MODELS) :]
    for k, (xs, ys, i, dot) in enumerate(drawn):
        position, column = divmod(k, len(MODELS))
        assert (xs, i) == (SPARSITIES, position)
        assert round(100 * ys[i]) == percent(explorer.lines[position][column])
        (colour,) = pixels(explorer.picture(position), dot)
        assert np.abs(colour / 255 - to_rgb(tm.plot.COLORS[MODELS[column]])).max() < 0.01


def test_training_says_and_shows_each_moment(monkeypatch):
    recorder = Recorder(monkeypatch)
    explorer = tm.explore.training(tm.ReLUOutputModel, 0.9, n, m, steps=STEPS, positions=6)
    _, features, history = trained(tm.ReLUOutputModel, 0.9, snapshots=6)
    moments = history.snapshot_steps.tolist()
    assert explorer.labels == [str(step) for step in moments] and len(moments) == 6
    optimum = tm.linear_optimum(m, features, tm.linear_importance(n))
    for i, (step, W) in enumerate(zip(moments, history.snapshots, strict=True)):
        assert explorer.lines[i][0].startswith(f"Step {step}: {said(W)}")
        near = history.loss[max(min(step, STEPS - 1) - step // 8, 0) : step + step // 8 + 1]
        assert percent(explorer.lines[i][0]) == pytest.approx(
            100 * (near.mean() / optimum).item(), abs=1
        )
        values, cells = recorder.grams[-6:][i]
        np.testing.assert_allclose(values, tm.gram(W).flatten(), atol=1e-6)
        assert recorder.dots[-6:][i][2] == i
        assert len(np.unique(pixels(explorer.picture(i), cells), axis=0)) > 3
    assert len({lines[0].split(":")[1] for lines in explorer.lines}) > 3


def test_seeds_says_and_shows_each_start(monkeypatch):
    recorder = Recorder(monkeypatch)
    explorer = tm.explore.seeds(tm.ReLUModel, 0.9, n, m, steps=STEPS, seeds=3)
    model, _, _ = trained(tm.ReLUModel, [0.9] * 3, copies=3)
    for i in range(3):
        assert explorer.lines[i][0].startswith(f"Seed {i}: {said(model.W[i])}")
        np.testing.assert_allclose(
            recorder.grams[-3:][i][0], tm.gram(model.W[i]).flatten().detach(), atol=1e-6
        )
        assert recorder.dots[-3:][i][2] == i
    assert explorer.labels == ["0", "1", "2"] and explorer.still == 0


def test_samples_says_how_many_are_active(samples):
    active = [float(re.search(r"on average ([\d.]+) of 8", texts[0])[1]) for texts in samples.lines]
    assert active == pytest.approx([8, 4, 0.8, 0], abs=0.1)
    empty = np.asarray(samples.picture(3))[60:250, 80:400]
    assert (empty == 255).all()  # S = 1: nothing but white
    assert (np.asarray(samples.picture(0))[60:250, 80:400] < 255).mean() > 0.9


@pytest.mark.parametrize("threshold", [0.45, 0.55])
def test_a_feature_counts_as_kept_from_half_a_length_on(threshold):
    W = torch.zeros(1, 2, 4)
    W[0, 0, 0] = 1.0
    W[0, 1, 1] = threshold
    shown = heatmaps.Trained("x", "red", W, None, torch.tensor([0.5]))
    assert shown.described(0).startswith(f"keeps {1 + (threshold > 0.5)} of 4")
    W[0, 1, 2] = 0.45  # short: what disturbs it is not reported
    W[0, 1, 1] = 2.0
    assert "strongest interference 0.2," in shown.described(0)


class Students(tm.TiedAutoencoder):
    """Someone's own: a smooth hidden layer."""

    def __init__(self, n, m, copies=None, seed=None):
        super().__init__(n, m, copies, seed, hidden=torch.tanh, output=torch.relu)


class Foreign(torch.nn.Module):
    """Not even a relative, but with W and b, and called alike."""

    def __init__(self, n, m, copies, seed):
        super().__init__()
        model = tm.ReLUOutputModel(n, m, copies, seed)
        self.W, self.b = model.W, model.b

    def forward(self, x):
        return torch.relu(x @ self.W.mT @ self.W + self.b.unsqueeze(-2))


def test_a_students_own_models_enter_every_explorer_by_name_and_colour(monkeypatch):
    recorder = Recorder(monkeypatch)
    own = [Students, tm.LinearModel, Foreign]
    gram = tm.explore.gram(n, m, own, [0.5, 0.9], steps=20)
    assert list(gram.columns) == ["Students", "Linear", "Foreign"]
    assert gram.lines[1][0].startswith("S = 0.9, Students: keeps ")
    colours = [pixels(gram.picture(1), dot)[0].tolist() for *_, dot in recorder.dots[-3:]]
    assert len({*map(tuple, colours)}) == 3
    assert np.abs(np.array(colours[1]) / 255 - to_rgb(tm.plot.COLORS[tm.LinearModel])).max() < 0.01
    model = Students(n, m, copies=2, seed=0)
    features = tm.SparseFeatures(n, [0.5, 0.9])
    tm.train(model, features, tm.linear_importance(n), steps=20, progress=False)
    assert said(model.W[1]) in gram.lines[1][0]
    for cls in (Students, Foreign):
        training = tm.explore.training(cls, 0.9, n, m, steps=20, positions=3)
        assert training.summary.startswith(f"{cls.__name__}, S = 0.9: W^T W at 3 moments")
        seeds = tm.explore.seeds(cls, 0.9, n, m, steps=20, seeds=2)
        assert seeds.summary.startswith(f"{cls.__name__}, S = 0.9: W^T W from 2 seeds")


def test_a_class_without_weights_is_named_before_training():
    class Bare(torch.nn.Module):
        def __init__(self, n, m, copies, seed):
            super().__init__()

    for explore in (
        tm.explore.training,
        tm.explore.seeds,
        lambda cls: tm.explore.gram(models=[cls]),
    ):
        with pytest.raises(
            TypeError, match=r"Bare\(n, m, copies=.*\) must have W of shape .*got shape"
        ):
            explore(Bare)


def test_where_linear_is_exact_there_is_no_ratio():
    explorer = tm.explore.gram(3, 3, [tm.LinearModel], [0.5], steps=5)
    assert explorer.lines[0][0].endswith("linear could be exact.")


def test_all_pictures_have_one_size_and_differ(gram, samples):
    for explorer in (gram[0], samples):
        pictures = [explorer.picture(i) for i in range(4)]
        assert len({picture.size for picture in pictures}) == 1
        assert len({picture.tobytes() for picture in pictures}) == 4


@given(st.integers(0, 2**32 - 1))
def test_a_frame_gives_every_pixel_back(seed):
    rng = np.random.default_rng(seed)
    base, other = (
        Image.fromarray(rng.integers(0, 3, (7, 5, 3), dtype=np.uint8) * 127) for _ in range(2)
    )
    explorer = tm.explore.Explorer(
        "x", ["0", "1"], [webp(base), webp(changes(other, base))], [["a"], ["b"]], "s"
    )
    assert explorer.picture(0).tobytes() == base.tobytes()
    assert explorer.picture(1).tobytes() == other.tobytes()


def film(explorer):
    return json.loads(
        re.search(r"const film = (.*);\n", explorer._repr_mimebundle_()["text/html"])[1]
    )


def test_the_html_carries_every_frame_and_line(gram):
    explorer, _ = gram
    carried = film(explorer)
    assert len(carried["frames"]) == len(set(carried["frames"])) == 4
    assert carried["lines"] == explorer.lines
    labels = ["0", "0.5", "0.9", "0.99"]
    assert carried["sliders"] == [{"name": "sparsity S", "labels": labels, "start": 0}]
    width, height = explorer.picture(0).size
    all_of_it, *parts = carried["parts"]
    assert (all_of_it["left"], all_of_it["right"], carried["height"]) == (0, width, height)
    assert [part["name"] for part in parts] == ["Linear", "ReLU", "ReLU-output"]
    assert [part["left"] for part in parts[1:]] == [part["right"] for part in parts[:-1]]
    assert [part["lines"] for part in parts] == [[0, 1], [1, 2], [2, 3]]


def test_the_html_asks_for_nothing_and_holds_no_ids(gram):
    page = gram[0]._repr_mimebundle_()["text/html"]
    assert not re.search(r"https?:|src=\"(?!data:)|href|import |fetch|require|\sid=", page)
    assert len(page) < 1_000_000


def test_whatever_is_inserted_is_escaped():
    frame = webp(Image.new("RGB", (4, 4)))
    evil = "</script><script>alert(1)</script><!-- \" ' & $film"
    explorer = tm.explore.Explorer(evil, [evil], [frame], [[evil]], evil, columns={evil: (0, 4)})
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/html"].count("<script") == 1 == bundle["text/html"].count("</script")
    assert "<!--" not in bundle["text/html"]
    assert film(explorer)["lines"] == [[evil]]
    assert film(explorer)["parts"][1]["name"] == evil


@pytest.mark.parametrize("gap", ["", "\n\n", "\r\n \t\r\n", "\n\n    four spaces\n"])
def test_markdown_leaves_the_html_as_it_is(gram, gap):
    """A blank line would end the block of HTML: the script would go on as paragraphs and code."""
    words = f"a{gap}b"
    frame = webp(Image.new("RGB", (4, 4)))
    own = tm.explore.Explorer(words, [words], [frame], [[words]], words, columns={words: (0, 4)})
    for explorer in (gram[0], own):
        page = explorer._repr_mimebundle_()["text/html"]
        output = nbformat.v4.new_output("display_data", data={"text/html": page})
        cell = nbformat.v4.new_code_cell("e", outputs=[output])
        markdown, _ = MarkdownExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
        assert page.strip() in MarkdownIt("commonmark").render(markdown)


def test_without_html_it_is_a_picture_and_a_summary(gram):
    explorer, _ = gram
    bundle = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    summary = "W^T W of Linear, ReLU, ReLU-output at 4 sparsities; shown: sparsity S = 0.9"
    assert bundle["text/plain"] == summary
    assert Image.open(io.BytesIO(bundle["image/png"])).tobytes() == explorer.picture(2).tobytes()


def test_an_explorer_that_is_kept_takes_less_than_half_a_megabyte():
    for explorer in (tm.explore.training(steps=30), tm.explore.gram(12, 3, steps=10)):
        assert len(pickle.dumps(explorer)) < 500_000  # all that it holds
        page = explorer._repr_mimebundle_()["text/html"]
        assert (
            explorer._repr_mimebundle_()["text/html"] is page
        )  # IPython keeps it as well: one copy


def test_the_default_positions_are_many_and_finer_towards_one():
    positions = tm.explore.SPARSITIES
    assert len(positions) >= 21 and list(positions) == sorted(set(positions))
    gaps = [b - a for a, b in pairwise(positions)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(gaps, gaps[2:], strict=False))


def greys(count):
    """Pictures of one colour each, all different, the first as the still one."""
    pictures = [Image.new("RGB", (6, 4), (20 * k, 20 * k, 20 * k)) for k in range(count)]
    frames = [webp(changes(picture, pictures[0])) for picture in pictures[1:]]
    return [webp(pictures[0]), *frames]


def test_two_sliders_start_at_the_still_picture():
    shadow = tm.explore.shadow()
    starts = [slider["start"] for slider in shadow.sliders]
    assert starts[0] * len(shadow.sliders[1]["labels"]) + starts[1] == shadow.still > 0


def test_a_second_slider_counts_within_the_first():
    lines = [[f"{a}{b}"] for a in "xyz" for b in "pq"]
    two = tm.explore.Explorer("first", "xyz", greys(6), lines, "words", second=("second", "pq"))
    assert two.sliders == film(two)["sliders"]
    assert two.sliders == [
        {"name": "first", "labels": ["x", "y", "z"], "start": 0},
        {"name": "second", "labels": ["p", "q"], "start": 0},
    ]
    for i, a in enumerate(two.sliders[0]["labels"]):
        for j, b in enumerate(two.sliders[1]["labels"]):
            position = i * 2 + j
            assert film(two)["lines"][position] == [a + b]
            assert two.picture(position).getpixel((0, 0)) == (20 * position,) * 3


def test_the_summary_names_both_sliders_and_the_still_position():
    frames = greys(6)
    frames = frames[1:5] + frames[:1] + frames[5:]  # position 4 holds the whole picture
    lines = [["a"]] * 6
    two = tm.explore.Explorer("first", "xyz", frames, lines, "words", 4, second=("second", "pq"))
    assert two.summary == "words; shown: first = z, second = p"
    one = tm.explore.Explorer("first", "uvwxyz", frames, lines, "words", 4)
    assert one.summary == "words; shown: first = y"


def test_every_pair_of_labels_is_drawn_once():
    figure = new_figure(1, 1, dpi=40)
    figure.subplots()
    asked = []

    def draw(i):
        asked.append(i)
        return [f"position {i}"]

    two = draw_explorer(figure, draw, "a", "xyz", "s", still=5, second=("b", "pqrs"))
    assert asked[-12:] == list(range(12))
    assert two.lines == [[f"position {i}"] for i in range(12)]
    assert two.summary == "s; shown: a = y, b = q"


def test_bands_and_pictures_leave_the_frame_of_their_axes_whole():
    """What lies lowest reaches to the edge: the frame is drawn above it."""
    figure = new_figure(3, 3, dpi=100)
    rows = figure.subplots(3, 1)
    model = tm.LinearModel.from_weights(torch.eye(3))
    tm.plot.round_trip(model, [1.0, 0.5, 0.2], rows)
    canvas = Canvas(figure, rows)
    shown = np.asarray(canvas.picture())
    for ax in rows:
        box = ax.get_window_extent()
        for y in (box.y0, box.y1):
            near = shown[round(300 - y) - 2 : round(300 - y) + 2, int(box.x0) + 2 : int(box.x1) - 2]
            assert (near.max(axis=-1).min(axis=0) < 60).all()  # everywhere a black line


def test_labels_tell_sparsities_near_one_apart():
    explorer = tm.explore.samples(5, 4, [0.999999, 0.9999999, 1.0])
    assert explorer.labels == ["0.999999", "0.9999999", "1"]
    assert explorer.lines[1][0].startswith("S = 0.9999999: ")
