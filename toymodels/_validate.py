"""Argument checks shared by all modules: each error names the argument, the value and what is allowed."""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np
import torch
from torch import Tensor


def whole_number(name: str, value, at_least: int = 1) -> int:
    """Return value as an int, or raise: TypeError if it is no whole number, ValueError if too small."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    return int(value)


def positive(name: str, value) -> float:
    """Return value as a float, or raise unless it is a finite number above zero."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be finite and above 0, got {value}")
    return float(value)


def size(n, m) -> tuple[int, int]:
    """Return (n, m), or raise unless 1 <= m <= n: more dimensions than features leave nothing to share."""
    n, m = whole_number("n", n), whole_number("m", m)
    if m > n:
        raise ValueError(f"m must be at most n = {n} (hidden dimensions to share), got {m}")
    return n, m


def numbers(name: str, value, dtype=torch.float64) -> Tensor:
    """Return value (number, list, array or tensor of real numbers) as a tensor, or raise TypeError."""
    if isinstance(value, str):
        raise TypeError(f"{name} must be numbers, got the text {value!r}")
    if isinstance(value, Tensor):
        cpu(name, value)
        if value.dtype != torch.bool and not value.is_complex() and value.layout == torch.strided:
            return value.detach().to(dtype)
    else:
        array = _array(value)
        if array.dtype.kind in "iuf":  # no text, no True, nothing complex
            return torch.from_numpy(np.array(array, dtype=np.float64, order="C")).to(dtype)
    raise TypeError(f"{name} must be numbers, got {value!r:.200}")


def _array(value) -> np.ndarray:
    """The value as NumPy takes it; an array of nothing if it does not."""
    try:
        array = np.asarray(value)
        entries = np.asarray(value, dtype=object).flat if isinstance(value, (list, tuple)) else ()
        if any(isinstance(entry, (bool, np.bool_)) for entry in entries):  # True is no number
            return np.array(None)
        if array.dtype.kind == "O" and all(isinstance(entry, (Real, Tensor)) for entry in array.flat):
            array = array.astype(np.float64)
        return array
    except (TypeError, ValueError, RuntimeError):
        return np.array(None)


def cpu(name: str, tensor: Tensor) -> None:
    """Raise unless the tensor lies in the processor's memory."""
    if tensor.device.type != "cpu":
        raise ValueError(f"{name} must be on the CPU, got device {tensor.device}")


def sparsity(value, n: int) -> Tensor:
    """Return sparsity as float64, shape (), (k,) or (k, n), or raise unless every entry is in [0, 1]."""
    S = numbers("sparsity", value)
    if S.ndim > 2 or S.numel() == 0 or (S.ndim == 2 and S.shape[1] != n):
        raise ValueError(
            f"sparsity must be one number, (copies,) or (copies, n = {n}), got shape {tuple(S.shape)}"
        )
    if not bool(((S >= 0) & (S <= 1)).all()):  # NaN fails both comparisons
        bad = S[~((S >= 0) & (S <= 1))][0].item()
        raise ValueError(f"sparsity must lie in [0, 1] (probability of a zero), got {bad}")
    return S


def sparsities(value) -> Tensor:
    """Return a list of sparsities as float64, (s,), or raise: a set or a generator has no order to keep."""
    if not isinstance(value, (list, tuple, range, np.ndarray, Tensor)):
        raise TypeError(f"sparsities must be a list of numbers, got {value!r:.200}")
    S = numbers("sparsities", value)
    if not S.numel():
        raise ValueError("sparsities must hold at least one number, got none")
    if S.ndim == 1:
        S = sparsity(S, n=1)
    else:
        raise ValueError(f"sparsities must be a list of numbers, got shape {tuple(S.shape)}")
    return S


def importance(value, n: int, copies: int | None = None, dtype=torch.float32) -> Tensor:
    """Return importance, shape (n,) or (copies, n); None means 1 for every feature."""
    if value is None:
        return torch.ones(n, dtype=dtype)
    weights = numbers("importance", value, dtype)
    if weights.shape not in {(n,), (copies, n)}:
        allowed = f"(n,) = ({n},)" + (f" or (copies, n) = ({copies}, {n})" if copies else "")
        raise ValueError(f"importance must have shape {allowed}, got {tuple(weights.shape)}")
    if not bool(torch.isfinite(weights).all()) or bool((weights < 0).any()):
        raise ValueError(f"importance must be finite and not negative, got {weights.tolist()}")
    if not bool((weights > 0).any(dim=-1).all()):
        raise ValueError("importance must not be zero for every feature: nothing would be learned")
    return weights


def module(model) -> None:
    """Raise unless the model is a PyTorch module (an instance, not its class)."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"model must be an nn.Module, for example LinearModel(40, 5), got {model!r:.200}")
    for parameter in model.parameters():
        cpu("model", parameter)


def matrix(name: str, value) -> Tensor:
    """Return a float tensor with two axes or more, (..., m, n), or raise."""
    kept = isinstance(value, Tensor) and value.is_floating_point()
    W = numbers(name, value, value.dtype if kept else torch.float32)
    if W.ndim < 2 or 0 in W.shape:
        raise ValueError(f"{name} must be (..., m, n), got shape {tuple(W.shape)}")
    return W


def features(value) -> None:
    """Raise unless value is data as the models are trained on."""
    if not all(hasattr(value, name) for name in ("n", "copies", "sample", "variance")) or isinstance(
        value, type
    ):
        raise TypeError(f"features must be SparseFeatures(n, sparsity), got {value!r:.200}")


def rate(value) -> float:
    """Return a learning rate that a function of the step gave, or raise unless finite and not negative."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < math.inf:
        raise ValueError(f"lr(step) must be a finite number, not negative, got {value!r}")
    return float(value)


def generator(value) -> np.random.Generator:
    """Return value, or for None a new generator seeded by PyTorch's global state, or raise TypeError."""
    if value is None:
        return np.random.default_rng(torch.randint(2**63 - 1, ()).item())
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"generator must be NumPy's, as np.random.default_rng(0), got {type(value).__name__}")
    return value


def fits(model, features) -> None:
    """Raise unless the features fit a model with n and copies: same n, and no copies of theirs or as many."""
    if not (hasattr(model, "n") and hasattr(model, "W") and hasattr(model, "copies")):
        return
    if model.W.dtype != torch.float32:
        raise TypeError(f"model must be float32, as the data are, got {model.W.dtype}")
    if features.n != model.n:
        raise ValueError(f"features must have n = {model.n} as the model has, got n = {features.n}")
    if features.copies not in (None, model.copies):
        raise ValueError(
            f"sparsity must be one number or one per copy (the model has copies={model.copies}), "
            f"got {features.copies} values"
        )
