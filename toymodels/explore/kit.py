"""What several explorers need: checks of their arguments, and small sums on what they show."""

from __future__ import annotations

import torch
from torch import Tensor

from toymodels import _require as require
from toymodels.plot.look import COLORS, NAMES, STUDENTS_COLORS

# Positions of a slider, and rows of a picture: a position takes 50 ms to draw and 10 KB
MOST = 200
NOTHING = 1e-9  # a loss below this is rounding


def classes_of(models, n: int, m: int) -> list[type]:
    """The classes to show, each once, or an error that names what is wrong with them."""
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
    S = require.sparsities(sparsities)
    if len(S) > MOST:
        raise ValueError(f"sparsities must be at most {MOST}, got {len(S)} of them")
    return S.tolist()


def one_sparsity(value) -> float:
    """A single sparsity, where the explorer shows one only."""
    S = require.sparsity(value, n=1)
    if S.ndim:
        raise ValueError(f"sparsity must be one number here, got shape {tuple(S.shape)}")
    return S.item()


def loss_ratio(loss: Tensor | float, optimum: Tensor) -> Tensor:
    """loss / optimum; NaN where the optimum is zero, against which no loss is small or large."""
    return loss / optimum.where(optimum > NOTHING, torch.nan)


def smooth(ratio: Tensor, moments: list[int]) -> Tensor:
    """(T,) -> (positions,): a batch's loss is noisy, so each is a mean over its neighbours."""
    last = len(ratio) - 1
    means = []
    for moment in moments:
        width = moment // 8
        means.append(ratio[min(moment - width, last) : moment + width + 1].mean())
    return torch.stack(means)


def turned_onto(target: Tensor, W: Tensor) -> Tensor:
    """Each W (k, 2, n), turned or mirrored to come nearest to target (2, n): Procrustes."""
    U, _, Vt = torch.linalg.svd(target @ W.mT)
    return U @ Vt @ W
