"""A model's copies: a check that each has its own parameters, and one of them as a single model."""

from __future__ import annotations

import copy
import operator

from torch import Tensor, nn


def check_copies(model: nn.Module) -> None:
    """Raise unless each of the model's copies has parameters of its own.

    Copies would share a parameter without a leading axis of copies. A tensor that is neither a
    parameter nor a buffer would go unnoticed.
    """
    copies = getattr(model, "copies", None)
    if not copies:
        return
    who = f"{type(model).__name__} with copies={copies}"
    for name, parameter in model.named_parameters():
        if parameter.shape[:1] != (copies,):
            wanted = f"parameters with a leading axis of {copies} copies"
            got = f"got {name} of shape {tuple(parameter.shape)}"
            raise TypeError(f"{who} must have {wanted}, {got}")
    for name, value in (item for module in model.modules() for item in vars(module).items()):
        if isinstance(value, Tensor) and value.shape[:1] == (copies,):
            other = f"if it is not trained, by register_buffer({name!r}, ...)"
            raise TypeError(f"{who} must hold {name} as an nn.Parameter or, {other}")


def single_copy(model: nn.Module, i: int) -> nn.Module:
    """Copy i of a model with copies as a single model. Changing it leaves the model alone."""
    if not model.copies:
        raise TypeError("This is a single model. Only a model made with copies=k can be indexed.")
    if not hasattr(i, "__index__") or getattr(i, "ndim", 0):
        raise TypeError(f"copy index must be one whole number, got {i!r}")
    i = operator.index(i)  # NumPy's and PyTorch's as well, as argmin gives them
    if not -model.copies <= i < model.copies:
        raise IndexError(f"copy index must be below copies = {model.copies}, got {i}")
    check_copies(model)
    single = copy.deepcopy(model)
    own = {}  # by the id of the parameter with copies: what is one tensor there stays one
    for module in single.modules():
        if getattr(module, "copies", None):
            module.copies = None
        for name, parameter in module._parameters.items():
            if parameter is not None:
                one = nn.Parameter(parameter.detach()[i].clone(), parameter.requires_grad)
                module._parameters[name] = own.setdefault(id(parameter), one)
        for name, buffer in module._buffers.items():
            if buffer is not None and buffer.shape[:1] == (model.copies,):
                module._buffers[name] = buffer[i].clone()
    return single
