"""What a training run leaves behind: its losses, W over time, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._progress import progress_bar
from toymodels.data import FLOAT32

MOST_STEPS = 10**8  # whose losses are kept: 400 MB


@dataclass
class History:
    """What a training run of T steps leaves behind. A single model has no axis of copies.

    Attributes:
        loss: (T,) or (T, copies), the loss of the batch that each step saw, before its update.
        snapshots: (s, ..., m, n), W over time. snapshot_steps: (s,), steps taken before each.
        interrupted: whether the training was stopped before its last step.
    """

    loss: Tensor
    snapshots: Tensor | None = None
    snapshot_steps: Tensor = field(
        default_factory=lambda: torch.zeros(0, dtype=torch.long, device="cpu")
    )
    interrupted: bool = False

    @property
    def steps(self) -> Tensor:
        """(T,), 1 ... T: the x-axis for `loss`."""
        return torch.arange(1, len(self.loss) + 1, device="cpu")

    def __repr__(self) -> str:
        copies = f", {self.loss.shape[1]} copies" if self.loss.ndim > 1 else ""
        last = f", last loss {self.loss[-1].mean():.4g}" if len(self.loss) else ""
        ending = ", interrupted" if self.interrupted else ""
        return f"History({len(self.loss)} steps{copies}{last}{ending})"


class DivergedError(ArithmeticError):
    """Loss or weights became NaN or infinite. `history` holds the steps before that."""

    history: History | None = None


def record(
    run: Iterator[tuple[int, Tensor]],
    model: nn.Module,
    copies: int | None,
    steps: int,
    rate: Callable[[int], float],
    progress: bool,
    keep: set[int],
) -> History:
    """Take all steps of a run and write down what `History` holds.

    Args:
        run: as `training_steps` makes it. copies: of the losses. rate: of learning, by step.
        keep: the steps after which W is kept.
    """
    kept = {}  # steps taken -> W
    if 0 in keep:
        kept[0] = model.W.detach().clone()
    losses = torch.empty(0, *([copies] if copies else []), **FLOAT32)  # (T,) or (T, copies)
    taken = 0
    interrupted = False
    try:
        with progress_bar(steps, "training", disable=not progress) as bar:
            for step, loss in run:
                if not taken:  # all in one piece: a thousand would fragment the memory
                    losses = torch.empty(steps, *loss.shape, **FLOAT32)
                losses[step - 1] = loss
                taken = step
                if step in keep:
                    kept[step] = model.W.detach().clone()
                if bar.reaches(step):
                    bar.set_postfix(
                        loss=f"{loss.mean():.4g}", lr=f"{rate(step - 1):.2g}", refresh=False
                    )
    except KeyboardInterrupt:
        interrupted = True
    except DivergedError as error:
        error.history = _history(losses[:taken], kept)
        raise
    if keep:  # when interrupted, the last W as well
        kept.setdefault(taken, model.W.detach().clone())
    history = _history(losses[:taken], kept)
    history.interrupted = interrupted
    return history


def snapshot_steps(model: nn.Module, count: int, steps: int) -> set[int]:
    """The steps after which to keep W: 0 and `steps` and, between, quadratically spaced ones."""
    count = require.whole_number("snapshots", count, at_least=0)
    if count > steps + 1:
        raise ValueError(f"snapshots must be at most steps + 1 = {steps + 1}, got {count}")
    if count and not isinstance(getattr(model, "W", None), Tensor):
        raise ValueError("snapshots must be 0 for a model without a weight matrix W")
    if count == 1:
        return {steps}
    return {round(fraction**2 * steps) for fraction in np.linspace(0, 1, count).tolist()}


def _history(loss: Tensor, kept: dict[int, Tensor]) -> History:
    if not kept:
        return History(loss)
    return History(loss, torch.stack(list(kept.values())), torch.tensor(list(kept), device="cpu"))
