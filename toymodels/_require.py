"""Argument checks: each error names the argument, the value and what is allowed."""

from __future__ import annotations

import inspect
import math
import operator
from numbers import Integral, Real

import numpy as np
import torch
from torch import Tensor

LARGEST = torch.finfo(torch.float64).max


def whole_number(name: str, value, at_least: int = 1, at_most: int = 2**63 - 1) -> int:
    """Return value as an int, or raise: TypeError if it is none, ValueError if out of range."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    if value > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {value!r:.40}")
    return int(value)


def positive(name: str, value) -> float:
    """Return value as a float, or raise unless it is a finite number above zero."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    number = value.item() if isinstance(value, np.generic) else value  # no float32 holds LARGEST
    if not 0 < number <= LARGEST:
        raise ValueError(f"{name} must be finite and above 0, got {value!r:.40}")
    return float(value)


def yes_or_no(name: str, value) -> bool:
    """Return value, or raise TypeError unless it is True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r:.200}")
    return value


def size(n, m, at_most: int = 2**63 - 1) -> tuple[int, int]:
    """Return (n, m), or raise unless 1 <= m <= n: with more dimensions nothing is shared."""
    n = whole_number("n", n, at_most=at_most)
    m = whole_number("m", m)
    if m > n:
        raise ValueError(f"m must be at most n = {n} (hidden dimensions to share), got {m}")
    return n, m


def numbers(name: str, value, dtype=torch.float64) -> Tensor:
    """Return value (number, list, array or tensor of real numbers) as a tensor, or raise
    TypeError."""
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
        if array.dtype.kind == "O" and all(
            isinstance(entry, (Real, Tensor)) for entry in array.flat
        ):
            array = array.astype(np.float64)
        return array
    except (TypeError, ValueError, RuntimeError):
        return np.array(None)


def cpu(name: str, tensor: Tensor) -> None:
    """Raise unless the tensor lies in the processor's memory."""
    if tensor.device.type != "cpu":
        raise ValueError(f"{name} must be on the CPU, got device {tensor.device}")


def sparsity(value, n: int) -> Tensor:
    """Return sparsity as float64, shape (), (k,) or (k, n), or raise unless every entry is in [0,
    1]."""
    S = numbers("sparsity", value)
    if S.ndim > 2 or S.numel() == 0 or (S.ndim == 2 and S.shape[1] != n):
        got = f"got shape {tuple(S.shape)}"
        raise ValueError(f"sparsity must be one number, (copies,) or (copies, n = {n}), {got}")
    if not bool(((S >= 0) & (S <= 1)).all()):  # NaN fails both comparisons
        bad = S[~((S >= 0) & (S <= 1))][0].item()
        raise ValueError(f"sparsity must lie in [0, 1] (probability of a zero), got {bad}")
    return S


def sparsities(value) -> Tensor:
    """Return a list of sparsities as float64, (s,), or raise: a set, say, has no order."""
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


def groups(value, n: int) -> list[list[int]]:
    """Return groups of features as lists, or raise unless each feature is in at most one."""
    if not isinstance(value, (list, tuple)) or not value:
        raise TypeError(f"groups must be a list of lists of features, got {value!r:.200}")
    found = []
    for group in value:
        if not isinstance(group, (list, tuple, range)) or not len(group):
            raise TypeError(f"groups must be a list of lists of features, got {value!r:.200}")
        found.append([whole_number("groups' features", i, 0, n - 1) for i in group])
    features = [i for group in found for i in group]
    if len(set(features)) < len(features):
        twice = next(i for i in features if features.count(i) > 1)
        raise ValueError(f"groups must hold each feature at most once, got {twice} twice")
    return found


def bond(value, groups: list[list[int]], p: float) -> Tensor:
    """Return bonds as float32, (groups,) or (copies, groups), or raise; p: 1 - S."""
    bonds = numbers("bond", value, torch.float32)
    if bonds.ndim == 0:
        bonds = bonds.expand(len(groups)).clone()
    if bonds.ndim > 2 or 0 in bonds.shape or bonds.shape[-1] != len(groups):
        allowed = f"one number, ({len(groups)},) or (copies, {len(groups)})"
        raise ValueError(f"bond must be {allowed}, one per group, got shape {tuple(bonds.shape)}")
    if not bool(((bonds >= -1) & (bonds <= 1)).all()):
        raise ValueError(f"bond must lie in [-1, 1], got {bonds.flatten().tolist()!r:.100}")
    for g, group in enumerate(groups):
        if bool((bonds[..., g] < 0).any()) and len(group) * p > 1 + 1e-9:
            raise ValueError(
                f"groups that exclude each other need size (1 - S) at most 1, got {len(group)} "
                f"features with 1 - S = {p:.3g}"
            )
    return bonds


def copy_index(i, copies: int | None) -> int:
    """Return the number of a copy as an int, or raise unless there are copies and it is one."""
    if not copies:
        raise TypeError("this is a single model: only one made with copies=k can be indexed")
    if isinstance(i, bool) or not hasattr(i, "__index__") or getattr(i, "ndim", 0):
        raise TypeError(f"copy index must be one whole number, got {i!r}")
    i = operator.index(i)  # NumPy's and PyTorch's as well, as argmin gives them
    if not -copies <= i < copies:
        raise IndexError(f"copy index must be below copies = {copies}, got {i}")
    return i


