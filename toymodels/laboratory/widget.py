"""The laboratory: a model that trains in the reader's browser while its data change."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from copy import deepcopy
from importlib.resources import files
from string import Template
from uuid import uuid4

import anywidget
import numpy as np
import traitlets
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from toymodels import _require as require
from toymodels import plot
from toymodels.data import SparseFeatures, linear_importance
from toymodels.models import TiedAutoencoder
from toymodels.plot.look import NAMES, own_look
from toymodels.training import train_to_the_end

PACKAGE = files("toymodels")
# The browser reads the same table: name -> kind, range, default and words of a setting
SETTINGS = json.loads(PACKAGE.joinpath("laboratory/settings.json").read_text(encoding="utf-8"))
# and the names of its controls
CONTROLS = json.loads(PACKAGE.joinpath("laboratory/controls.json").read_text(encoding="utf-8"))
DEFAULTS = {name: about["default"] for name, about in SETTINGS.items()}
KINDS = {name: cls for cls, name in NAMES.items()}

VIEW = "application/vnd.jupyter.widget-view+json"
# The style hides JupyterLab's "Error displaying widget: model not found" in the output above
STILL = Template("""\
<div class="toymodels-still $name">
<style>
.jp-OutputArea-child:has(+ * > * > .$name) > .jupyter-widgets:not(:has(*)) { display: none; }
</style>
<img src="data:image/png;base64,$picture" alt="$alt" style="max-width: 100%">
<p>This is a still picture. Run this cell to train the network.</p>
</div>""")


class Laboratory(anywidget.AnyWidget):
    """A live laboratory: a model trains in the browser, and every control acts while it does.

    It shows W^T W, or the features' arrows if m is 2 or 3, and the round trip of one feature. A
    click on a column or a bar chooses the feature. "More pictures" has the arrows' lengths, the
    loss beside the best linear model's, and how many features were kept on the way through the
    sparsities. Presets are settings worth seeing. Undo takes back a change, including the weights.
    A change of sparsity, importance, learning rate or kind of model keeps the weights. Another n, m
    or seed starts from fresh ones. It trains as `train` does with a batch of 128, for 2,000 steps
    of `warmup_cosine`, which begin again after each change. It needs no kernel and goes on after a
    restart. A few times a second it tells the kernel what is on screen.

    Args:
        n, m: features, at most 200, and hidden dimensions, at most 20; 1 <= m <= n.
        sparsity: S in [0, 1].
        model_class: LinearModel, ReLUModel or ReLUOutputModel.
        last_importance: of the last feature, in [0, 1]. That of the first is 1, and it falls evenly
            between them.
        lr: highest learning rate, 0.0001 to 0.3.
        seed: of weights and data. The same seed gives other weights in Python.
        own_sparsity: feature -> its own S, for features that are rarer or more common than the
            rest.
        feed: the feature whose round trip is shown.
        hide: names of controls to leave out, such as ("lr", "seed"). The error for an unknown name
            lists all of them.
    Attributes:
        setting: what the controls say, with the names of these arguments, except that `model` is a
            name. A setting that you assign is checked as these arguments are. The next view shows
            it.
        taken: training steps of the weights on screen.
    Raises:
        TypeError, ValueError: an argument is unusable.
    """

    _esm = PACKAGE.joinpath("frontend/bundles/laboratory.js").read_text(encoding="utf-8")

    setting = traitlets.Dict().tag(sync=True)
    weights = traitlets.CBytes().tag(sync=True)  # W feature by feature, then b, float64
    taken = traitlets.Int(0).tag(sync=True)
    hide = traitlets.List(traitlets.Unicode()).tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)  # the class of what a live view hides

    def __init__(
        self,
        n: int = DEFAULTS["n"],
        m: int = DEFAULTS["m"],
        sparsity: float = DEFAULTS["sparsity"],
        model_class: type = KINDS[DEFAULTS["model"]],
        *,
        last_importance: float = DEFAULTS["last_importance"],
        lr: float = DEFAULTS["lr"],
        seed: int = DEFAULTS["seed"],
        own_sparsity: dict[int, float] | None = None,
        feed: int = DEFAULTS["feed"],
        hide: Sequence[str] = (),
    ):
        if model_class not in KINDS.values():
            kinds = ", ".join(cls.__name__ for cls in KINDS.values())
            raise ValueError(f"model_class must be one of {kinds}, got {model_class!r}")
        setting = {
            "n": n,
            "m": m,
            "sparsity": sparsity,
            "own_sparsity": {} if own_sparsity is None else own_sparsity,
            "model": NAMES[model_class],
            "last_importance": last_importance,
            "lr": lr,
            "seed": seed,
            "feed": feed,
        }
        self._weights_seen = None
        self._weights_are_of = None
        self._trained_for = None
        hidden = _names_of_controls(hide)
        super().__init__(setting=_checked(setting), hide=hidden, still=f"still-{uuid4().hex[:12]}")

    @traitlets.validate("setting")
    def _check_setting(self, proposal) -> dict:
        return _checked(proposal["value"])

    @traitlets.observe("setting", "weights")
    def _forget_old_weights(self, change) -> None:
        """The browser sends weights with a new n, m or seed. Python sends a setting alone."""
        if self.weights is not self._weights_seen:
            self._weights_seen = self.weights
            self._weights_are_of = self._shape_and_seed
        elif self.weights and self._weights_are_of != self._shape_and_seed:
            self.taken = 0
            self.weights = b""

    @property
    def _shape_and_seed(self) -> tuple:
        return tuple(self.setting[name] for name in ("n", "m", "seed"))

    @property
    def features(self) -> SparseFeatures:
        """The data of the present setting, for one copy if features differ in sparsity."""
        S = self.setting["sparsity"]
        own = self.setting["own_sparsity"]
        if not own:
            return SparseFeatures(self.setting["n"], S)
        each = np.full((1, self.setting["n"]), S)
        for feature, sparsity in own.items():
            each[0, int(feature)] = sparsity
        return SparseFeatures(self.setting["n"], each)

    @property
    def importance(self) -> Tensor:
        """(n,), the features' importance of the present setting."""
        return linear_importance(self.setting["n"], last=self.setting["last_importance"])

    @property
    def W(self) -> Tensor:
        """(m, n), the weights on screen."""
        return self.model().W.detach()

    def model(self) -> TiedAutoencoder:
        """The model on screen as a PyTorch model of its own, to go on with in Python.

        Without a browser, or before a browser has shown anything for this n, m and seed, it is the
        model of the stored picture, which Python trained with the same setting.
        """
        if not self.weights or self._weights_are_of != self._shape_and_seed:
            return deepcopy(self._trained_here())
        n = self.setting["n"]
        m = self.setting["m"]
        numbers = np.frombuffer(self.weights)
        W = numbers[: n * m].reshape(n, m).T
        return KINDS[self.setting["model"]].from_weights(W.copy(), numbers[n * m :].copy())

    def _trained_here(self) -> TiedAutoencoder:
        """Trained once for each setting."""
        setting = self.setting
        if self._trained_for != setting:
            features = self.features
            cls = KINDS[setting["model"]]
            model = cls(setting["n"], setting["m"], features.copies, setting["seed"])
            train_to_the_end(model, features, self.importance, lr=setting["lr"], progress=False)
            self._trained = model[0] if features.copies else model
            self._trained_for = deepcopy(setting)
        return self._trained

    def _ipython_display_(self) -> None:
        """The live view, and what to show where it cannot be shown, as two outputs.

        If both were one output, a front end would take the live view even where it has neither a
        kernel nor the model, as on the next day or in an exported page. A live view hides the
        second output.
        """
        data, metadata = super()._repr_mimebundle_()
        # nbconvert warns of an output that it can show nothing of
        display({VIEW: data[VIEW], "text/html": ""}, metadata=metadata, raw=True)
        display(self._repr_mimebundle_(), raw=True)

    def _repr_mimebundle_(self, **kwargs) -> dict[str, str | bytes]:
        setting = self.setting
        summary = (
            f"Laboratory: {setting['model']}, n = {setting['n']}, m = {setting['m']}, "
            f"S = {setting['sparsity']:g}"
        )
        picture = self._still(self.W)
        page = STILL.substitute(
            name=self.still, alt=summary, picture=base64.b64encode(picture).decode()
        )
        return {"text/html": page, "image/png": picture, "text/plain": summary}

    def _still(self, W: Tensor) -> bytes:
        """What is seen without a browser, PNG."""
        with own_look():
            figure = Figure(figsize=(10, 4), dpi=80, layout="constrained")
            FigureCanvasAgg(figure)
            # Constrained layout leaves the square axes' label no room on the left
            figure.get_layout_engine().set(rect=(0.03, 0, 0.97, 1))
            left, right = figure.subplots(1, 2)
            if len(W) == 2:
                plot.directions(W, left, self.importance.clamp_min(0.01))
            else:
                plot.gram(W, left)
            plot.feature_norms(W, right)
            figure.draw_without_rendering()  # the layout settles in its second run
            file = io.BytesIO()
            figure.savefig(file, format="png")
        return file.getvalue()


