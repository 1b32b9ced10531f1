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

LR = 0.003  # constant: with the schedule of `train`, latents that are restarted had no time left
ROUNDS = 4  # of training: three tenths and the rest, each after the first restarts dead latents
ALIKE = 0.95  # cosine from which on a learned direction counts as a true one
LOOKED_AT = 20_000  # activations that a score is measured on


class SparseAutoencoder(nn.Module):
    """latents = relu(E h + c), h_hat = the sum of latents times unit directions: finds directions.

    It sees hidden activations h only, and has more latents than h has numbers. Each latent has an
    encoder row, a bias, and a row of the dictionary, scaled to length 1 whenever it is used: else
    small latents with long rows would escape a penalty.

    Args:
        m: numbers in h. latents: at least 1.
        copies: None for a single one, else how many side by side. seed: of the start.
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
        """Copy i as a single one with its own weights; changing it leaves this one alone."""
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
        """(..., latents), bool: those that answer to none of h (rows, m)."""
        return (self.encode(h) <= 0).all(dim=-2)

    @torch.no_grad()
    def start_from(self, h: Tensor, rng: np.random.Generator, which: Tensor | None = None) -> None:
        """Set latents, all or those where `which` is True, to directions of random rows of h."""
        which = torch.ones_like(self.c, dtype=torch.bool) if which is None else which
        rows = h[torch.from_numpy(rng.integers(0, len(h), self.c.shape))]
        rows = nn.functional.normalize(rows, dim=-1)
        self.E[which] = rows[which]
        self.dictionary[which] = rows[which]
        self.c[which] = 0.0

    def extra_repr(self) -> str:
        return f"m={self.m}, latents={self.latents}"


def sparse_code_loss(penalty) -> Callable[[nn.Module, Tensor], Tensor]:
    """The loss of a sparse autoencoder, as `train` takes it.

    It is the mean of |h - h_hat|^2 + penalty * (sum of the latents).

    Args:
        penalty: not negative; one number, or (copies,).
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
    """Train a sparse autoencoder on activations, in place, from directions of the data.

    Latents that answer to nothing are restarted after each of the first three tenths of the steps.
    A restarted latent is far from the fit and disturbs it, so it needs the rest to settle.

    Args:
        model: with or without copies. h: (rows, m), activations; zero rows are left out.
        penalty: as in `sparse_code_loss`. steps: in all, at least 4. seed: of starts and batches.
    """
    steps = require.whole_number("steps", steps, at_least=ROUNDS)
    rng = np.random.default_rng(require.whole_number("seed", seed, at_least=0))
    h = _activations(model, h)
    if not bool((h != 0).any()):
        raise ValueError("h must have rows that are not zero, got none")
    rows = Rows(h[h.norm(dim=-1) != 0])  # rows with NaN stay, to be named
    loss = sparse_code_loss(penalty)
    shape = require.numbers("penalty", penalty).shape
    if shape not in {(), (model.copies,)}:
        allowed = "one number" + (f" or ({model.copies},)" if model.copies else "")
        raise ValueError(f"penalty must be {allowed}, got shape {tuple(shape)}")
    model.start_from(rows.x, rng)
    tenth = max(1, steps // 10)
    for k, part in enumerate([tenth] * (ROUNDS - 1) + [steps - tenth * (ROUNDS - 1)]):
        if k:
            model.start_from(rows.x, rng, which=model.dead(rows.x[:LOOKED_AT]))
        options = {"steps": part, "batch_size": 256, "seed": seed + k, "progress": False}
        train_to_the_end(model, rows, loss=loss, lr=lambda step: LR, **options)


def match_directions(found: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """Pair each true direction with one that was found, so that the sum of cosines is largest.

    Args:
        found: (k, m). true: (r, m). Lengths do not count; k may be smaller or larger than r.
    Returns:
        cosine: (r,), of each true direction and its partner, -1 where none is left for it.
        partner: (r,), rows of found, -1 likewise.
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
    """How well a sparse autoencoder found the true directions, and what one sees without them.

    Args:
        model: without copies. h: (rows, m), activations. true: (r, m), directions to be found.
    Returns:
        A dict. "recall": share of the true directions whose partner has a cosine of at least 0.95.
        "precision": share of the living latents that are such partners. "cosine": mean of the
        partners'. And what needs no truth: "explained", the share of the variance of h that is
        reconstructed; "active", latents at a time, on average; "living", latents that ever answer.
    """
    h = _activations(model, h)[:LOOKED_AT]
    if model.copies:
        raise ValueError(f"model must be a single one, got {model.copies} copies: pick model[i]")
    with torch.no_grad():
        latents = model.encode(h)
        left = (h - model.decode(latents)).square().sum()
    living = (latents > 0).any(dim=0)
    cosine, _ = match_directions(model.directions.detach()[living], true)
    hits = int((cosine >= ALIKE).sum())
    return {
        "recall": hits / len(true),
        "precision": hits / max(1, int(living.sum())),
        "cosine": cosine.mean().item(),
        "explained": 1 - (left / (h - h.mean(dim=0)).square().sum()).item(),
        "active": (latents > 0).float().sum(dim=-1).mean().item(),
        "living": int(living.sum()),
    }


def _activations(model: SparseAutoencoder, h) -> Tensor:
    """h as float32, (rows, m), or raise unless it fits the model."""
    if not isinstance(model, SparseAutoencoder):
        raise TypeError(f"model must be a SparseAutoencoder, got {model!r:.200}")
    h = require.matrix("h", h).float()
    if h.ndim != 2 or h.shape[1] != model.m:
        raise ValueError(f"h must be (rows, {model.m}), got shape {tuple(h.shape)}")
    return h