def listed(name: str, value, at_most: int) -> Tensor:
    """Return a list of 1 to at_most numbers as float64, or raise."""
    values = numbers(name, value)
    if values.ndim != 1 or not 1 <= len(values) <= at_most:
        got = f"got shape {tuple(values.shape)}"
        raise ValueError(f"{name} must be a list of 1 to {at_most} numbers, {got}")
    return values


def shares(name: str, value, at_most: int) -> Tensor:
    """Return a list of 1 to at_most numbers, each in (0, 1], as float64, or raise."""
    values = listed(name, value, at_most)
    if not bool(((values > 0) & (values <= 1)).all()):
        bad = values[~((values > 0) & (values <= 1))][0].item()
        raise ValueError(f"{name} must lie in (0, 1], got {bad}")
    return values


def importance(
    value, n: int, copies: int | None = None, dtype=torch.float32, name: str = "importance"
) -> Tensor:
    """Return importance, shape (n,) or (copies, n); None means 1 for every feature."""
    if value is None:
        return torch.ones(n, dtype=dtype, device="cpu")
    weights = numbers(name, value, dtype)
    if weights.shape not in {(n,), (copies, n)}:
        allowed = f"(n,) = ({n},)" + (f" or (copies, n) = ({copies}, {n})" if copies else "")
        raise ValueError(f"{name} must have shape {allowed}, got {tuple(weights.shape)}")
    if not bool(torch.isfinite(weights).all()) or bool((weights < 0).any()):
        raise ValueError(f"{name} must be finite and not negative, got {weights.tolist()}")
    if not bool((weights > 0).any(dim=-1).all()):
        raise ValueError(f"{name} must not be zero for every feature: nothing would be learned")
    return weights


def module(model) -> None:
    """Raise unless the model is a PyTorch module (an instance, not its class)."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(
            f"model must be an nn.Module, for example LinearModel(40, 5), got {model!r:.200}"
        )
    for parameter in model.parameters():
        cpu("model", parameter)


def matrix(name: str, value) -> Tensor:
    """Return a float tensor with two axes or more, (..., m, n), or raise."""
    kept = isinstance(value, Tensor) and value.is_floating_point()
    W = numbers(name, value, value.dtype if kept else torch.float32)
    if W.ndim < 2 or 0 in W.shape:
        raise ValueError(f"{name} must be (..., m, n), got shape {tuple(W.shape)}")
    return W


def weights(name: str, value) -> Tensor:
    """Return the weights of a model, (..., m, n) with m at most n, or raise."""
    W = matrix(name, value)
    if W.shape[-2] > W.shape[-1]:
        raise ValueError(
            f"{name} must be (..., m, n) with m at most n, got shape {tuple(W.shape)}. "
            f"Does {name} lie on its side? {name}.mT turns it."
        )
    return W


def tensor(name: str, value, dtype) -> None:
    """Raise unless value is a tensor of the model's kind of numbers."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name} must be a tensor, got {type(value).__name__}. torch.from_numpy makes a tensor "
            "of a NumPy array, torch.tensor one of a list."
        )
    if value.dtype != dtype:
        kind = str(dtype).removeprefix("torch.")
        raise TypeError(f"{name} must be {kind} as the weights are, got {value.dtype}")


def data(value) -> None:
    """Raise unless value is data as `training` takes it: n, copies and sample(batch_size, rng)."""
    wanted = (
        "data must be SparseFeatures(n, sparsity), or have n, copies and sample(batch_size, rng)"
    )
    has_all = hasattr(value, "n") and hasattr(value, "copies")
    if isinstance(value, type) or not has_all or not callable(getattr(value, "sample", None)):
        raise TypeError(f"{wanted}, got {value!r:.200}")
    whole_number("data.n", value.n)
    if value.copies is not None:
        whole_number("data.copies", value.copies)


def independent_features(value) -> None:
    """Raise unless value is data with exact moments, as the results of `theory` need."""
    if isinstance(value, type) or not all(
        hasattr(value, name) for name in ("n", "copies", "mean", "variance")
    ):
        wanted = (
            "features must be SparseFeatures(n, sparsity), or have n, copies, mean and variance"
        )
        raise TypeError(f"{wanted}, got {value!r:.200}")


def batch(x, data, batch_size: int) -> Tensor:
    """Return what data.sample gave, or raise unless it is a batch of its size."""
    shape = (batch_size, data.n) if data.copies is None else (data.copies, batch_size, data.n)
    if not isinstance(x, Tensor):
        raise TypeError(f"data.sample must return a tensor, got {type(x).__name__}")
    if x.shape != shape:
        raise ValueError(f"data.sample must return shape {shape}, got {tuple(x.shape)}")
    if x.dtype != torch.float32:
        raise TypeError(f"data.sample must return float32, got {x.dtype}")
    return x.clone() if x.is_inference() else x


