"""The training loop: draw, forward, weighted loss, backward, step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _validate as check
from toymodels._engine import Adam, WrittenOutGradients, one_thread, recording_gradients
from toymodels._progress import progress_bar
from toymodels.data import SparseFeatures


def weighted_mse(x: Tensor, x_hat: Tensor, importance: Tensor) -> Tensor:
    """Loss: the mean over batch and features of I_i (x_i - x_hat_i)^2, one number per copy.

    Args:
        x: (batch, n) or (copies, batch, n).
        x_hat: (batch, n) or (copies, batch, n); x without copies serves all copies of x_hat.
        importance: (n,) or (copies, n).
    Returns:
        () or (copies,), in squared units of x.
    Raises:
        TypeError: an argument is no tensor.
        ValueError: x and x_hat differ in batch, n or copies; importance fits neither of its shapes.
    Source: Elhage et al. 2022, "Demonstrating Superposition" (there summed over features, here averaged).
    """
    for name, value in (("x", x), ("x_hat", x_hat), ("importance", importance)):
        if not isinstance(value, Tensor):
            raise TypeError(f"{name} must be a tensor, got {type(value).__name__}")
    if x_hat.shape != x.shape and x_hat.shape[1:] != x.shape:
        raise ValueError(f"x_hat must have the shape of x, {tuple(x.shape)}, got {tuple(x_hat.shape)}")
    n, copies = x_hat.shape[-1], x_hat.shape[:-2]
    if importance.shape not in {(n,), (*copies, n)}:
        allowed = f"({n},)" + (f" or {(*copies, n)}" if copies else "")
        raise ValueError(f"importance must have shape {allowed}, got {tuple(importance.shape)}")
    return (importance.unsqueeze(-2) * (x - x_hat).square()).mean(dim=(-2, -1))


@dataclass
class History:
    """What a training run leaves behind. T steps, copies as the model has them (no axis if single).

    Attributes:
        loss: (T,) or (T, copies), the loss of the batch that each step saw, before its update.
        snapshots: (s, ..., m, n), W over time; snapshot_steps: (s,), steps taken before each.
        interrupted: whether the training was stopped before its last step.
    """

    loss: Tensor
    snapshots: Tensor | None = None
    snapshot_steps: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.long))
    interrupted: bool = False

    @property
    def steps(self) -> Tensor:
        """(T,), 1 ... T: the x-axis for `loss`."""
        return torch.arange(1, len(self.loss) + 1)

    def __repr__(self) -> str:
        copies = f", {self.loss.shape[1]} copies" if self.loss.ndim > 1 else ""
        last = f", last loss {self.loss[-1].mean():.4g}" if len(self.loss) else ""
        return f"History({len(self.loss)} steps{copies}{last})"


class DivergedError(ArithmeticError):
    """The loss became NaN or infinite. `history` holds the steps before that."""

    history: History | None = None


def warmup_cosine(lr: float, steps: int) -> Callable[[int], float]:
    """Learning rate that climbs to lr over the first tenth of the steps, while it falls to zero along half a
    cosine: a function of the step, 0 ... steps-1.

    Without the climb, hidden ReLUs die early on very sparse data (benchmarks/defaults.md).
    """
    lr = check.positive("lr", lr)
    steps = check.whole_number("steps", steps)
    return lambda step: lr * min(1, 10 * (step + 1) / steps) * 0.5 * (1 + math.cos(math.pi * step / steps))


def _rate(lr, steps: int | None) -> Callable[[int], float]:
    if callable(lr):
        return lr
    lr = check.positive("lr", lr)
    return warmup_cosine(lr, steps) if steps else lambda step: lr


def training_steps(
    model: nn.Module,
    features: SparseFeatures,
    importance=None,
    *,
    steps: int | None = 1000,
    batch_size: int = 512,
    lr: float | Callable[[int], float] = 0.03,
    seed: int = 0,
) -> Iterator[tuple[int, Tensor]]:
    """Train, one step at a time: yields (steps taken, loss of that step's batch, one value per copy).

    The loop behind `train`, for whoever wants to look or to change something between two steps:
    `features.sparsity` may be set anew, and a float32 `importance` tensor changed in place, while it
    runs. Arguments are those of `train`, and

    Args:
        steps: None: go on for ever.
        lr: a number follows `warmup_cosine` (stays, if steps is None); or a function of the step.
    Raises:
        TypeError, ValueError: an argument is unusable; raised by the call, before any step.
        DivergedError: the loss is NaN or infinite; the weights are those before that step.
    """
    if not isinstance(features, SparseFeatures):
        raise TypeError(f"features must be SparseFeatures(n, sparsity), got {type(features).__name__}")
    check.module(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("model must have parameters to train, got none")
    if any(parameter.is_inference() for parameter in parameters):
        raise ValueError("model must be made outside torch.inference_mode() to be trained")
    check.fits(model, features)
    copies = getattr(model, "copies", None) or features.copies
    steps = None if steps is None else check.whole_number("steps", steps)
    batch_size = check.whole_number("batch_size", batch_size)
    rng = np.random.default_rng(check.whole_number("seed", seed, at_least=0))
    rate = _rate(lr, steps)
    check.rate(rate(0))
    with recording_gradients():
        importance = check.importance(importance, features.n, copies)
        if importance.is_inference():  # autograd takes none of these
            importance = importance.clone()
        optimizer = Adam(parameters)
        if WrittenOutGradients.fits(model):
            backward = WrittenOutGradients(model, features, batch_size)
        else:
            backward = partial(_autograd, model, features)

    def loop():
        step, numbers = 0, np.empty((features.n, batch_size), np.float32)
        u = torch.from_numpy(numbers).mT  # (batch, n): the same memory, lying feature by feature
        while step != steps:
            with one_thread(), recording_gradients():
                check.fits(model, features)  # the sparsity may have been set anew
                rng.random(out=numbers, dtype=np.float32)
                loss = backward(u, importance)  # () or (copies,); sets the gradients
                if not math.isfinite(loss.sum().item()):
                    raise DivergedError(_advice(step, rate(step)))
                optimizer.step(check.rate(rate(step)))
            step += 1
            yield step, loss

    return loop()


def _autograd(model: nn.Module, features: SparseFeatures, u: Tensor, importance: Tensor) -> Tensor:
    x = features.from_uniform(u)
    model.zero_grad()
    x_hat = model(x)
    if not isinstance(x_hat, Tensor):
        raise TypeError(f"model(x) must be a tensor, got {x_hat!r}: is a return missing in forward?")
    loss = weighted_mse(x, x_hat, importance)
    loss.sum().backward()  # copies share no weights: the gradient of the sum is each copy's own
    return loss.detach()


def _advice(step: int, lr: float) -> str:
    return (
        f"the loss became NaN or infinite at step {step + 1} with learning rate {lr:.3g}. "
        f"Try a lower lr, for example {lr / 10:.1g}; if that changes nothing, look for NaN or "
        "division by zero in the model."
    )


def train(
    model: nn.Module,
    features: SparseFeatures,
    importance=None,
    *,
    steps: int = 1000,
    batch_size: int = 512,
    lr: float | Callable[[int], float] = 0.03,
    seed: int = 0,
    progress: bool = True,
    snapshots: int = 0,
) -> History:
    """Train the model in place on fresh samples and return what happened on the way.

    Each step draws a batch, measures `weighted_mse` and takes one step of Adam. The same seed gives
    the same run; PyTorch's global random state is not touched. Interrupting the kernel ends the
    training early: model and history keep what they have.

    Args:
        model: any nn.Module that maps (..., batch, n) to (..., batch, n).
        features: the data; its sparsity is one number, or has one entry (or row) per copy.
        importance: (n,) or (copies, n), not negative; None: all 1.
        steps, batch_size: whole numbers, at least 1. The defaults bring 40 -> 5 models to within 1 % of their
            best up to S = 0.95; 200 -> 20 models want steps=2000 (benchmarks/defaults.md).
        lr: highest learning rate, above 0 (see `warmup_cosine`); or a function of the step.
        seed: of the data; the model has its own.
        progress: show a progress bar with loss and learning rate.
        snapshots: how many copies of W to keep, at most steps + 1, denser in the beginning; from 2 on, the
            first is the W before training and the last the W after it.
    Returns:
        History of the steps taken.
    Raises:
        TypeError, ValueError: an argument is unusable; nothing has been trained then.
        DivergedError: the loss is NaN or infinite; its `history` holds the steps so far.
    """
    history = _train(model, features, importance, steps, batch_size, lr, seed, progress, snapshots)
    if history.interrupted:
        taken = len(history.loss)
        print(f"Stopped after step {taken} of {steps}. Model and history keep what was learned.")
    return history


def train_to_the_end(
    model, features, importance, *, steps=1000, batch_size=512, lr=0.03, seed=0, progress=True, snapshots=0
) -> History:
    """Like `train`, but an interrupt is passed on: a half-trained model must not pass for a trained one."""
    history = _train(model, features, importance, steps, batch_size, lr, seed, progress, snapshots)
    if history.interrupted:
        raise KeyboardInterrupt
    return history


def _train(model, features, importance, steps, batch_size, lr, seed, progress, snapshots) -> History:
    steps = check.whole_number("steps", steps)
    run = training_steps(model, features, importance, steps=steps, batch_size=batch_size, lr=lr, seed=seed)
    keep = _snapshot_steps(model, snapshots, steps)
    rate = _rate(lr, steps)
    kept = {}  # steps taken -> W
    interrupted = False
    copies = getattr(model, "copies", None) or features.copies
    losses, taken = torch.empty(0, *([copies] if copies else [])), 0
    if 0 in keep:
        kept[0] = model.W.detach().clone()
    bar = progress_bar(steps, "training", disable=not progress)
    shown, next_look = 0, time.monotonic() + 0.1
    try:
        for step, loss in run:
            if not taken:  # in one piece: a thousand would fragment the memory
                losses = torch.empty(steps, *loss.shape)
            losses[step - 1], taken = loss, step
            if step in keep:
                kept[step] = model.W.detach().clone()
            if progress and (time.monotonic() > next_look or step == steps):  # 10 Hz at most
                bar.set_postfix(loss=f"{loss.mean():.4g}", lr=f"{rate(step - 1):.2g}", refresh=False)
                bar.update(step - shown)
                shown, next_look = step, time.monotonic() + 0.1
    except KeyboardInterrupt:
        interrupted = True
    except DivergedError as error:
        error.history = _history(losses[:taken], kept)
        raise
    finally:
        bar.close()
    if keep:  # when interrupted, the last W as well
        kept.setdefault(taken, model.W.detach().clone())
    history = _history(losses[:taken], kept)
    history.interrupted = interrupted
    return history


def _snapshot_steps(model: nn.Module, count: int, steps: int) -> list[int]:
    """The steps after which to keep W: 0 and `steps` and, between, quadratically spaced ones."""
    count = check.whole_number("snapshots", count, at_least=0)
    if count > steps + 1:
        raise ValueError(f"snapshots must be at most steps + 1 = {steps + 1}, got {count}")
    if count and not isinstance(getattr(model, "W", None), Tensor):
        raise ValueError("snapshots must be 0 for a model without a weight matrix W")
    fractions = torch.linspace(0, 1, count).square() if count > 1 else torch.ones(count)
    return sorted({round(f * steps) for f in fractions.tolist()})


def _history(loss: Tensor, kept: dict[int, Tensor]) -> History:
    if not kept:
        return History(loss)
    return History(loss, torch.stack(list(kept.values())), torch.tensor(list(kept)))
