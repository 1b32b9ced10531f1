"""The explorers of heatmaps: their words and numbers, value by value, found another way."""

import re
from itertools import pairwise

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from scipy.stats import binom

import toymodels as tm
from toymodels.explore import heatmaps

from .watching import (
    assert_numbers_arrive,
    assert_stored_picture_is_whole,
    carried,
    page,
    recorded,
    spec,
    track,
)

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]
SPARSITIES = [0.0, 0.5, 0.9, 0.99]
n, m, STEPS = 8, 2, 150
HEATMAP, LENGTHS, BIASES, LOSSES = range(4)


def trained(model_class, sparsity, copies=None, snapshots=0):
    model = model_class(n, m, copies=copies, seed=0)
    features = tm.SparseFeatures(n, sparsity)
    history = tm.train(
        model, features, tm.linear_importance(n), steps=STEPS, progress=False, snapshots=snapshots
    )
    return model, features, history


def norms_of(W):
    return np.sqrt((W.detach().double().numpy() ** 2).sum(-2))


def said(W):
    """The words for W, computed the long way."""
    norms = norms_of(W)
    W = W.detach().double().numpy()
    strongest = 0.0
    for i in np.flatnonzero(norms > 0.5):
        others = [(W[:, i] @ W[:, j] / norms[i]) ** 2 for j in range(n) if j != i]
        strongest = max(strongest, sum(others))
    kept = f"keeps {(norms > 0.5).sum()} of {n} features"
    return f"{kept}. The strongest interference is {strongest:.1f}, and the loss is "


def percent(line):
    return int(re.search(r"loss is (\d+)% of the best linear loss", line)[1])


def percents(explorer, column):
    return [percent(lines[column]) for lines in explorer.lines]


def assert_W(explorer, column, W):
    """The heatmap is of those weights."""
    got = carried(explorer, column)["W"].mT
    np.testing.assert_allclose(got, W.detach(), atol=1e-3)
    np.testing.assert_allclose(got.mT @ got, tm.gram(W.detach()), atol=2e-3)


def assert_losses(explorer, column, panel, xs):
    """The curve of losses goes through what the words say, over xs, with a line at 1."""
    ratio = carried(explorer, column, panel)["line 0"].numpy()
    assert ratio.shape == (1, len(xs))
    words = percents(explorer, 0 if len(explorer.lines[0]) == 1 else column)
    assert [round(100 * value) for value in ratio[0]] == pytest.approx(words, abs=1)
    chart = spec(explorer)["columns"][column]["panels"][panel]
    assert chart["at"] == chart["lines"][0]["xs"] == list(xs)
    assert chart["marked"] and chart["level"] == 1
    assert chart["y"]["low"] == 0 and chart["y"]["high"] > ratio.max()


@pytest.fixture(scope="module")
def gram():
    return recorded(tm.explore.gram, n, m, MODELS, SPARSITIES, steps=STEPS)


@pytest.fixture(scope="module")
def training():
    options = {"n": n, "m": m, "steps": STEPS, "positions": 6}
    return recorded(tm.explore.training, tm.ReLUOutputModel, 0.9, **options)


@pytest.fixture(scope="module")
def seeds():
    return recorded(tm.explore.seeds, tm.ReLUModel, 0.9, n, m, steps=STEPS, seeds=3)


@pytest.fixture(scope="module")
def samples():
    return recorded(tm.explore.samples, n, 5, [0.0, 0.5, 0.9, 1.0])


@pytest.mark.parametrize("name", ["gram", "training", "seeds", "samples"])
def test_numbers_arrive_and_the_stored_picture_is_whole(name, request):
    explorer, figure = request.getfixturevalue(name)
    assert_numbers_arrive(explorer)
    assert_stored_picture_is_whole(explorer, figure)


@pytest.mark.parametrize("k", range(3), ids=lambda k: MODELS[k].__name__)
def test_gram_shows_each_model_and_says_what_it_is(gram, k):
    explorer, _ = gram
    model, features, _ = trained(MODELS[k], SPARSITIES, copies=4)
    importance = tm.linear_importance(n)
    loss = tm.mean_loss(model, features, importance, samples=2**17)
    expected = loss / tm.linear_optimum(m, features, importance)
    for i, S in enumerate(SPARSITIES):
        line = explorer.lines[i][k]
        assert line.startswith(f"S = {S:g}: {tm.plot.NAMES[MODELS[k]]} {said(model.W[i])}")
    # measured on other samples there
    assert percents(explorer, k) == pytest.approx((100 * expected).tolist(), abs=3)
    assert len(set(percents(explorer, k))) > 1 or MODELS[k] is tm.LinearModel
    assert_W(explorer, k, model.W)
    np.testing.assert_allclose(
        carried(explorer, k, LENGTHS)["values"], norms_of(model.W), atol=1e-3
    )
    np.testing.assert_allclose(carried(explorer, k, BIASES)["values"], model.b.detach(), atol=1e-3)
    assert_losses(explorer, k, LOSSES, SPARSITIES)
    kept = (norms_of(model.W) > 0.5).sum(-1)
    np.testing.assert_allclose(track(explorer)[tm.plot.NAMES[MODELS[k]]], kept, atol=1e-3)


