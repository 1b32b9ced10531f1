"""The checks of chapter 5 on right answers and each wrong one."""

import itertools

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says


def antiprism(h, turn=45.0):
    """Two squares at heights -h and h, one turned, corners at distance 1 from the centre: (3, 8)."""
    corners = []
    for k, level in itertools.product(range(4), (-h, h)):
        angle = np.radians(90 * k + (turn if level > 0 else 0))
        r = np.sqrt(1 - h**2)
        corners.append([r * np.cos(angle), r * np.sin(angle), level])
    return np.array(corners).T


BEST = 0.5111  # height at which all nearest neighbours are equally far: largest cosine 0.261
EVEN = 3**-0.5


@pytest.mark.parametrize(
    ("W", "says"),
    [
        (None, "○ Not attempted yet."),
        (antiprism(BEST), "✓ The largest cosine is 0.261. The smallest possible"),
        (torch.tensor(-antiprism(BEST)[[2, 0, 1]]), "✓"),
        (antiprism(BEST).T, "Give it one column for each"),
        (antiprism(BEST)[:2], "W must have shape (3, 8), got (2, 8)"),
        (1.1 * antiprism(BEST), "must have length 1, got lengths from 1.10 to 1.10"),
        (antiprism(EVEN, turn=0), "the corners of a cube. Turn its upper square"),
        (antiprism(EVEN), "Move the two squares closer together"),
        (antiprism(0.3), "still too close"),
        (antiprism(EVEN, turn=20), "still too close"),
        (antiprism(BEST).astype(np.float32), "✓"),
        (antiprism(BEST).astype(np.float16), "✓"),
        (antiprism(0.0, turn=0), "two arrows are the same"),
        (antiprism(BEST) * np.nan, "NaN"),
        ("arrows", "W must be numbers"),
    ],
)
def test_the_check_of_eight_arrows_names_the_mistake(W, says):
    assert_says(tm.check.eight_arrows(W), says)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (tm.dimensions_per_feature, "✓"),
        (lambda W: W.shape[-2] / torch.linalg.matrix_norm(W) ** 2, "✓"),
        (lambda W: W.shape[-1] / W.square().sum((-2, -1)), "n in place of m"),
        (lambda W: W.square().sum((-2, -1)) / W.shape[-2], "upside down"),
        (lambda W: W.shape[-2] / torch.linalg.matrix_norm(W), "the square root of the sum"),
        (lambda W: W.shape[-2] / W.square().sum(), "adds up all models"),
        (lambda W: len(W) / W.square().sum((-2, -1)), "m for a single model only"),
        (lambda W: W.shape[-2] / W.square().sum(-2), "Sum over the features as well"),
        (None, "○ Not attempted yet."),
    ],
)
def test_the_check_of_dimensions_per_feature_names_the_mistake(answer, says):
    assert_says(tm.check.dimensions_per_feature(answer), says)
