"""Getting directions back from hidden activations: sparse autoencoders, and how they are scored."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from toymodels import _require as require
from toymodels._copies import single_copy
from toymodels.data import FLOAT32, Rows
from toymodels.training import train_to_the_end

LR = 0.003  # constant
ALIKE = 0.95  # the least cosine at which a learned direction counts as a true one
LOOKED_AT = 20_000  # activations that a score is measured on


class SparseAutoencoder(nn.Module):
    """latents = relu(E h + c), and h_hat is the sum of latents times directions of length 1.

    It sees only hidden activations h, and usually has more latents than h has numbers. Each latent
    has an encoder row, a bias and a row of the dictionary. This row is scaled to length 1 whenever
    it is used. Otherwise small latents with long rows would escape a penalty.

    Args:
        m: numbers in h. latents: at least 1.
        copies: None for a single one, or the number side by side. seed: of the start.
    Attributes:
        E: (..., latents, m). c: (..., latents). dictionary: (..., latents, m). float32.
    Source: Bricken et al. 2023, "Towards Monosemanticity"; Cunningham et al. 2023, "Sparse
        Autoencoders Find Highly Interpretable Features in Language Models".
    """

    def __init__(self, m: int, latents: int, copies: int | None = None, seed: int | None = None):
        super().__init__()
        self.m = require.whole_number("m", m)
        self.latents = require.whole_number("latents", latents)
        self.copies = None if copies is None else require.whole_number("copies", copies)
        if seed is None:
            seed = torch.randint(2**31, (), device="cpu").item()
        rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
        shape = (*([self.copies] if self.copies else []), self.latents, self.m)
        with torch.inference_mode(False):  # else they could never be trained
            rows = torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))
            rows = nn.functional.normalize(rows, dim=-1)
            self.E = nn.Parameter(rows.clone())
            self.c = nn.Parameter(torch.zeros(shape[:-1], dtype=torch.float32, device="cpu"))
            self.dictionary = nn.Parameter(rows)

    def __getitem__(self, i: int) -> SparseAutoencoder:
        """Copy i as a single one with its own weights. Changing it leaves this one alone."""
        return single_copy(self, i)

    @property
    def directions(self) -> Tensor:
        """(..., latents, m), of length 1."""
        return nn.functional.normalize(self.dictionary, dim=-1)

    def encode(self, h: Tensor) -> Tensor:
        """(..., batch, latents), from h (batch, m) or (..., batch, m)."""
        require.tensor("h", h, self.E.dtype)
        if h.shape[-1:] != (self.m,):
            raise ValueError(f"h must be (..., batch, m = {self.m}), got shape {tuple(h.shape)}")
        return torch.relu(h @ self.E.mT + self.c.unsqueeze(-2))

    def decode(self, latents: Tensor) -> Tensor:
        """(..., batch, m)."""
        return latents @ self.directions

    def forward(self, h: Tensor) -> Tensor:
        """h_hat."""
        return self.decode(self.encode(h))

    @torch.no_grad()
    def dead(self, h: Tensor) -> Tensor:
        """(..., latents), bool: which are 0 for all of h, (rows, m) or (copies, rows, m)."""
        return (self.encode(h) <= 0).all(dim=-2)

    def extra_repr(self) -> str:
        return f"m={self.m}, latents={self.latents}"


def sparse_code_loss(penalty) -> Callable[[nn.Module, Tensor], Tensor]:
    """The loss of a sparse autoencoder, as `train` takes it.

    It is the mean of |h - h_hat|^2 + penalty * (sum of the latents).

    Args:
        penalty: one number or (copies,), not negative.
    Returns:
        A function of (model, h), h (batch, m), that returns () or (copies,).
    Source: Bricken et al. 2023, "Towards Monosemanticity".
    """
    with torch.inference_mode(False):  # autograd takes no tensor that was made in it
        penalty = require.numbers("penalty", penalty, torch.float32).clone()
    if penalty.ndim > 1 or not bool((penalty >= 0).all()) or not bool(penalty.isfinite().all()):
        got = f"{penalty.tolist()!r:.100}"
        raise ValueError(f"penalty must be finite and not negative, one or (copies,), got {got}")

    def loss(model: nn.Module, h: Tensor) -> Tensor:
        latents = model.encode(h)  # (..., batch, latents)
        error = (h - model.decode(latents)).square().sum(dim=-1)  # (..., batch)
        return error.mean(dim=-1) + penalty * latents.sum(dim=-1).mean(dim=-1)

    return loss


def train_autoencoder(
    model: SparseAutoencoder, h: Tensor, penalty, *, steps: int = 1000, seed: int = 0
) -> None:
    """Train a sparse autoencoder on activations, in place, from the directions that it has.

    The directions of a new one are random. To start from directions of the data would look better
    than it is. Many activations lie on a feature's direction, so training would have little left to
    find. Latents that fall silent are not restarted.

    Args:
        model: with or without copies. h: activations, (rows, m), or (copies, rows, m) if each copy
            looks at another network. Rows that are zero are left out. So are the last rows of
            some copies, so that all copies have equally many.
        penalty: as in `sparse_code_loss`. steps: at least 1. seed: of the batches.
    """
    steps = require.whole_number("steps", steps)
    seed = require.whole_number("seed", seed, at_least=0)
    h = _activations(model, h)
    parts = [rows[rows.norm(dim=-1) != 0] for rows in (h if h.ndim == 3 else [h])]
    least = min(map(len, parts))  # rows with NaN stay, to be named
    if not least:
        raise ValueError("h must have rows that are not zero, got none")
    rows = Rows(torch.stack([part[:least] for part in parts]) if h.ndim == 3 else parts[0])
    loss = sparse_code_loss(penalty)
    shape = require.numbers("penalty", penalty).shape
    if shape not in {(), (model.copies,)}:
        allowed = "one number" + (f" or ({model.copies},)" if model.copies else "")
        raise ValueError(f"penalty must be {allowed}, got shape {tuple(shape)}")
    options = {"steps": steps, "batch_size": 256, "seed": seed, "progress": False}
    train_to_the_end(model, rows, loss=loss, lr=lambda step: LR, **options)


def match_directions(found: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """Pair each true direction with one that was found, so that the sum of cosines is largest.

    Args:
        found: (k, m). true: (r, m). Lengths do not matter, and k may be smaller or larger than r.
    Returns:
        cosine: (r,), between each true direction and its partner, or -1 where none is left for it.
        partner: (r,), rows of found, or -1 where none is left.
    Source: the assignment problem, `scipy.optimize.linear_sum_assignment`.
    """
    found = require.matrix("found", found)
    true = require.matrix("true", true)
    if found.ndim != 2 or true.ndim != 2 or found.shape[1] != true.shape[1]:
        shapes = f"{tuple(found.shape)} and {tuple(true.shape)}"
        raise ValueError(f"found and true must have equally many columns, got shapes {shapes}")
    found, true = (nn.functional.normalize(rows.float(), dim=-1) for rows in (found, true))
    cosines = true @ found.mT
    from scipy.optimize import linear_sum_assignment  # here: it takes 0.4 s to import

    rows, columns = linear_sum_assignment(-cosines.numpy())
    cosine = torch.full((len(true),), -1.0, **FLOAT32)
    partner = torch.full((len(true),), -1, device="cpu")
    cosine[rows] = cosines[rows, columns]
    partner[rows] = torch.from_numpy(columns)
    return cosine, partner


def recovery_scores(model: SparseAutoencoder, h: Tensor, true: Tensor) -> dict[str, float]:
    """How well a sparse autoencoder found the true directions, and what can be seen without them.

    Args:
        model: without copies. h: (rows, m), activations. true: (r, m), directions to be found.
    Returns:
        A dict. "recall": the fraction of the true directions whose partner has a cosine of at least
        0.95; "cosine": the mean over all partners. Three fractions of the living latents, which add
        up to 1: "precision", those that are such partners; "doubles", other latents along a true
        direction; "junk", the rest. And what needs no truth: "explained", the fraction of the
        variance of h that is reconstructed; "active", how many latents are above 0 at a time, on
        average; "living", how many ever are.
    """
    h = _activations(model, h)[:LOOKED_AT]
    if model.copies:
        raise ValueError(
            f"model must be a single one, got {model.copies} copies. Pick one: model[i]."
        )
    with torch.no_grad():
        latents = model.encode(h)
        left = (h - model.decode(latents)).square().sum()
    living = (latents > 0).any(dim=0)
    found = model.directions.detach()[living]
    cosine, _ = match_directions(found, true)
    hits = int((cosine >= ALIKE).sum())
    cosines = found @ nn.functional.normalize(true.float(), dim=-1).mT  # (living, r)
    along = int((cosines.amax(dim=-1) >= ALIKE).sum())
    of_living = 1 / max(1, len(found))
    return {
        "recall": hits / len(true),
        "precision": hits * of_living,
        "doubles": (along - hits) * of_living,
        "junk": (len(found) - along) * of_living,
        "cosine": cosine.mean().item(),
        "explained": 1 - (left / (h - h.mean(dim=0)).square().sum()).item(),
        "active": (latents > 0).float().sum(dim=-1).mean().item(),
        "living": len(found),
    }


def _activations(model: SparseAutoencoder, h) -> Tensor:
    """h as float32, (rows, m) or (copies, rows, m), or raise unless it fits the model."""
    if not isinstance(model, SparseAutoencoder):
        raise TypeError(f"model must be a SparseAutoencoder, got {model!r:.200}")
    h = require.matrix("h", h).float()
    if h.shape[-1] != model.m or h.shape[:-2] not in {(), (model.copies,)}:
        allowed = f"(rows, {model.m})"
        if model.copies:
            allowed += f" or ({model.copies}, rows, {model.m})"
        raise ValueError(f"h must be {allowed}, got shape {tuple(h.shape)}")
    return h
