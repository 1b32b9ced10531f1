"""The playground's Python side; what happens in the browser is tested in tests/browser."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

import toymodels as tm
from toymodels.interactive.playground import LABORATORY, module_text


def from_browser(playground, W, b, taken=7):
    """What the browser sends: W feature by feature, then b, in double precision."""
    numbers = np.concatenate([W.T.ravel(), b]).astype(np.float64)
    playground.set_state({"weights": memoryview(numbers.tobytes()), "taken": taken})


def test_without_a_front_end_it_is_a_text_and_a_picture_of_a_trained_model():
    playground = tm.Playground(8, 3, sparsity=0.8)
    data, _ = playground._repr_mimebundle_()
    assert data["text/plain"] == "Playground: ReLU-output, n = 8, m = 3, S = 0.8"
    assert Image.open(io.BytesIO(data["image/png"])).size == (800, 320)
    assert "application/vnd.jupyter.widget-view+json" in data
    optimum = tm.linear_optimum(3, playground.features, playground.importance)
    loss = tm.mean_loss(playground.model(), playground.features, playground.importance)
    assert loss < optimum


@pytest.mark.parametrize("m", [1, 2, 3, 8])
def test_every_size_has_a_picture(m):
    data, _ = tm.Playground(8, m)._repr_mimebundle_()
    picture = np.asarray(Image.open(io.BytesIO(data["image/png"])).convert("RGB"))
    assert picture.std() > 10


@pytest.mark.parametrize("cls", [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel])
def test_the_model_has_the_weights_on_screen(cls):
    playground = tm.Playground(6, 4, model_class=cls)
    rng = np.random.default_rng(0)
    W = rng.normal(size=(4, 6))
    b = rng.normal(size=6)
    from_browser(playground, W, b)
    model = playground.model()
    assert type(model) is cls
    torch.testing.assert_close(model.W.detach(), torch.from_numpy(W).float())
    torch.testing.assert_close(model.b.detach(), torch.from_numpy(b).float())
    torch.testing.assert_close(playground.W, model.W.detach())
    assert playground.taken == 7
    with torch.no_grad():
        model.W.zero_()  # the student's own: what is on screen stays
    assert playground.W.abs().sum() > 0


def test_its_data_and_importance_are_those_of_the_setting():
    playground = tm.Playground(5, 2, sparsity=0.9, last_importance=0.5, own_sparsity={3: 0.99})
    assert playground.features.mean.tolist() == [pytest.approx([0.05, 0.05, 0.05, 0.005, 0.05])]
    assert playground.importance.tolist() == pytest.approx([1, 0.875, 0.75, 0.625, 0.5])
    assert tm.Playground(5, 2, sparsity=0.9).features.copies is None
    assert playground.model().copies is None
    playground.set_state({"setting": playground.setting | {"own_sparsity": {}, "sparsity": 0.5}})
    assert playground.features.mean.tolist() == [0.25] * 5


def test_the_setting_holds_every_argument():
    given = {"n": 7, "m": 2, "sparsity": 0.5, "last_importance": 1.0, "lr": 0.01, "seed": 3}
    playground = tm.Playground(
        **given, feed=4, own_sparsity={np.int64(1): 1}, model_class=tm.ReLUModel
    )
    assert playground.setting == given | {"feed": 4, "own_sparsity": {"1": 1.0}, "model": "ReLU"}


def test_the_module_is_the_files_in_one_text():
    """Joined, no name may stand twice and nothing be imported; the only export is the notebook's."""
    text = module_text()
    assert not re.search(r"^import ", text, re.M)
    assert re.findall(r"^export .*", text, re.M) == ["export default { render };"]
    names = re.findall(r"^(?:async )?(?:const|let|function|class) (\w+)", text, re.M)
    assert len(names) == len(set(names)) > 20
    for path in LABORATORY.iterdir():
        assert path.suffix == ".js"
        assert max(map(len, path.read_text(encoding="utf-8").split("\n"))) <= 120
        assert "http" not in path.read_text(encoding="utf-8")
