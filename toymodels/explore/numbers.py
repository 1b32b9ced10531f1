"""Numbers as they travel in a page: whole numbers of 16 bits, in base64, times a scale."""

from __future__ import annotations

import base64

import numpy as np
import torch
from torch import Tensor

from toymodels import _require as require

MOST = 2**15 - 1
NOT_A_NUMBER = -MOST - 1


def packed(name: str, values, positions: int) -> dict:
    """The numbers of all positions as JSON takes them: {shape, scale, data}.

    What is lost is half a step of scale, 1 / 65,534 of the largest number. Infinity and what is no
    number become NaN.

    Args:
        values: (positions, ...), or (1, ...) for what is the same at all of them.
    """
    numbers = require.numbers(name, values, torch.float64)
    if numbers.ndim < 2 or len(numbers) not in {1, positions}:
        wanted = f"{name} must have a first axis of {positions} positions, or of 1, and another"
        raise ValueError(f"{wanted}; got shape {tuple(numbers.shape)}")
    array = numbers.numpy()
    finite = np.isfinite(array)
    largest = np.abs(array, where=finite, out=np.zeros_like(array)).max(initial=0.0)
    scale = float(largest) / MOST or 1.0
    whole = np.where(finite, np.round(np.where(finite, array, 0.0) / scale), NOT_A_NUMBER)
    data = base64.b64encode(whole.astype("<i2").tobytes()).decode()
    return {"shape": list(array.shape), "scale": scale, "data": data}


def unpacked(numbers: dict) -> Tensor:
    """What a page makes of `packed` numbers: float64, of their shape."""
    whole = np.frombuffer(base64.b64decode(numbers["data"]), "<i2").astype(float)
    whole[whole == NOT_A_NUMBER] = np.nan
    return torch.from_numpy(whole * numbers["scale"]).view(numbers["shape"])
