"""What several explorers need: checks of their arguments, and small computations."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.explore.explorer import nearest
from toymodels.plot.look import COLORS, NAMES, STUDENTS_COLORS

MOST = 200  # positions of a slider, and rows of a picture
NOTHING = 1e-9  # a loss below this is rounding


def classes_of(models, n: int, m: int) -> list[type]:
    """The classes to show, each once, or an error that names what is wrong with them."""
    models = [models] if isinstance(models, type) else models
    if not isinstance(models, (list, tuple)):
        raise TypeError(f"models must be a list of classes like LinearModel, got {models!r:.200}")
    if not models:
        raise ValueError("models must hold at least one class, got none")
    for cls in models:
        require.model_class("models", cls, n, m)
    if len(set(models)) < len(models):
        names = [cls.__name__ for cls in models]
        raise ValueError(f"models must be different from each other, got {names}")
    return list(models)


def names_and_colors(classes: list[type]) -> dict[type, tuple[str, str]]:
    """What to call each class in a figure, and its colour; a student's class has its own name."""
    looks = {}
    students = 0
    for cls in classes:
        if cls in NAMES:
            looks[cls] = NAMES[cls], COLORS[cls]
        else:
            looks[cls] = cls.__name__, STUDENTS_COLORS[students % len(STUDENTS_COLORS)]
            students += 1
    return looks


def positions_of(sparsities) -> list[float]:
    """The sparsities at which a slider stops."""
    S = sparsities_of(sparsities)
    if len(S) > MOST:
        raise ValueError(f"sparsities must be at most {MOST} numbers, got {len(S)}")
    return S.tolist()


def one_sparsity(value) -> float:
    """A single sparsity, where the explorer shows one only."""
    S = require.sparsity(value, n=1)
    if S.ndim:
        raise ValueError(f"sparsity must be one number here, got shape {tuple(S.shape)}")
    return S.item()


def loss_ratio(loss: Tensor | float, optimum: Tensor) -> Tensor:
    """loss / optimum, or NaN where the optimum is zero and no loss can be compared with it."""
    return loss / optimum.where(optimum > NOTHING, torch.nan)


def smooth(ratio: Tensor, moments: list[int]) -> Tensor:
    """(T,) -> (positions,): each is a mean over its neighbours, because a batch's loss is noisy."""
    last = len(ratio) - 1
    means = []
    for moment in moments:
        width = moment // 8
        means.append(ratio[min(moment - width, last) : moment + width + 1].mean())
    return torch.stack(means)


def turned_onto(target: Tensor, W: Tensor) -> Tensor:
    """Each W (k, 2, n), rotated or mirrored to come closest to target (2, n), after Procrustes."""
    U, _, Vt = torch.linalg.svd(target @ W.mT)
    return U @ Vt @ W


def stops_at(positions: list[float], wanted: Sequence[float]) -> list[int]:
    """The positions nearest to the ones that matter."""
    return sorted({nearest(positions, value) for value in wanted})


def sparsities_of(value) -> Tensor:
    """Return a list of sparsities as float64, (s,), or raise."""
    S = require.numbers("sparsities", value)
    if S.ndim != 1 or not len(S):
        raise TypeError(f"sparsities must be a list of numbers, got {value!r:.200}")
    return require.sparsity(S, n=1)


def listed(name: str, value, at_most: int) -> Tensor:
    """Return a list of 1 to at_most numbers as float64, or raise."""
    values = require.numbers(name, value)
    if values.ndim != 1 or not 1 <= len(values) <= at_most:
        got = f"got shape {tuple(values.shape)}"
        raise ValueError(f"{name} must be a list of 1 to {at_most} numbers, {got}")
    return values


def shares_of(name: str, value, at_most: int) -> Tensor:
    """Return a list of 1 to at_most numbers, each in (0, 1], as float64, or raise."""
    values = listed(name, value, at_most)
    bad = values[~((values > 0) & (values <= 1))]
    if len(bad):
        raise ValueError(f"{name} must lie in (0, 1], got {bad[0]:g}")
    return values


def check_has_weights(model, copies: int) -> None:
    """Raise unless the model, made by the reader's own class, has W for that many copies."""
    shape = tuple(getattr(getattr(model, "W", None), "shape", ()))
    if len(shape) != 3 or shape[0] != copies:
        call = f"{type(model).__name__}(n, m, copies={copies}, seed=...)"
        got = f"got shape {shape}" if hasattr(model, "W") else "but it has no W"
        raise TypeError(f"{call} must have W of shape ({copies}, m, n), {got}")