def test_gram_shows_models_one_at_a_time_and_all_else_on_demand(gram):
    explorer, figure = gram
    carried = spec(explorer)
    assert carried["sliders"] == [
        {"name": "sparsity S", "labels": ["0", "0.5", "0.9", "0.99"], "start": 0}
    ]
    assert [column["part"] for column in carried["columns"]] == ["Linear", "ReLU", "ReLU-output"]
    assert not carried["sideBySide"]
    for column in carried["columns"]:
        boxes = [panel["option"] for panel in column["panels"]]
        assert boxes == [None, "lengths", "biases", "losses"]
    colors = [column["panels"][LOSSES]["lines"][0]["color"] for column in carried["columns"]]
    assert colors == [to_hex(line["color"]) for line in carried["track"]["lines"]]
    assert [color.upper() for color in colors] == [tm.plot.COLORS[cls] for cls in MODELS]
    last = explorer.columns[2][0].numbers["W"].mT  # ReLU-output, the one that is shown
    for ax, stop in zip(figure.axes, explorer.stops, strict=True):
        np.testing.assert_allclose(ax.images[0].get_array(), tm.gram(last[stop]), atol=1e-6)
    words = (
        "W^T W of Linear, ReLU, ReLU-output at 4 sparsities; shown: sparsity S = 0, 0.5, 0.9, 0.99"
    )
    assert explorer.summary == words


def test_linear_reads_one_hundred_percent_however_sparse_the_data():
    explorer = tm.explore.gram(40, 5, [tm.LinearModel], [0.9, 0.99, 0.995])
    assert percents(explorer, 0) == [100] * 3


def test_chance_affects_a_measured_loss_and_the_yardstick_alike(monkeypatch):
    """A model that answers as the best linear one does is at exactly 1, whatever the samples were."""
    best = tm.best_linear_model(5, tm.SparseFeatures(40, [0.995]), tm.linear_importance(40))

    class Best(tm.ReLUOutputModel):  # its ReLU has nothing to do: all it answers is positive
        def __init__(self, *size, **options):
            super().__init__(*size, **options)
            self.load_state_dict(best.state_dict())

    monkeypatch.setattr(heatmaps, "train_to_the_end", lambda *args, **options: None)
    explorer = tm.explore.gram(40, 5, [Best], [0.995], steps=1)
    assert explorer.columns[0][LOSSES].numbers["line 0"].tolist() == [[1]]


