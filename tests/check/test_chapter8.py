"""The checks of chapter 8 on right answers and each wrong one."""

import math

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says


def values(C):
    return torch.linalg.eigvalsh(C)


WORTHS = [
    (lambda C, m: len(C) * values(C)[-m:].sum() / C.trace(), "✓"),
    (
        lambda C, m: len(C) * np.linalg.svd(C.numpy())[1][:m].sum() / float(C.trace()),
        "✓",
    ),
    (lambda C, m: len(C) * values(C)[:m].sum() / C.trace(), "smallest eigenvalues"),
    (lambda C, m: values(C)[-m:].sum() / C.trace(), "Multiply it by n"),
    (lambda C, m: values(C)[-m:].sum(), "It returns a variance"),
    (lambda C, m: m * values(C)[-m:].sum() / C.trace(), "It multiplies by m"),
    (lambda C, m: m, "independent features only"),
    (lambda C, m: len(C) * values(C)[:-m].sum() / C.trace(), "counts what is lost"),
    (lambda C, m: len(C) * C.diagonal()[:m].sum() / C.trace(), "independent features only"),
    (lambda C, m: len(C) * values(C)[-1] / C.trace(), "only the largest eigenvalue"),
    (lambda C, m: len(C) * values(C)[-m - 1 :].sum() / C.trace(), "should be"),
    (lambda C, m: values(C)[-m:], "should have shape"),
    (lambda C, m: None, "returns nothing"),
    (lambda C, m: len(C) * values(C)[-m:].sum() / C.div_(2).trace(), "should be"),
    (None, "○ Not attempted"),
]


@pytest.mark.parametrize(("answer", "says"), WORTHS)
def test_the_check_of_a_linear_models_worth_names_the_mistake(answer, says):
    assert_says(tm.check.worth(answer), says)


def change(W, b, x, i, j, **wrong):
    """Written out with loops; wrong: what is done in another way."""
    out = wrong.get("out", lambda value: max(value, 0.0))
    losses = []
    for deleted in (False, True):
        total = 0.0
        for sample in x.tolist():
            for f in range(len(b)):
                reading = b[f].item() * wrong.get("bias", 1)
                for k, value in enumerate(sample):
                    here = (f, k) == (i, j) or (wrong.get("both") and (f, k) == (j, i))
                    if deleted and wrong.get("feature"):
                        here = k == j
                    if not (deleted and here):
                        reading += float(W[:, f] @ W[:, k]) * value
                    elif wrong.get("whole"):
                        reading += float(W[:, f] @ W[:, k]) * (value - 1)
                total += (sample[f] - out(reading)) ** 2
        losses.append(total / x.numel())
    if wrong.get("only"):
        return losses[1]
    return losses[1] - losses[0]


def before(W, b, x):
    return (x - torch.relu(x @ W.T @ W + b)).square().mean().item()


def in_place(W, b, x, i, j):
    result = change(W, b, x, i, j)
    x[0] = 0
    return result


DELETIONS = [
    (change, "✓"),
    (lambda *a: torch.tensor(change(*a)), "✓"),
    (lambda *a: -change(*a), "Its sign is wrong"),
    (lambda W, b, x, i, j: change(W, b, x, j, i), "shadow of i on j"),
    (lambda *a: change(*a, both=True), "deletes both shadows"),
    (lambda W, b, x, i, j: change(W, b, x, i, i), "own part of feature i"),
    (lambda *a: change(*a, out=lambda value: value), "forgets the ReLU"),
    (lambda *a: change(*a, bias=0), "forgets the bias"),
    (lambda *a: change(*a, whole=True), "whole entry"),
    (lambda *a: change(*a, only=True), "returns the loss without the shadow"),
    (lambda W, b, *a: len(b) * change(W, b, *a), "averages over the samples only"),
    (lambda W, b, x, *a: x.numel() * change(W, b, x, *a), "adds up the samples"),
    (lambda W, b, x, *a: change(W, b, x, *a) / before(W, b, x), "divides by the loss"),
    (lambda *a: change(*a, feature=True), "removes feature j from the sample"),
    (lambda *a: math.sqrt(abs(change(*a))), "should be"),
    (in_place, "changes its input"),
    (lambda W, b, x, i, j: x[i], "should have shape"),
    (lambda W, b, x, i, j: None, "returns nothing"),
    (None, "○ Not attempted"),
]


@pytest.mark.parametrize(("answer", "says"), DELETIONS)
def test_the_check_of_a_deletion_names_the_mistake(answer, says):
    assert_says(tm.check.deletion(answer), says)


def wheel(length=0.78, order=range(12), turn=0.3, mirrored=False):
    angle = 2 * torch.pi * torch.tensor(list(order)) / 12 + turn
    W = length * torch.stack([angle.cos(), angle.sin()])
    return W * torch.tensor([[1.0], [-1.0]]) if mirrored else W


SHORT = wheel()
SHORT[:, 4] *= 0.05
JUMBLED = [3, 9, 6, 0, 1, 2, 4, 5, 7, 8, 10, 11]
WHEELS = [
    (wheel(), -0.35, "✓"),
    (wheel(mirrored=True), [-0.35] * 12, "✓"),
    (wheel().tolist(), torch.full((12,), -0.35), "✓"),
    (None, -0.35, "○ Not attempted"),
    (wheel(), None, "○ Not attempted"),
    ("wheel", 0, "must consist of numbers"),
    (wheel().T, -0.35, "lies on its side"),
    (wheel()[:, :6], -0.35, "must have shape (2, 12)"),
    (wheel(), [-0.35] * 3, "or have shape (12,)"),
    (wheel() * torch.nan, -0.35, "NaN or infinite"),
    (SHORT, -0.35, "Month 4 has hardly any arrow"),
    (wheel(order=[0] * 12), -0.3, "All arrows point the same way"),
    (wheel(order=JUMBLED), -0.35, "Months 0 and 1 are far apart"),
    (wheel(order=range(0, 24, 2)), -0.35, "Put neighbours side by side"),
    (wheel(), 0.1, "Try a bias below 0"),
    (wheel(), -3, "All answers are 0"),
    (wheel(1.1), -0.35, "come back too large"),
    (wheel(0.6), -0.35, "come back too small"),
    (wheel(0.78), -0.25, "The order is right"),
    (wheel(1e6), -0.35, "The error is very large"),
]


@pytest.mark.parametrize(("W", "b", "says"), WHEELS)
def test_the_check_of_a_wheel_names_what_to_change(W, b, says):
    assert_says(tm.check.wheel(W, b), says)


def test_the_bar_of_the_wheel_lies_below_what_knowing_the_months_gives():
    """Told which months are active, an answer of 1/2 for each leaves 4/13 of the variance."""
    p = 0.25
    assert (p / 12) / (p / 3 - p**2 / 4) == pytest.approx(4 / 13) and 4 / 13 > 0.3
