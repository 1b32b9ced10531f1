"""Argument checks. Each error names the argument, the value and what is allowed.

Public functions check what a reader passes. The functions behind them trust their arguments.
"""

from __future__ import annotations

import inspect
import math
from numbers import Integral, Real

import numpy as np
import torch
from torch import Tensor


def whole_number(name: str, value, at_least: int = 1, at_most: float = math.inf) -> int:
    """Return value as an int. TypeError: not a whole number. ValueError: out of range."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    if value > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {value}")
    return int(value)


def positive(name: str, value, or_zero: bool = False) -> float:
    """Return value as a float, or raise unless it is finite and above 0, or 0 if it may be."""
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not (0 < value < math.inf or (or_zero and value == 0)):
        least = "at least" if or_zero else "above"
        raise ValueError(f"{name} must be finite and {least} 0, got {value!r}")
    return float(value)


def size(n, m, at_most: float = math.inf) -> tuple[int, int]:
    """Return (n, m), or raise unless 1 <= m <= n."""
    n = whole_number("n", n, at_most=at_most)
    m = whole_number("m", m)
    if m > n:
        raise ValueError(
            f"m must be at most n = {n}, got {m}. With more dimensions nothing would be shared."
        )
    return n, m


def numbers(name: str, value, dtype=torch.float64) -> Tensor:
    """Return value (number, list, array or tensor of numbers) as a tensor on the CPU, or raise."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", dtype)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # lists of different lengths, for example
        array = np.array(None)
    bits = array.dtype.kind == "b" and array.ndim > 0  # rows of yes and no, but not sparsity=True
    if array.dtype.kind not in "iuf" and not bits:
        text = "the text " if isinstance(value, str) else ""
        raise TypeError(f"{name} must be numbers, got {text}{value!r:.200}")
    return torch.from_numpy(np.array(array, dtype=np.float64, order="C")).to(dtype)


def sparsity(value, n: int) -> Tensor:
    """Return sparsity as float64, shape (), (k,) or (k, n), each in [0, 1], or raise."""
    S = numbers("sparsity", value)
    if S.ndim > 2 or S.numel() == 0 or (S.ndim == 2 and S.shape[1] != n):
        got = f"got shape {tuple(S.shape)}"
        raise ValueError(f"sparsity must be one number, (copies,) or (copies, n = {n}), {got}")
    bad = S[~((S >= 0) & (S <= 1))]  # NaN fails both comparisons
    if len(bad):
        raise ValueError(
            f"sparsity must lie in [0, 1], got {bad[0]:g}. It is the probability of a zero."
        )
    return S


def importance(value, n: int, copies=None, dtype=torch.float32, name="importance") -> Tensor:
    """Return importance, shape (n,) or (copies, n); None means 1 for every feature."""
    if value is None:
        return torch.ones(n, dtype=dtype, device="cpu")
    weights = numbers(name, value, dtype)
    if weights.shape not in {(n,), (copies, n)}:
        allowed = f"(n,) = ({n},)" + (f" or (copies, n) = ({copies}, {n})" if copies else "")
        raise ValueError(f"{name} must have shape {allowed}, got {tuple(weights.shape)}")
    if not (weights.isfinite() & (weights >= 0)).all():
        raise ValueError(f"{name} must be finite and not negative, got {weights.tolist()}")
    if not (weights > 0).any(dim=-1).all():
        raise ValueError(f"{name} must not be zero for every feature. Nothing would be learned.")
    return weights


def matrix(name: str, value) -> Tensor:
    """Return a float tensor with two axes or more, (..., m, n), or raise."""
    kept = isinstance(value, Tensor) and value.is_floating_point()
    W = numbers(name, value, value.dtype if kept else torch.float32)
    if W.ndim < 2 or 0 in W.shape:
        raise ValueError(f"{name} must be (..., m, n), got shape {tuple(W.shape)}")
    return W


def bias(name: str, value, n: int, copies: list[int]) -> Tensor:
    """Return one number, (n,), or (*copies, n) as float32, or raise. copies: [] or [k]."""
    b = numbers(name, value, torch.float32)
    if b.shape not in {(), (n,), (*copies, n)}:
        allowed = f"one number or {(n,)}" + (f" or {(*copies, n)}" if copies else "")
        raise ValueError(f"{name} must be {allowed}, got shape {tuple(b.shape)}")
    return b


