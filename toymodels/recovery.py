"""Getting directions back from hidden activations: sparse autoencoders, and how they are scored."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from toymodels import _require as require
from toymodels.data import FLOAT32, Rows
from toymodels.models import SparseAutoencoder
from toymodels.training import train_to_the_end

LR = 0.003  # constant: with the schedule of `train`, latents that are restarted had no time left
ROUNDS = 4  # of training: three tenths and the rest, each after the first restarts dead latents
ALIKE = 0.95  # cosine from which on a learned direction counts as a true one
LOOKED_AT = 20_000  # activations that a score is measured on


def sparse_code_loss(penalty) -> Callable[[nn.Module, Tensor], Tensor]:
    """The loss of a sparse autoencoder, as `train` takes it: mean of |h - h_hat|^2 + penalty * sum
    of latents.

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
    rows = Rows(h[h.norm(dim=-1) > 0])
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
    cosines = nn.functional.normalize(true, dim=-1) @ nn.functional.normalize(found, dim=-1).mT
    rows, columns = linear_sum_assignment(-cosines.numpy())
    cosine = torch.full((len(true),), -1.0, **FLOAT32)
    partner = torch.full((len(true),), -1, device="cpu")
    cosine[rows] = cosines[rows, columns]
    partner[rows] = torch.from_numpy(columns)
    return cosine, partner


def recovery(model: SparseAutoencoder, h: Tensor, true: Tensor) -> dict[str, float]:
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