def _checked(setting: dict) -> dict:
    """The setting as the browser takes it, or an error that names what is wrong with it."""
    unknown = [repr(name) for name in setting if name not in SETTINGS]
    missing = [name for name in SETTINGS if name not in setting]
    if unknown or missing:
        wrong = f"got {unknown[0]} as well" if unknown else f"but lacks {missing[0]}"
        raise ValueError(f"setting must have the names {', '.join(SETTINGS)}, {wrong}")
    n, _ = require.size(setting["n"], setting["m"], at_most=SETTINGS["n"]["range"][1])
    return {
        name: CHECKS[about["kind"]](name, setting[name], about.get("range"), n)
        for name, about in SETTINGS.items()
    }


def _names_of_controls(hide: Sequence[str]) -> list[str]:
    if isinstance(hide, str) or not isinstance(hide, Sequence):
        raise TypeError(f"hide must be a list of names of controls, got {hide!r:.100}")
    for name in hide:
        if name not in list(CONTROLS):
            known = ", ".join(CONTROLS)
            raise ValueError(f"hide must hold names among {known}, got {name!r:.100}")
    return list(dict.fromkeys(hide))


def _whole_number(name: str, value, allowed: list, n: int) -> int:
    low, high = allowed
    return require.whole_number(name, value, at_least=low, at_most=high)


