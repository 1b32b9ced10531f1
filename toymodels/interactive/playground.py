"""The playground: a model that trains while you watch, and while you change its data."""

from __future__ import annotations

import asyncio
import math
import time
from itertools import islice

import ipywidgets as widgets
import numpy as np

from toymodels import _require as require
from toymodels._look import COLORS, NAMES, REFERENCE
from toymodels.data import SparseFeatures, linear_importance
from toymodels.interactive.canvas import Canvas, new_figure, png
from toymodels.interactive.explorers import SPARSITIES
from toymodels.metrics import n_represented
from toymodels.models import ReLUOutputModel
from toymodels.plots import plot_directions, plot_feature_norms, plot_gram
from toymodels.theory import linear_optimum, loss_ratio
from toymodels.training import DivergedError, training_steps

KINDS = {name: cls for cls, name in NAMES.items()}
MOST_FEATURES = 400  # a picture of W^T W has n^2 numbers: beyond, nothing is live any more
PICTURE_EVERY = 0.045  # seconds
WINDOW, PATIENCE = (
    500,
    4,
)  # steps whose losses are averaged; such windows without progress: converged


class Playground(widgets.VBox):
    """A live laboratory: W^T W (for m = 2 the directions), norms and loss, as training goes on.

    Sparsity, importance and learning rate take effect at once and keep the weights: change them
    while the model trains and watch the structure rearrange. A change of model, n or m starts from
    fresh weights. Training runs on the kernel's event loop, between other cells; it stops when it
    has converged, until something changes; after `budget` steps; and when the last view is closed.

    Args:
        n, m: features and hidden dimensions, 1 <= m <= n <= 400; n can be changed up to 200.
        sparsity: S in [0, 1].
        model_class: LinearModel, ReLUModel or ReLUOutputModel.
        budget: steps after which training pauses by itself, at least 1.
        seed: of weights and data.
    Attributes:
        sparsity, lr, last_importance, kind, n, m, start, step, reset: the controls.
        steps_taken, running, model, features: the state.
    Raises:
        TypeError, ValueError: an argument is unusable.
    """

    def __init__(
        self,
        n: int = 40,
        m: int = 5,
        sparsity: float = 0.9,
        model_class: type = ReLUOutputModel,
        budget: int = 20_000,
        seed: int = 0,
    ):
        n, m = require.size(n, m)
        if n > MOST_FEATURES:
            raise ValueError(f"n must be at most {MOST_FEATURES} in the playground, got {n}")
        if require.sparsity(sparsity, n).ndim:
            raise ValueError("sparsity must be one number in the playground")
        if model_class not in NAMES:
            kinds = ", ".join(KINDS)
            raise ValueError(f"model_class must be one of {kinds}, got {model_class!r}")
        self.budget = require.whole_number("budget", budget)
        self.seed = require.whole_number("seed", seed, at_least=0)
        self._make_controls(n, m, float(sparsity), model_class)
        self.image, self.line = widgets.Image(format="png"), widgets.HTML()
        layout = widgets.Layout(flex_flow="row wrap")
        rows = [
            widgets.HBox([self.sparsity, self.lr, self.last_importance], layout=layout),
            widgets.HBox(
                [self.kind, self.n, self.m, self.start, self.step, self.reset], layout=layout
            ),
        ]
        super().__init__([*rows, self.image, self.line])
        self._view_count = 0  # from now on the front end counts the views here
        self.observe(self._on_views, "_view_count")
        self._task = self._canvas = None
        self._fresh("ready")
        for _ in range(5):
            self._advance(10)  # a point of the loss curve each
        self._draw("ready: press start")

    def _make_controls(self, n, m, sparsity, model_class):
        wide, name = widgets.Layout(width="21em"), {"description_width": "initial"}
        positions = sorted({*SPARSITIES, sparsity})
        self.sparsity = widgets.SelectionSlider(
            options=[(f"{S:g}", S) for S in positions],
            value=sparsity,
            description="sparsity S",
            layout=wide,
            style=name,
        )
        self.lr = widgets.FloatLogSlider(
            value=0.01,
            min=-4,
            max=-0.5,
            step=0.1,
            description="learning rate",
            layout=wide,
            style=name,
        )
        self.last_importance = widgets.FloatSlider(
            value=0.1,
            min=0.0,
            max=1.0,
            step=0.05,
            description="importance of the last",
            layout=wide,
            style=name,
        )
        self.kind = widgets.Dropdown(
            options=list(KINDS),
            value=NAMES[model_class],
            description="model",
            layout=widgets.Layout(width="12em"),
            style=name,
        )
        narrow = widgets.Layout(width="7em")
        options = {"min": 1, "layout": narrow, "style": name}
        self.n = widgets.BoundedIntText(n, max=max(200, n), description="n", **options)
        self.m = widgets.BoundedIntText(m, max=n, description="m", **options)
        self.start = widgets.Button(description="start", icon="play", button_style="primary")
        self.step = widgets.Button(description="10 steps", icon="step-forward")
        self.reset = widgets.Button(description="reset", icon="undo", tooltip="fresh weights")
        for control in (self.sparsity, self.lr, self.last_importance):
            control.observe(self._on_change, "value")
        for control in (self.kind, self.n, self.m):
            control.observe(self._on_new_shape, "value")
        self.start.on_click(lambda _: self._pause("paused") if self.running else self._run())
        self.step.on_click(
            lambda _: (self._pause("paused"), self._advance(10), self._draw("paused"))
        )
        self.reset.on_click(lambda _: self._fresh("reset: fresh weights"))

    def close(self) -> None:
        """End the training, give the memory back, and take all controls away."""
        if hasattr(self, "_canvas"):  # else it never came to be
            self._pause("")
            self._release()
        super().close()

    def _on_views(self, change):
        if change["new"] == 0:
            self._pause("")
            self._release()

    # Controls: callbacks only set values; while the model trains, the loop draws.

    def _on_change(self, change):
        self.features.sparsity = self.sparsity.value
        self.importance.copy_(linear_importance(self.model.n, last=self.last_importance.value))
        self._optimum = linear_optimum(self.model.m, self.features, self.importance)
        self._limit = self.steps_taken + self.budget
        self._windows = None
        if self._rests:
            self._run()
        if not self.running:
            self._draw("changed, same weights: press start to go on training")

    def _on_new_shape(self, change):
        self.m.max, rested = self.n.value, self._rests
        self._fresh(f"fresh weights, because {change['owner'].description} changed")
        if rested:
            self._run()

    def _fresh(self, said: str):
        """New weights for the model, n and m of the controls."""
        n, m = self.n.value, min(self.m.value, self.n.value)
        drawn = self._canvas and (self._kind_drawn, self.model.n, self.model.m)
        self.model = KINDS[self.kind.value](n, m, seed=self.seed)
        self.features = SparseFeatures(n, self.sparsity.value)
        self.importance = linear_importance(n, last=self.last_importance.value)
        self._training = training_steps(
            self.model,
            self.features,
            self.importance,
            steps=None,
            lr=lambda step: self.lr.value,
            seed=self.seed,
        )
        self._optimum = linear_optimum(m, self.features, self.importance)
        self.steps_taken, self._curve, self._limit = 0, [(0, math.nan)], self.budget
        self._losses, self._windows, self._rests = [], None, False
        if drawn != (self.kind.value, n, m):
            self._release()
        self._draw("training" if self.running else said)

    # Training

    @property
    def running(self) -> bool:
        """Whether the model trains at this moment."""
        return self._task is not None and not self._task.done()

    def _run(self):
        self._rests = False
        self._limit = self.steps_taken + self.budget
        self._task = asyncio.get_running_loop().create_task(self._train())
        self.start.description, self.start.icon = "pause", "pause"

    def _pause(self, said: str):
        if self.running:
            self._task.cancel()
        self._task, self._rests = None, False
        self.start.description, self.start.icon = "start", "play"
        if said:
            self._draw(said)

    async def _train(self):
        next_picture = 0.0
        while True:
            try:
                self._advance(self._limit - self.steps_taken, seconds=0.02)
            except DivergedError as error:
                self._finish("")
                return self._fresh(f"fresh weights, because {error}")
            except Exception as error:
                self._finish(f"stopped by {type(error).__name__}: {error}")
                raise
            if self.steps_taken >= self._limit:
                return self._finish(f"paused after {self.budget} steps: press start to go on")
            if self._converged():
                self._finish("converged: the loss no longer falls; change something and it goes on")
                self._rests = True
                return
            if time.monotonic() > next_picture:
                self._draw("training")
                next_picture = time.monotonic() + PICTURE_EVERY
            await asyncio.sleep(0.002)  # lets the kernel answer sliders and cells

    def _finish(self, said: str):
        self._task = None
        self._pause(said)

    def _advance(self, steps: int, seconds: float = math.inf):
        """Take so many steps, or as many as fit into the time."""
        end, losses = time.monotonic() + seconds, []
        while steps > 0 and time.monotonic() < end:
            for taken, loss in islice(self._training, min(steps, 10)):
                self.steps_taken = taken
                losses.append(loss.item())
            steps -= 10
        if losses:
            self._losses += losses
            ratio = loss_ratio(float(np.mean(losses)), self._optimum).item()
            self._curve.append((self.steps_taken, ratio))

    def _converged(self) -> bool:
        """Whether the last windows brought the mean loss less than 0.1 % below the least before."""
        if self._windows is None:  # something changed: begin to judge anew
            self._windows, self._losses = [], []
        while len(self._losses) >= WINDOW:
            self._windows.append(float(np.mean(self._losses[:WINDOW])))
            del self._losses[:WINDOW]
        before, now = self._windows[:-PATIENCE], self._windows[-PATIENCE:]
        return bool(before) and min(now) > 0.999 * min(before)

    # Picture

    def _make_figure(self):
        figure = new_figure(10.5, 4.4, dpi=80)
        left, right = figure.subfigures(1, 2, width_ratios=[1, 1.15])
        self._left, (self._norms, self._loss) = left.subplots(), right.subplots(2, 1)
        self._loss.axhline(1, color=REFERENCE, ls="--", lw=1.2)
        self._loss.plot([], [], color=COLORS[KINDS[self.kind.value]], gid="curve")
        self._loss.set(
            xlabel="training step", ylabel="loss / best linear", yscale="log", ylim=(0.2, 4)
        )
        self._loss.set_yticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"], minor=False)
        self._loss.set_yticks([], minor=True)
        self._figure, self._kind_drawn = figure, self.kind.value

    def _release(self):
        """Forget the figure; the next picture makes a new one."""
        self._canvas = self._figure = self._left = self._norms = self._loss = None

    def _draw(self, state: str):
        W = self.model.W.detach()
        if self._canvas is None:
            self._make_figure()
        if self.model.m == 2:
            plot_directions(W, self._left, self.importance.clamp_min(0.01))
        else:
            plot_gram(W, self._left)
        plot_feature_norms(W, self._norms)
        self._loss.lines[-1].set_data(
            *zip(*self._curve[:: 1 + len(self._curve) // 400], strict=True)
        )
        longest = max(1000, 2 ** math.ceil(math.log2(max(self.steps_taken, 1))))
        if self._canvas is None or self._loss.get_xlim()[1] != longest:
            self._loss.set_xlim(0, longest)
            self._canvas = Canvas(self._figure, [self._left, self._norms, self._loss])
        picture = self._canvas.picture()
        self.image.width, self.image.height = map(str, picture.size)
        self.image.value = png(picture)
        kept, ratio = n_represented(W), self._curve[-1][1]
        loss = f", loss {ratio:.0%} of the best linear model's" if math.isfinite(ratio) else ""
        if self.steps_taken and math.isnan(ratio):
            loss = ", and a linear model could be exact here"
        self.line.value = (
            f"<div style='font-size:1.1em;line-height:1.4;min-height:2.8em'>"
            f"Step {self.steps_taken}, S = {self.sparsity.value:g}: "
            f"{kept} of {self.model.n} features in {self.model.m} dimensions{loss}. "
            f"<b>{state}</b></div>"
        )

    def _repr_mimebundle_(self, **kwargs):
        summary = (
            f"Playground: {self.kind.value}, n = {self.model.n}, m = {self.model.m}, "
            f"S = {self.sparsity.value:g}, after {self.steps_taken} steps"
        )
        picture = bytes(self.image.value)
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": summary, "image/png": picture}
