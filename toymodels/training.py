"""The loss, and the training loop: draw, forward, loss, backward, step.

In each step `_engine` does what takes the time, which is the gradients and Adam.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from numbers import Real

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._copies import check_copies
from toymodels._engine import Adam, Autograd, WrittenOut, one_thread, recording_gradients
from toymodels._recording import MOST_STEPS, DivergedError, History, record, snapshot_steps
from toymodels.data import Data

LR = 0.03  # with batch, steps and betas chosen by measurement: benchmarks/defaults.md


def weighted_mse(x: Tensor, x_hat: Tensor, importance: Tensor) -> Tensor:
    """Loss: the mean over batch and features of I_i (x_i - x_hat_i)^2, one number per copy.

    Args:
        x: (batch, n) or (copies, batch, n).
        x_hat: (batch, n) or (copies, batch, n). If x has no copies, it serves all copies of x_hat.
        importance: (n,) or (copies, n).
    Returns:
        () or (copies,), in squared units of x.
    Source: Elhage et al. 2022, "Demonstrating Superposition", where it is summed over features.
    """
    for name, value in (("x", x), ("x_hat", x_hat), ("importance", importance)):
        require.tensor(name, value)
    if x_hat.shape != x.shape and x_hat.shape[1:] != x.shape:
        raise ValueError(
            f"x_hat must have the shape of x, {tuple(x.shape)}, got {tuple(x_hat.shape)}"
        )
    *copies, _, n = x_hat.shape
    if importance.shape not in {(n,), (*copies, n)}:
        allowed = f"({n},)" + (f" or {(*copies, n)}" if copies else "")
        raise ValueError(f"importance must have shape {allowed}, got {tuple(importance.shape)}")
    error = (x - x_hat).square()  # (..., batch, n)
    return (importance.unsqueeze(-2) * error).mean(dim=(-2, -1))


def train(
    model: nn.Module,
    data: Data,
    importance=None,
    *,
    loss: Callable[[nn.Module, Tensor], Tensor] | None = None,
    steps: int = 1000,
    batch_size: int = 512,
    lr: float | Callable[[int], float] = LR,
    betas: tuple[float, float] = (0.9, 0.99),
    weight_decay: float = 0.0,
    seed: int = 0,
    progress: bool = True,
    snapshots: int = 0,
) -> History:
    """Train the model in place on fresh samples and return what happened on the way.

    Each step draws a batch, measures the loss and takes one step of Adam. The same seed gives the
    same run, and PyTorch's global random state is not touched. If you interrupt the kernel,
    training ends early, and model and history keep what they have.

    Args:
        model: any nn.Module. For the usual loss it maps (..., batch, n) to (..., batch, n).
        data: `SparseFeatures`, or any other `Data`, the same for all copies or one for each. A
            module without copies is trained on the sum of the losses of the data's copies.
        importance: (n,) or (copies, n), not negative. None: all 1.
        loss: a function of (model, x) that returns (), or (copies,) with one loss for each copy. It
            applies weights itself, so leave importance None. None: `weighted_mse` of the answers.
        steps, batch_size: at least 1. The defaults bring 40 -> 5 models to within 1% of their best
            up to S = 0.95. 200 -> 20 models need steps=2000 (benchmarks/defaults.md).
        lr: highest learning rate, above 0 (see `warmup_cosine`), 0.03 unless given. Or a function
            of the step, which may be called several times for each.
        betas: Adam's decay rates, each in [0, 1).
        weight_decay: at least 0. Each step first multiplies every parameter, biases as well, by
            1 - learning rate * weight_decay, as `torch.optim.AdamW` does. The loss has no term.
        seed: of the data. The model has its own. progress: show a progress bar.
        snapshots: how often to keep W, at most steps + 1 times, more often at the beginning. If
            there are two or more, the first is from before training and the last from after it.
    Returns:
        History of the steps taken.
    Raises:
        TypeError, ValueError: an argument is unusable. Nothing has been trained then.
        DivergedError: the loss is NaN or infinite. Its `history` holds the steps so far.
    """
    rates = {"lr": lr, "betas": betas, "weight_decay": weight_decay}
    options = {"loss": loss, "batch_size": batch_size, "seed": seed} | rates
    history = _history(model, data, importance, steps, progress, snapshots, **options)
    if history.interrupted:
        taken = len(history.loss)
        print(f"Stopped after step {taken} of {steps}. Model and history keep what was learned.")
    return history


def train_to_the_end(*arguments, **options) -> History:
    """Like `train`, but an interrupt is passed on, so half-trained never passes for trained."""
    history = _history(*arguments, **options)
    if history.interrupted:
        raise KeyboardInterrupt
    return history


def _history(
    model, data, importance=None, steps=1000, progress=True, snapshots=0, lr=LR, **options
) -> History:
    steps = require.whole_number("steps", steps, at_most=MOST_STEPS)
    run = training_steps(model, data, importance, steps=steps, lr=lr, **options)
    keep = snapshot_steps(model, snapshots, steps)
    copies = require.copies(model, data)
    return record(run, model, copies, steps, _as_function(lr, steps), progress, keep)


def training_steps(
    model: nn.Module,
    data: Data,
    importance=None,
    *,
    loss: Callable[[nn.Module, Tensor], Tensor] | None = None,
    steps: int | None = 1000,
    batch_size: int = 512,
    lr: float | Callable[[int], float] = LR,
    betas: tuple[float, float] = (0.9, 0.99),
    weight_decay: float = 0.0,
    seed: int = 0,
) -> Iterator[tuple[int, Tensor]]:
    """Train one step at a time, and yield (steps taken, loss of that step's batch, one per copy).

    This is the loop behind `train`. Use it to look at something, or to change it, between two
    steps. While it runs, you may assign `data.sparsity`, `model.W` and `model.b`, and change an
    `importance` that is a float32 tensor in place. The arguments are those of `train`, except for:

    Args:
        steps: None means to go on for ever.
        lr: a number follows `warmup_cosine`, or stays constant if steps is None. Or a function of
            the step.
    Raises:
        TypeError, ValueError: an argument is unusable. The call raises it, before any step.
        DivergedError: the loss is NaN or infinite, and the weights are those from before that
            step, or the last step made a weight NaN or infinite.
    """
    require.data(data)
    _check_trainable(model)
    require.fits(model, data)
    steps = None if steps is None else require.whole_number("steps", steps)
    batch_size = require.whole_number("batch_size", batch_size)
    decays = require.numbers("betas", betas)
    if decays.shape != (2,) or not ((decays >= 0) & (decays < 1)).all():
        raise ValueError(f"betas must be two numbers in [0, 1), got {betas!r:.200}")
    weight_decay = require.positive("weight_decay", weight_decay, or_zero=True)
    adam = partial(Adam, betas=decays.tolist(), weight_decay=weight_decay)
    rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
    rate = _as_function(lr, steps)
    rate(0)  # a function that returns no number is an error here, not at the first step
    with recording_gradients():
        copies = require.copies(model, data)
        if loss is None:
            importance = require.importance(importance, data.n, copies)
            if importance.is_inference():  # autograd takes none of these
                importance = importance.clone()
        elif importance is not None:
            wanted = "importance must be None if you pass your own loss"
            raise ValueError(f"{wanted}. Apply the weights inside that loss.")
        elif not callable(loss) or isinstance(loss, nn.Module):
            hint = "Such a function is lambda model, x: (x - model(x)).square().mean()."
            wanted = "loss must be a function of (model, x) or None"
            raise TypeError(f"{wanted}, got {loss!r:.200}. {hint}")
        if loss is None and WrittenOut.fits(model):
            engine = WrittenOut(model, importance, batch_size, adam)
        else:
            usual = partial(_reconstruction_loss, importance=importance)
            engine = Autograd(model, _checked(loss, copies) if loss else usual, adam)

    def loop():
        taken = 0
        copies = data.copies
        while taken != steps:
            with one_thread(), np.errstate(all="ignore"), recording_gradients():
                if data.copies != copies:  # the sparsity was set anew
                    require.fits(model, data)
                x = draw(data, batch_size, rng)
                batch_loss = engine.gradients(x)  # () or (copies,)
                if not math.isfinite(batch_loss.numpy().sum()):
                    raise DivergedError(_advice(taken, rate(taken), x))
                engine.update(rate(taken))
            taken += 1
            if taken == steps and not all(p.isfinite().all() for p in model.parameters()):
                # no later loss would tell
                raise DivergedError(_advice(taken - 1, rate(taken - 1), x))
            yield taken, batch_loss

    return loop()


def _check_trainable(model: nn.Module) -> None:
    """Raise unless the model is a module with parameters that a gradient can reach."""
    require.module(model)
    trained = [p for p in model.parameters() if p.requires_grad]
    if not trained:
        raise ValueError("model must have parameters to train, got none")
    for parameter in trained:
        if parameter.dtype != torch.float32:
            raise TypeError(f"model must be float32, as the data are, got {parameter.dtype}")
        if parameter.is_inference():
            raise ValueError("model must be made outside torch.inference_mode() to be trained")
    check_copies(model)


def draw(data: Data, batch_size: int, rng: np.random.Generator) -> Tensor:
    """A batch of the data, or an error that says what data.sample should have returned."""
    try:
        x = data.sample(batch_size, rng)
    except TypeError as error:
        error.add_note("Training calls data.sample(batch_size, rng), both by position.")
        raise
    require.returned("data.sample(batch_size, rng)", x)
    shape = (batch_size, data.n) if data.copies is None else (data.copies, batch_size, data.n)
    if x.shape != shape or x.dtype != torch.float32:
        got = f"got {tuple(x.shape)} {x.dtype}"
        raise ValueError(f"data.sample must return {shape} {torch.float32}, {got}")
    return x


def _advice(step: int, lr: float, x: Tensor) -> str:
    """What to do about a loss or weights that are no longer finite. x: the batch."""
    if not x.isfinite().all():
        return f"data.sample returned NaN or infinity at step {step + 1}. Correct the data."
    return (
        f"The loss or the weights became NaN or infinite at step {step + 1} with learning rate "
        f"{lr:.3g}. Try a lower lr, for example {lr / 10:.1g}. If that changes nothing, look for "
        "huge numbers in the data, and for NaN or division by zero in the model."
    )


def reconstruction(model: nn.Module, x: Tensor) -> Tensor:
    """model(x), or an error that says what it should have returned."""
    x_hat = model(x)
    require.returned("model(x)", x_hat)
    if x_hat.shape[-2:] != x.shape[-2:]:
        raise ValueError(f"model(x) must be {tuple(x.shape)} as x, got {tuple(x_hat.shape)}")
    return x_hat


def _reconstruction_loss(model: nn.Module, x: Tensor, importance: Tensor) -> Tensor:
    """The usual loss of a batch."""
    return weighted_mse(x, reconstruction(model, x), importance)


def _checked(loss: Callable, copies: int | None) -> Callable[[nn.Module, Tensor], Tensor]:
    """The loss, with an error that says what it should have returned."""

    def checked(model: nn.Module, x: Tensor) -> Tensor:
        try:
            value = loss(model, x)
            require.returned("loss(model, x)", value)
        except (AttributeError, TypeError) as error:
            error.add_note("Training calls loss(model, x) with the model and a batch of data.")
            raise
        if value.shape not in {(), (copies,)}:
            wanted = "()" + (f" or (copies,) = ({copies},)" if copies else "")
            raise ValueError(f"loss(model, x) must be {wanted}, got shape {tuple(value.shape)}")
        if not value.requires_grad:
            raise ValueError("loss(model, x) must depend on the parameters, but it has no gradient")
        return value

    return checked


def warmup_cosine(lr: float, steps: int) -> Callable[[int], float]:
    """The default learning rate, as a function of the step, 0 ... steps-1.

    The rate climbs to lr over the first tenth of the steps, and falls to zero along half a cosine.
    Without the climb, hidden ReLUs die early on very sparse data (benchmarks/defaults.md).
    """
    lr = require.positive("lr", lr)
    steps = require.whole_number("steps", steps)

    def rate(step: int) -> float:
        climb = min(1, 10 * (step + 1) / steps)
        fall = (1 + math.cos(math.pi * step / steps)) / 2
        return lr * climb * fall

    return rate


def _as_function(lr: float | Callable[[int], float], steps: int | None) -> Callable[[int], float]:
    """The learning rate as a function of the step."""
    if not callable(lr):
        lr = require.positive("lr", lr)
        return warmup_cosine(lr, steps) if steps else lambda step: lr

    def rate(step: int) -> float:
        value = lr(step)
        if not isinstance(value, Real) or not 0 <= value < math.inf:
            raise ValueError(f"lr(step) must be finite and not negative, got {value!r}")
        return float(value)

    return rate