def _feature(name: str, value, allowed: None, n: int) -> int:
    return require.whole_number(name, value, at_least=0, at_most=n - 1)


def _number(name: str, value, allowed: list, n: int) -> float:
    low, high = allowed
    numbers = require.numbers(name, value)
    if numbers.ndim or not low <= numbers.item() <= high:
        raise ValueError(f"{name} must be one number from {low:g} to {high:g}, got {value!r:.100}")
    return numbers.item()


def _model(name: str, value, allowed: None, n: int) -> str:
    if value not in list(KINDS):
        raise ValueError(f"{name} must be one of {', '.join(KINDS)}, got {value!r:.100}")
    return value


def _number_by_feature(name: str, value, allowed: list, n: int) -> dict[str, float]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a dict, got {value!r:.100}")
    own = {}
    for feature, S in value.items():
        # JSON has text for numbers here
        i = int(feature) if isinstance(feature, str) and feature.isdecimal() else feature
        i = _feature(f"{name}'s features", i, None, n)
        if str(i) in own:
            raise ValueError(f"{name} must hold each feature at most once, got {i} twice")
        own[str(i)] = _number(name, S, allowed, n)
    return own


CHECKS = {
    "whole number": _whole_number,
    "feature": _feature,
    "number": _number,
    "model": _model,
    "number by feature": _number_by_feature,
}