def own_loss(loss, importance) -> None:
    """Raise unless loss can be called, and is alone in weighing the features."""
    if not callable(loss) or isinstance(loss, torch.nn.Module):
        raise TypeError(
            f"loss must be a function of (model, x) or None, got {loss!r:.200}. Such a function is "
            "lambda model, x: (x - model(x)).square().mean()"
        )
    if importance is not None:
        raise ValueError("importance must be None with a loss of your own: weigh in that loss")


def loss(value) -> Tensor:
    """Return what a loss function gave, or raise unless () or (copies,), with a gradient."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"loss(model, x) must be a tensor, got {value!r:.200}: is a return missing?"
        )
    if value.ndim > 1:
        raise ValueError(f"loss(model, x) must be () or (copies,), got shape {tuple(value.shape)}")
    if not value.requires_grad:
        raise ValueError("loss(model, x) must depend on the model's parameters: it has no gradient")
    return value


def betas(value) -> tuple[float, float]:
    """Return Adam's two decay rates, or raise unless each is a number in [0, 1)."""
    rates = numbers("betas", value)
    if rates.shape != (2,) or not bool(((rates >= 0) & (rates < 1)).all()):
        raise ValueError(f"betas must be two numbers in [0, 1), got {value!r:.200}")
    return tuple(rates.tolist())


def rate(value) -> float:
    """Return a learning rate, or raise unless it is a finite number and not negative."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < math.inf:
        raise ValueError(f"lr(step) must be a finite number, not negative, got {value!r}")
    return float(value)


def generator(value) -> np.random.Generator:
    """Return value, or for None a new generator seeded by PyTorch's global state, or raise
    TypeError."""
    if value is None:
        return np.random.default_rng(torch.randint(2**63 - 1, (), device="cpu").item())
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"generator must be NumPy's, as np.random.default_rng(0), got {type(value).__name__}"
        )
    return value


def model_class(name: str, value, n: int, m: int) -> None:
    """Raise unless value is a class of modules that is called like LinearModel."""
    if not (isinstance(value, type) and issubclass(value, torch.nn.Module)):
        raise TypeError(f"{name} must be a class like LinearModel, got {value!r:.200}")
    signature = inspect.signature(value)
    try:
        signature.bind(n, m, copies=1, seed=0)
    except TypeError as error:
        raise TypeError(
            f"{name} must be called like LinearModel(n, m, copies=..., seed=...), but "
            f"{value.__name__}{signature} cannot: {error}"
        ) from error


def has_weights(model, copies: int) -> None:
    """Raise unless the model, made by a class of the reader's, has W for that many copies."""
    shape = tuple(getattr(getattr(model, "W", None), "shape", ()))
    if len(shape) != 3 or shape[0] != copies:
        raise TypeError(
            f"{type(model).__name__}(n, m, copies={copies}, seed=...) must have W of shape "
            f"({copies}, m, n), got shape {shape}"
        )


def copies_of_their_own(model) -> None:
    """Raise unless each of the model's copies has parameters of its own.

    A parameter without a leading axis of copies would be shared by all of them, and a tensor that
    is neither parameter nor buffer would be overlooked.
    """
    copies = getattr(model, "copies", None)
    if not copies:
        return
    for name, parameter in model.named_parameters():
        if parameter.shape[:1] != (copies,):
            raise TypeError(
                f"{type(model).__name__} with copies={copies} must have parameters with a leading "
                f"axis of {copies} copies, got {name} of shape {tuple(parameter.shape)}"
            )
    for module in model.modules():
        for name, value in vars(module).items():
            if isinstance(value, Tensor) and value.shape[:1] == (copies,):
                raise TypeError(
                    f"{type(model).__name__} must hold {name} as an nn.Parameter or, if it is not "
                    f"trained, by register_buffer({name!r}, ...), else its copies cannot be told "
                    "apart"
                )


def trainable(model) -> None:
    """Raise unless the model is a module with parameters that a gradient can reach."""
    module(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("model must have parameters to train, got none")
    for parameter in parameters:
        if parameter.is_floating_point() and parameter.dtype != torch.float32:
            raise TypeError(f"model must be float32, as the data are, got {parameter.dtype}")
    if any(parameter.is_inference() for parameter in parameters):
        raise ValueError("model must be made outside torch.inference_mode() to be trained")
    copies_of_their_own(model)


def copies(model, data) -> int | None:
    """Return how many copies train side by side, the model's or else the data's; None: no axis."""
    return getattr(model, "copies", None) or data.copies


def fits(model, data, name: str = "data") -> None:
    """Raise unless the data fit a model with n and copies: same n; no copies, or as many."""
    if not (hasattr(model, "n") and hasattr(model, "copies")):
        return
    if data.n != model.n:
        raise ValueError(f"{name} must have n = {model.n} as the model has, got n = {data.n}")
    if data.copies not in (None, model.copies):
        raise ValueError(
            f"{name} must have no copies (one sparsity), or one per copy of the model "
            f"(copies={model.copies}), got copies={data.copies}"
        )