def weights(name: str, value) -> Tensor:
    """Return the weights of a model, (..., m, n) with m at most n, or raise."""
    W = matrix(name, value)
    if W.shape[-2] > W.shape[-1]:
        got = f"got shape {tuple(W.shape)}. Does {name} lie on its side? {name}.mT turns it."
        raise ValueError(f"{name} must be (..., m, n) with m at most n, {got}")
    return W


def tensor(name: str, value, dtype=None) -> None:
    """Raise unless value is a tensor and, if dtype is given, of the model's kind of numbers."""
    if not isinstance(value, Tensor):
        hint = "torch.from_numpy turns a NumPy array into a tensor, and torch.tensor a list."
        raise TypeError(f"{name} must be a tensor, got {type(value).__name__}. {hint}")
    if dtype not in (None, value.dtype):
        raise TypeError(f"{name} must be {dtype} as the weights are, got {value.dtype}")


def returned(what: str, value) -> None:
    """Raise unless the reader's own function returned a tensor."""
    if not isinstance(value, Tensor):
        hint = ". Is a return missing?" if value is None else ""
        raise TypeError(f"{what} must be a tensor, got {value!r:.200}{hint}")


def data(value, name="data", needed=("n", "copies", "sample"), so="and sample(batch_size, rng)"):
    """Raise unless value is data as `training` takes it: n, copies and sample(batch_size, rng)."""
    missing = [k for k in needed if not hasattr(value, k)]
    if isinstance(value, type) or missing:
        wanted = f"SparseFeatures(n, sparsity), or have {', '.join(needed[:-1])} {so}"
        raise TypeError(f"{name} must be {wanted}, got {value!r:.200}{_lacks(value, missing)}")


def moments(name: str, value) -> None:
    """Raise unless these are data with exact moments of their own samples."""
    data(value, name, ("n", "copies", "mean", "variance"), "and variance")
    if draws_otherwise(value):
        raise TypeError(f"{type(value).__name__} draws other samples. Define their mean, too.")


def draws_otherwise(value) -> bool:
    """Whether a class draws samples of its own, and has the mean of its base class's."""
    for base in type(value).__mro__:
        if own := vars(base).keys() & {"mean", "sample", "from_uniform"}:
            return "mean" not in own
    return False


def _lacks(value, missing: list[str]) -> str:
    """What a reader may have forgotten, if anything is there at all."""
    if isinstance(value, (np.ndarray, Tensor)):
        return ". tm.Rows(x) turns rows into data."
    return f"; it lacks {' and '.join(missing)}" if missing and hasattr(value, "n") else ""


def module(model) -> None:
    """Raise unless the model is a PyTorch module (an instance, not its class) on the CPU."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"model must be an nn.Module, as LinearModel(40, 5), got {model!r:.200}")
    for parameter in model.parameters():
        if parameter.device.type != "cpu":
            raise ValueError(f"model must be on the CPU, got device {parameter.device}")


def model_class(name: str, value, n: int, m: int) -> None:
    """Raise unless value is a class of modules that is called like LinearModel."""
    if not (isinstance(value, type) and issubclass(value, torch.nn.Module)):
        raise TypeError(f"{name} must be a class like LinearModel, got {value!r:.200}")
    signature = inspect.signature(value)
    try:
        signature.bind(n, m, copies=1, seed=0)
    except TypeError as error:
        wanted = f"{name} must be called like LinearModel(n, m, copies=..., seed=...)"
        raise TypeError(f"{wanted}, but {value.__name__}{signature} cannot: {error}") from error


def copies(model, data) -> int | None:
    """Return how many copies train side by side, of the model or else of the data, or None."""
    return getattr(model, "copies", None) or data.copies


def fits(model, data, name: str = "data") -> None:
    """Raise unless the data fit a model with n and copies: same n; no copies, or as many."""
    if not (hasattr(model, "n") and hasattr(model, "copies")):
        return
    if data.n != model.n:
        raise ValueError(f"{name} must have n = {model.n} as the model has, got n = {data.n}")
    if data.copies not in (None, model.copies):
        wanted = f"no copies (one sparsity), or one per copy of the model (copies={model.copies})"
        raise ValueError(f"{name} must have {wanted}, got copies={data.copies}")
