"""The checks of chapter 9 on blanks, right answers and each wrong one."""

import math

import pytest
import torch

import toymodels as tm

from .saying import assert_says

I = torch.eye(3)
BOTH = torch.cat([I, -I])  # (6, 3)
ADD = torch.cat([I, I], dim=1)  # (3, 6)


def changed(weights, place, value):
    weights = weights.clone()
    weights[place] = value
    return weights


ABSOLUTE = [
    ((BOTH, ADD, 0.0), "✓"),
    ((2 * BOTH, ADD / 2, torch.zeros(3)), "✓"),
    ((BOTH[[0, 3, 1, 4, 2, 5]], ADD[:, [0, 3, 1, 4, 2, 5]], 0), "✓"),
    ((BOTH.tolist(), ADD.numpy(), [0.0, 0.0, 0.0]), "✓"),
    ((None, ADD, 0.0), "○ Not attempted yet."),
    ((BOTH, ADD, None), "○ Not attempted yet."),
    ((BOTH.T, ADD.T, 0.0), "lie on their sides"),
    ((BOTH[:3], ADD, 0.0), "W1 must have shape (6, 3)"),
    ((BOTH, ADD, [0.0, 0.0]), "b must be one number or (3,)"),
    (("text", ADD, 0.0), "must consist of numbers"),
    ((BOTH * math.nan, ADD, 0.0), "NaN or infinite"),
    ((BOTH, ADD, 0.1), "For the empty sample output 0 answers 0.10"),
    ((BOTH.abs(), ADD, 0.0), "answered where it is positive, but not where it is negative"),
    ((-BOTH.abs(), ADD, 0.0), "answered where it is negative, but not where it is positive"),
    ((changed(BOTH, (4, 1), 0.0), ADD, 0.0), "Feature 1 is answered where it is positive"),
    ((changed(BOTH, (slice(None), 2), 0.0), ADD, 0.0), "Output 2 answers 0 whatever feature 2 is"),
    ((2 * BOTH, ADD, 0.0), "For x = 1 output 0 answers 2.00 instead of 1"),
    ((changed(BOTH, (3, 0), -0.5), ADD, 0.0), "For x = -1 output 0 answers 0.50 instead of 1"),
    ((BOTH, ADD, -0.1), "For x = 1 output 0 answers 0.90 instead of 1"),
    ((BOTH, changed(ADD, (2, 0), 0.5), 0.0), "Output 2 answers to feature 0 as well"),
    ((BOTH, changed(ADD, (2, 0), -0.5), 0.0), "where several are active"),
]


@pytest.mark.parametrize(("answer", "says"), ABSOLUTE)
def test_the_check_of_absolute_values_names_the_mistake(answer, says):
    assert_says(tm.check.absolute_by_hand(*answer), says)


SHARED_1 = torch.tensor([[1.0, 0.0], [-1.0, 0.5], [0.0, -1.0]])
SHARED_2 = torch.tensor([[1.2, 1.2, 0.0], [0.0, 0.4, 1.0]])
ALONE_1 = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, -1.0]])
ALONE_2 = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

THREE = [
    ((SHARED_1, SHARED_2, [-0.2, 0.0]), "✓ Right, with a loss of 0.98"),
    ((-SHARED_1[:, [1, 0]], SHARED_2[[1, 0]], [0.0, -0.2]), "✓"),
    ((None, SHARED_2, 0.0), "○ Not attempted yet."),
    ((SHARED_1.T[:, :2], SHARED_2, 0.0), "W1 must have shape (3, 2)"),
    ((SHARED_1.T, SHARED_2.T, 0.0), "lie on their sides"),
    ((SHARED_1, SHARED_2, math.inf), "NaN or infinite"),
    ((ALONE_1, ALONE_2, 0.0), "It misses feature 1 at 1. Let a neuron of the other"),
    ((torch.zeros(3, 2), ALONE_2, 0.0), "Serve one feature in full first"),
    ((SHARED_1, SHARED_2, 0.0), "output 0 answers 0.60, but its feature is absent"),
    (
        (changed(SHARED_1, (1, 1), 0.2), changed(SHARED_2, (1, 1), 1.0), 0.0),
        "output 1 answers 1.00",
    ),
    ((changed(SHARED_1, (1, 1), 0.25), changed(SHARED_2, (1, 1), 0.8), -0.01), "output 1 answers"),
    (
        (changed(SHARED_1, (1, 1), 0.8), 0.9 * changed(SHARED_2, (1, 1), 0.3), [-0.6, 0.0]),
        "Now tune",
    ),
    ((changed(SHARED_1, (1, 1), 0.7), changed(SHARED_2, (0, 1), 0.4), 0.0), "A bias below 0"),
]


@pytest.mark.parametrize(("answer", "says"), THREE)
def test_the_check_of_three_neurons_names_the_mistake(answer, says):
    assert_says(tm.check.three_neurons(*answer), says)


@pytest.mark.parametrize("sparsity", [-1, 1.0, "text", [0.5, 0.9]])
def test_a_sparsity_that_cannot_be_used_is_named(sparsity):
    verdict = tm.check.three_neurons(SHARED_1, SHARED_2, 0.0, sparsity=sparsity)
    assert_says(verdict, "sparsity must be one number from 0 to 0.999")


def test_training_passes_the_check_of_three_neurons():
    model = tm.AbsoluteModel(2, 3, copies=6, seed=1)
    data, loss = tm.SignedFeatures(2, 0.95), tm.absolute_loss()
    tm.train(model, data, loss=loss, steps=1500, lr=0.02, batch_size=256, progress=False)
    ratios = [
        float(tm.check.three_neurons(one.W1, one.W2, one.b).text.split("loss of ")[1].split()[0])
        for one in (model[k] for k in range(6))
    ]
    assert 0.95 < min(ratios) < 0.97


def needed(q, share):
    return math.ceil(math.log(1 - share) / math.log(1 - q**2))


NEEDED = [
    (needed, "✓"),
    (lambda q, s: next(m for m in range(10**4) if 1 - (1 - q**2) ** m >= s), "✓"),
    (lambda q, s: math.ceil(math.log(1 - s) / math.log(1 - q)), "Square q"),
    (lambda q, s: int(math.log(1 - s) / math.log(1 - q**2)), "Round up"),
    (lambda q, s: round(math.log(1 - s) / math.log(1 - q**2)), "rounds to the nearest"),
    (lambda q, s: math.log(1 - s) / math.log(1 - q**2), "whole number of neurons"),
    (lambda q, s: math.ceil(math.log(s) / math.log(1 - q**2)), "where 1 - share belongs"),
    (lambda q, s: math.ceil(s / q**2), "divides share by q²"),
    (lambda q, s: needed(q, s) + 1, "should be"),
    (lambda q, s: None, "It returns nothing"),
    (lambda q, s: 1 / 0, "It does not run. ZeroDivisionError"),
    (7, "must be a function"),
    (None, "○ Not attempted yet."),
]


@pytest.mark.parametrize(("answer", "says"), NEEDED)
def test_the_check_of_neurons_needed_names_the_mistake(answer, says):
    assert_says(tm.check.neurons_needed(answer), says)
