"""The laboratory's Python side; what happens in the browser is tested in tests/browser."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import toymodels as tm
from tests.explore.watching import assert_nothing_is_cut_off
from tests.frontend.bundling import BUNDLES

PACKAGE = Path(tm.__file__).parent


def from_browser(laboratory, W, b, taken=7):
    """What the browser sends: W feature by feature, then b, in double precision."""
    numbers = np.concatenate([W.T.ravel(), b]).astype(np.float64)
    laboratory.set_state({"weights": memoryview(numbers.tobytes()), "taken": taken})


def displayed(laboratory) -> list[dict]:
    """What a notebook gets to show, output by output."""
    outputs = []

    def show(data, **options):
        outputs.append(data)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("toymodels.laboratory.widget.display", show)
        laboratory._ipython_display_()
    return outputs


def test_without_a_front_end_it_is_a_text_and_a_picture_of_a_trained_model():
    laboratory = tm.Laboratory(8, 3, sparsity=0.8)
    live, still = displayed(laboratory)
    assert set(live) == {"application/vnd.jupyter.widget-view+json", "text/html"}
    assert live["text/html"] == ""
    assert still["text/plain"] == "Laboratory: ReLU-output, n = 8, m = 3, S = 0.8"
    assert Image.open(io.BytesIO(still["image/png"])).size == (800, 320)
    assert "Run this cell to train" in still["text/html"]
    assert "\n\n" not in still["text/html"]  # a blank line ends HTML in Markdown
    optimum = tm.linear_optimum(3, laboratory.features, laboratory.importance)
    loss = tm.mean_loss(laboratory.model(), laboratory.features, laboratory.importance)
    assert loss < optimum


@pytest.mark.parametrize("m", [1, 2, 3, 8])
def test_every_size_has_a_picture(m):
    data = displayed(tm.Laboratory(8, m))[1]
    picture = np.asarray(Image.open(io.BytesIO(data["image/png"])).convert("RGB"))
    assert picture.std() > 10
    assert_nothing_is_cut_off(picture)


@pytest.mark.parametrize("cls", [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel])
def test_the_model_has_the_weights_on_screen(cls):
    laboratory = tm.Laboratory(6, 4, model_class=cls)
    rng = np.random.default_rng(0)
    W = rng.normal(size=(4, 6))
    b = rng.normal(size=6)
    from_browser(laboratory, W, b)
    model = laboratory.model()
    assert type(model) is cls
    torch.testing.assert_close(model.W.detach(), torch.from_numpy(W).float())
    torch.testing.assert_close(model.b.detach(), torch.from_numpy(b).float())
    torch.testing.assert_close(laboratory.W, model.W.detach())
    assert laboratory.taken == 7
    with torch.no_grad():
        model.W.zero_()  # the student's own: what is on screen stays
    assert laboratory.W.abs().sum() > 0


def test_its_data_and_importance_are_those_of_the_setting():
    laboratory = tm.Laboratory(5, 2, sparsity=0.9, last_importance=0.5, own_sparsity={3: 0.99})
    assert laboratory.features.mean.tolist() == [pytest.approx([0.05, 0.05, 0.05, 0.005, 0.05])]
    assert laboratory.importance.tolist() == pytest.approx([1, 0.875, 0.75, 0.625, 0.5])
    assert tm.Laboratory(5, 2, sparsity=0.9).features.copies is None
    assert laboratory.model().copies is None
    laboratory.set_state({"setting": laboratory.setting | {"own_sparsity": {}, "sparsity": 0.5}})
    assert laboratory.features.mean.tolist() == [0.25] * 5


def test_the_setting_holds_every_argument():
    given = {"n": 7, "m": 2, "sparsity": 0.5, "last_importance": 1.0, "lr": 0.01, "seed": 3}
    laboratory = tm.Laboratory(
        **given, feed=4, own_sparsity={np.int64(1): 1}, model_class=tm.ReLUModel
    )
    assert laboratory.setting == given | {"feed": 4, "own_sparsity": {"1": 1.0}, "model": "ReLU"}


def test_the_model_follows_the_setting():
    laboratory = tm.Laboratory(5, 2, seed=3)
    assert laboratory.W.shape == (2, 5)
    laboratory.setting = laboratory.setting | {"n": 7}
    assert laboratory.model().n == 7
    trained = laboratory.W
    laboratory.setting["seed"] = 4  # changed in place
    assert not torch.equal(laboratory.W, trained)
    from_browser(laboratory, np.ones((2, 7)), np.ones(7))
    assert laboratory.W.min() == 1
    laboratory.setting = laboratory.setting | {
        "n": 6,
        "m": 2,
        "seed": 0,
    }  # the weights are of n = 7
    assert torch.equal(laboratory.W, tm.Laboratory(6, 2).W)
    from_browser(laboratory, np.ones((2, 6)), np.ones(6))
    laboratory.setting = laboratory.setting | {"n": 9, "m": 1}  # as many numbers, another shape
    assert laboratory.W.shape == (1, 9) and laboratory.W.max() != 1
    assert laboratory.get_state()["weights"] == b""  # and no view opens with them
    both = {"setting": laboratory.setting | {"n": 4, "m": 1}, "taken": 3}
    laboratory.set_state(both | {"weights": memoryview(np.ones(8).tobytes())})
    assert torch.equal(laboratory.W, torch.ones(1, 4)) and laboratory.taken == 3


def test_training_the_model_of_python_leaves_the_picture_as_it_is():
    laboratory = tm.Laboratory(5, 2)
    before = laboratory.W.clone()
    with torch.no_grad():
        laboratory.model().W.zero_()
    assert torch.equal(laboratory.W, before)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"n": 4}, ValueError, "m must be at most n = 4"),
        ({"n": 201}, ValueError, "n must be at most 200, got 201"),
        ({"m": "5"}, TypeError, "m must be a whole number, got '5'"),
        ({"sparsity": 95}, ValueError, "sparsity must be one number from 0 to 1, got 95"),
        ({"last_importance": -1}, ValueError, "last_importance must be one number from 0 to 1"),
        ({"lr": 1}, ValueError, "lr must be one number from 0.0001 to 0.3, got 1"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"feed": 40}, ValueError, "feed must be at most 39, got 40"),
        ({"model": "GPT"}, ValueError, "model must be one of Linear, ReLU, ReLU-output, got 'GPT'"),
        ({"model": [1]}, ValueError, "model must be one of Linear, ReLU, ReLU-output, got \\[1\\]"),
        ({"own_sparsity": {40: 0.5}}, ValueError, "own_sparsity's features must be at most 39"),
        ({"own_sparsity": {"3": 2}}, ValueError, "own_sparsity must be one number from 0 to 1"),
        ({"own_sparsity": {"x": 0.5}}, TypeError, "own_sparsity's features must be a whole number"),
        ({"own_sparsity": {"3": 0.5, 3: 0.6}}, ValueError, "feature at most once, got 3 twice"),
        ({"own_sparsity": None}, TypeError, "own_sparsity must be a dict, got None"),
        ({"spars": 0.5}, ValueError, "setting must have the names .*, got 'spars' as well"),
    ],
)
def test_a_setting_from_python_is_checked_as_the_arguments_are(change, error, words):
    laboratory = tm.Laboratory()
    before = laboratory.setting
    with pytest.raises(error, match=words):
        laboratory.setting = laboratory.setting | change
    assert laboratory.setting == before


def test_a_setting_that_lacks_a_name_is_refused_and_a_right_one_is_put_in_order():
    laboratory = tm.Laboratory()
    with pytest.raises(ValueError, match="setting must have the names n, m, .*, but lacks m"):
        laboratory.setting = {"n": 5}
    laboratory.setting = laboratory.setting | {"n": np.int64(8), "own_sparsity": {3: 1}}
    assert laboratory.setting["own_sparsity"] == {"3": 1.0}
    assert type(laboratory.setting["n"]) is int  # it goes to the browser as JSON


def test_the_view_is_the_bundle_and_exports_what_anywidget_asks_for():
    text = (BUNDLES / "laboratory.js").read_text(encoding="utf-8")
    assert tm.Laboratory().get_state("_esm")["_esm"] == text
    exported = re.findall(r"^export \{\n(.*?)\n\};", text, re.M | re.S)
    assert [re.fullmatch(r"\s*\w+ as default", names) is not None for names in exported] == [True]


def test_the_arguments_defaults_are_the_tables():
    table = json.loads((PACKAGE / "laboratory" / "settings.json").read_text(encoding="utf-8"))
    assert tm.Laboratory().setting == {name: about["default"] for name, about in table.items()}
    for name in ("n", "m", "seed", "sparsity", "last_importance", "lr"):
        low, high = table[name]["range"]
        assert tm.Laboratory(**{"m": 1} | {name: low}).setting[name] == low
        assert tm.Laboratory(**{"n": 200} | {name: high}).setting[name] == high
        with pytest.raises(ValueError, match=name):
            tm.Laboratory(**{"n": 200} | {name: high + 1})


def test_a_teacher_hides_controls_by_name():
    assert tm.Laboratory(5, 2).hide == []
    assert tm.Laboratory(5, 2, hide=("lr", "seed", "lr")).get_state()["hide"] == ["lr", "seed"]
    with pytest.raises(ValueError, match="hide must hold names among presets, .*, got 'volume'"):
        tm.Laboratory(5, 2, hide=["volume"])
    for wrong in ("lr", 3):
        with pytest.raises(TypeError, match="hide must be a list of names of controls, got"):
            tm.Laboratory(5, 2, hide=wrong)