def test_training_says_and_shows_each_moment(training):
    explorer, _ = training
    _, features, history = trained(tm.ReLUOutputModel, 0.9, snapshots=6)
    moments = history.snapshot_steps.tolist()
    assert explorer.labels == [str(step) for step in moments] and len(moments) == 6
    optimum = tm.linear_optimum(m, features, tm.linear_importance(n))
    for i, (step, W) in enumerate(zip(moments, history.snapshots, strict=True)):
        assert explorer.lines[i][0].startswith(f"Step {step}: ReLU-output {said(W)}")
        near = history.loss[max(min(step, STEPS - 1) - step // 8, 0) : step + step // 8 + 1]
        expected = 100 * (near.mean() / optimum).item()
        assert percent(explorer.lines[i][0]) == pytest.approx(expected, abs=1)
    assert len({lines[0].split(":")[1] for lines in explorer.lines}) > 3
    assert_W(explorer, 0, history.snapshots)
    np.testing.assert_allclose(
        carried(explorer, 1)["values"], norms_of(history.snapshots), atol=1e-3
    )
    assert_losses(explorer, 1, 1, moments)


def test_seeds_says_and_shows_each_start(seeds):
    explorer, _ = seeds
    model, _, _ = trained(tm.ReLUModel, [0.9] * 3, copies=3)
    for i in range(3):
        assert explorer.lines[i][0].startswith(f"Seed {i}: ReLU {said(model.W[i])}")
    assert_W(explorer, 0, model.W)
    np.testing.assert_allclose(carried(explorer, 1)["values"], norms_of(model.W), atol=1e-3)
    assert_losses(explorer, 1, 1, range(3))
    assert spec(explorer)["columns"][1]["panels"][1]["lines"][0]["alone"]  # seeds have no order
    assert explorer.labels == ["0", "1", "2"]
    np.testing.assert_allclose(track(explorer)[""], (norms_of(model.W) > 0.5).sum(-1), atol=1e-3)


def test_samples_are_as_sparse_as_is_said(samples):
    explorer, _ = samples
    x = carried(explorer)["values"].numpy()  # (positions, samples, n)
    assert x.shape == (4, 5, n) and x.min() >= 0 and x.max() <= 1
    assert (x[0] > 0).all() and not x[3].any()
    active = [
        float(re.search(r"on average ([\d.]+) of 8", texts[0])[1]) for texts in explorer.lines
    ]
    assert active == pytest.approx([8, 4, 0.8, 0], abs=0.1)
    np.testing.assert_allclose(track(explorer)[""], [8, 4, 0.8, 0], atol=0.05)


def test_how_many_are_active_at_once_is_binomial(samples):
    shares = carried(samples[0], 1)["values"].numpy()
    expected = [binom.pmf(range(n + 1), n, 1 - S) for S in (0, 0.5, 0.9, 1)]
    np.testing.assert_allclose(shares, expected, atol=0.015)  # four standard deviations


def test_a_picture_of_many_samples_has_that_many():
    x = carried(tm.explore.samples(40, 100, [0.75]))["values"].numpy()
    assert x.shape == (1, 100, 40)
    assert (x == 0).mean() == pytest.approx(0.75, abs=0.03)
    assert x[x > 0].mean() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("threshold", [0.45, 0.55])
def test_a_feature_counts_as_kept_from_half_a_length_on(threshold):
    W = torch.zeros(1, 2, 4)
    W[0, 0, 0] = 1.0
    W[0, 1, 1] = threshold
    shown = heatmaps.Trained("x", "red", W, None, torch.tensor([0.5]))
    assert shown.described(0).startswith(f"x keeps {1 + (threshold > 0.5)} of 4")
    W[0, 1, 2] = 0.45  # short: what disturbs it is not reported
    W[0, 1, 1] = 2.0
    assert "strongest interference is 0.2," in shown.described(0)


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


def test_a_students_own_models_enter_every_explorer_by_name_and_colour():
    gram = tm.explore.gram(n, m, [Students, tm.LinearModel, Foreign], [0.5, 0.9], steps=20)
    assert gram.parts == ["Students", "Linear", "Foreign"]
    assert gram.lines[1][0].startswith("S = 0.9: Students keeps ")
    lines = spec(gram)["track"]["lines"]
    assert [line["name"] for line in lines] == gram.parts
    assert len({line["color"] for line in lines}) == 3
    assert lines[1]["color"].upper() == tm.plot.COLORS[tm.LinearModel]
    model = Students(n, m, copies=2, seed=0)
    features = tm.SparseFeatures(n, [0.5, 0.9])
    tm.train(model, features, tm.linear_importance(n), steps=20, progress=False)
    assert said(model.W[1]) in gram.lines[1][0]
    assert_W(gram, 0, model.W)
    for cls in (Students, Foreign):
        training = tm.explore.training(cls, 0.9, n, m, steps=20, positions=3)
        assert training.summary.startswith(f"{cls.__name__}, S = 0.9: W^T W at 3 moments")
        seeds = tm.explore.seeds(cls, 0.9, n, m, steps=20, seeds=2)
        assert seeds.summary.startswith(f"{cls.__name__}, S = 0.9: W^T W from 2 seeds")


def test_a_name_of_a_class_cannot_end_the_script():
    evil = type("</script><b>", (tm.ReLUOutputModel,), {})
    text = page(tm.explore.gram(3, 2, [evil], [0.5], steps=1))
    assert text.count("</script") == 1 and "<b>" not in text


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
            TypeError, match=r"Bare\(n, m, copies=.*\) must have W of shape .*, m, n"
        ):
            explore(Bare)


@pytest.mark.parametrize("explore", [tm.explore.training, tm.explore.seeds])
def test_an_interrupt_is_passed_on(explore):
    """What is half trained must not pass for trained."""

    class Stopped(tm.ReLUOutputModel):
        def forward(self, x):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(Stopped, n=n, m=m, steps=5)
    with pytest.raises(KeyboardInterrupt):
        tm.explore.gram(n, m, [tm.LinearModel, Stopped], [0.5], steps=5)


def test_training_shows_its_progress(capsys):
    tm.explore.gram(n, m, [tm.LinearModel], [0.5], steps=5)
    assert "training: " in capsys.readouterr().err


def test_where_linear_is_exact_there_is_no_ratio():
    explorer = tm.explore.gram(3, 3, [tm.LinearModel], [0.5], steps=5)
    assert explorer.lines[0][0].endswith("A linear model could be exact.")
    assert carried(explorer, 0, LOSSES)["line 0"].isnan().all()


def test_each_explorer_of_chapter_4_takes_less_than_300_kilobytes(monkeypatch):
    monkeypatch.setattr(heatmaps, "SAMPLES", 256)  # what it says of the loss does not matter here
    options = {"steps": 2}
    for explorer in (
        tm.explore.gram(**options),
        tm.explore.training(**options, positions=3),
        tm.explore.seeds(**options),
        tm.explore.columns(**options),
    ):
        assert len(page(explorer)) < 300_000


def test_the_default_positions_are_many_and_finer_towards_one():
    positions = tm.explore.SPARSITIES
    assert len(positions) >= 21 and list(positions) == sorted(set(positions))
    gaps = [b - a for a, b in pairwise(positions)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(gaps, gaps[2:], strict=False))


def test_labels_tell_sparsities_near_one_apart():
    explorer = tm.explore.samples(5, 4, [0.999999, 0.9999999, 1.0])
    assert explorer.labels == ["0.999999", "0.9999999", "1"]
    assert explorer.lines[1][0].startswith("S = 0.9999999: ")
