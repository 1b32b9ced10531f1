"""The checks of chapter 10 on blanks, right answers and each wrong one."""

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says


def eigenvalues(W):
    return torch.linalg.eigvalsh(W.mT @ W)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "○ Not attempted yet."),
        (lambda W: eigenvalues(W)[..., -1], "✓"),
        (lambda W: torch.linalg.matrix_norm(W, ord=2) ** 2, "✓"),
        (lambda W: torch.linalg.eigvalsh(W @ W.mT).amax(-1), "✓"),
        (lambda W: torch.linalg.matrix_norm(W, ord=2), "the largest singular value"),
        (lambda W: eigenvalues(W).sum(-1), "the sum of all eigenvalues"),
        (lambda W: eigenvalues(W)[..., 0], "That is the smallest eigenvalue. Take"),
        (lambda W: torch.linalg.eigvalsh(W @ W.mT)[..., 0], "smallest eigenvalue of W W^T"),
        (eigenvalues, "It returns all eigenvalues. Take the largest"),
        (lambda W: torch.linalg.eigvalsh(W @ W.mT), "all eigenvalues of W W^T"),
        (lambda W: W.norm(dim=-2).amax(-1) ** 2, "largest squared length of an arrow"),
        (lambda W: (W.mT @ W).abs().amax((-2, -1)), "largest squared length of an arrow"),
        (lambda W: eigenvalues(W).max(), "one number for all models"),
        (lambda W: eigenvalues(W)[..., -1] + 1, "should be"),
        (lambda W: W.no_such, "It does not run"),
        (lambda W: None, "It returns nothing"),
    ],
)
def test_the_check_of_vulnerability_names_the_mistake(answer, says):
    assert_says(tm.check.vulnerability(answer), says)


ANGLES = 2 * np.pi * np.arange(5) / 5
SHADOWS = 1.15**2 * np.cos(ANGLES) * np.array([0, 1, 1, 1, 1])  # on feature 0, of the others
BEST = 0.3 * SHADOWS / np.linalg.norm(SHADOWS)
POSITIVE_ONLY = np.where(SHADOWS > 0, BEST, 0)


@pytest.mark.parametrize(
    ("nudge", "says"),
    [
        (None, "○ Not attempted yet."),
        (BEST, "✓ Feature 0 comes back as 0.236, though nobody touched it"),
        (torch.tensor(BEST), "✓"),
        (list(BEST), "✓"),
        (BEST * 0.95, "✓ Feature 0 comes back as 0.212"),
        (BEST * 2, "Its length is 0.60, and at most 0.3 is allowed"),
        (BEST + np.array([0.01, 0, 0, 0, 0]), "It changes feature 0 itself"),
        (BEST * 0, "The nudge is 0"),
        (-BEST, "pushes the wrong way"),
        (np.abs(BEST), "The shadow of feature 2 pushes the wrong way. Move feature 2 below zero"),
        (
            BEST * [0, -1, 1, 1, 1],
            "The shadow of feature 1 pushes the wrong way. Move feature 1 above",
        ),
        (
            0.3 * POSITIVE_ONLY / np.linalg.norm(POSITIVE_ONLY),
            "It uses the shadows of some features",
        ),
        (BEST * 0.6, "Its length is 0.18, and 0.3 is allowed. Make it longer"),
        (
            0.15 * np.sign(np.array([0, 1, -0.1, -0.1, 1])) * [0, 1.9, 0.5, 0.25, 0.3],
            "in proportion to",
        ),
        (BEST[:4], "must have shape (5,)"),
        (BEST[None], "must have shape (5,)"),
        (BEST * np.nan, "NaN"),
        ("nudge", "must hold numbers"),
    ],
)
def test_the_check_of_a_nudge_through_shadows_names_the_mistake(nudge, says):
    assert_says(tm.check.through_shadows(nudge), says)


def test_what_the_check_says_comes_back_is_what_the_model_gives():
    W = 1.15 * torch.tensor(np.stack([np.cos(ANGLES), np.sin(ANGLES)])).float()
    model = tm.ReLUOutputModel.from_weights(W, -0.25)
    back = model(torch.tensor(BEST).float())[0].item()
    assert f"comes back as {back:.3f}" in tm.check.through_shadows(BEST).text


def rows(W):
    return (W.T @ W).norm(dim=-1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "○ Not attempted yet."),
        (lambda W, b: (b.abs() / rows(W)).min(), "✓"),
        (lambda W, b: min(-b[i].item() / rows(W)[i].item() for i in range(len(b))), "✓"),
        (lambda W, b: (b / rows(W)).max(), "It is negative"),
        (lambda W, b: (-b / rows(W)).max(), "the largest of these lengths"),
        (lambda W, b: -b / rows(W), "one length for each output"),
        (lambda W, b: (-b / W.square().sum(0)).min(), "it nudges feature i alone"),
        (lambda W, b: (-b / W.norm(dim=0)).min(), "It divides by |W_i|. Divide"),
        (lambda W, b: (-b).min() / rows(W).max(), "separately"),
        (lambda W, b: (-b / (W.T @ W).sum(-1)).min(), "the sum of row i"),
        (lambda W, b: (-b).min() / eigenvalues(W)[-1], "the largest eigenvalue"),
        (lambda W, b: (rows(W) / -b).min(), "upside down"),
        (lambda W, b: (-b / rows(W)).min() * 2, "should be"),
        (lambda W: 0, "It does not run"),
    ],
)
def test_the_check_of_the_shortest_nudge_names_the_mistake(answer, says):
    assert_says(tm.check.shortest_nudge(answer), says)
