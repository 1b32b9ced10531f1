"""Checks of the exercises. They never raise: a blank, a right answer or the likely mistake, in one line.

What is tested is what an answer does, on inputs made for the purpose: any right code passes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
import torch

from toymodels._judge import judge, say


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


# Chapter 1


def check_share_of_zeros(answer: Callable | None) -> None:
    """Print whether answer(table) is the share of zeros of an array of any shape."""
    tables = [(np.array([0.0, 1, 2, 0, 0]),), (_rng().poisson(1.0, (4, 7)),), (np.zeros((2, 3, 2)),)]
    tables.append((np.array([[0.0, -1.0], [0.1, 1e-6]]),))
    mistakes = {
        "that is the share of active values: sparsity is the wrong way round": lambda t: (t != 0).mean(),
        "that is the number of zeros: divide by how many numbers there are": lambda t: (t == 0).sum(),
        "that counts small values as zeros: only exact zeros count": lambda t: (np.abs(t) < 0.5).mean(),
        "that counts negative values as zeros: only exact zeros count": lambda t: (t <= 0).mean(),
        "that counts small and negative values as zeros: only exact zeros count": lambda t: (t < 0.5).mean(),
        "that divides by the number of rows only, not by all numbers": lambda t: (t == 0).sum() / len(t),
    }
    say(judge(answer, tables, lambda t: (t == 0).mean(), mistakes))


def largest_cosine(V, unit=True, absolute=True, diagonal=False, columns=True):
    V = V if columns else V.T
    V = V / np.linalg.norm(V, axis=0) if unit else V
    G = V.T @ V
    G = np.abs(G) if absolute else G
    return G.max() if diagonal else G[~np.eye(len(G), dtype=bool)].max()


def check_largest_cosine(answer: Callable | None) -> None:
    """Print whether answer(V) is the largest |cosine| between two different columns of V, (m, n)."""
    negative = np.array([[1.0, -2.9, 0.1], [0.2, 1.0, 2.0]])
    inputs = [(negative,), (_rng().standard_normal((3, 5)),), (_rng().standard_normal((6, 4)),)]
    mistakes = {
        "always 1: leave the diagonal out, every column has cosine 1 with itself": lambda V: 1.0,
        "the columns are not scaled to length 1": lambda V: largest_cosine(V, unit=False),
        "the diagonal is not left out, and the columns are not scaled": lambda V: largest_cosine(
            V, unit=False, diagonal=True
        ),
        "a cosine of -0.9 disturbs as much as one of 0.9: take absolute values": lambda V: largest_cosine(
            V, absolute=False
        ),
        "those are the rows: features are the columns of V": lambda V: largest_cosine(V, columns=False),
    }
    say(judge(answer, inputs, largest_cosine, mistakes))


# Chapter 2


def check_collision(answer: Callable | None) -> None:
    """Print whether answer(n, sparsity) is the probability that two or more of n features are active."""

    def at_least_two(n, S):
        return 1 - S**n - n * (1 - S) * S ** (n - 1)

    mistakes = {
        "sparsity is the wrong way round: a feature is active with 1 - S": lambda n, S: at_least_two(
            n, 1 - S
        ),
        "that is at least one: a single active feature is no collision": lambda n, S: 1 - S**n,
        "that is exactly two: three or more collide as well": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2 * S ** (n - 2)
        ),
        "that is the expected number of colliding pairs, no probability: it can exceed 1": lambda n, S: (
            comb(n, 2) * (1 - S) ** 2
        ),
        "that is for two given features: any two of the n may meet": lambda n, S: (1 - S) ** 2,
        "the one active feature may be any of the n: is the factor n missing?": lambda n, S: (
            1 - S**n - (1 - S) * S ** (n - 1)
        ),
    }
    say(judge(answer, [(40, 0.9), (5, 0.3), (40, 0.999)], at_least_two, mistakes))


# Chapter 3. Inputs: x (batch, n), W (m, n), b (n,)


def _weights(batch=6, n=5, m=3):
    g = torch.Generator().manual_seed(0)
    W, b = torch.randn(m, n, generator=g), 0.3 * torch.randn(n, generator=g)
    return torch.rand(batch, n, generator=g), W, b


def check_relu_output(answer: Callable | None) -> None:
    """Print whether answer(x, W, b) is relu(W^T W x + b), for x of shape (batch, n)."""
    square = _weights(4, 4, 4)
    mistakes = {
        "the ReLU of the output is missing: that is the linear model": lambda x, W, b: x @ W.T @ W + b,
        "there is a ReLU on the hidden layer: that is the article's model": lambda x, W, b: torch.relu(
            torch.relu(x @ W.T) @ W + b
        ),
        "the ReLU is on the hidden layer, it belongs on the output": lambda x, W, b: (
            torch.relu(x @ W.T) @ W + b
        ),
        "the bias is missing": lambda x, W, b: torch.relu(x @ W.T @ W),
        "the bias comes after the ReLU, it belongs inside": lambda x, W, b: torch.relu(x @ W.T @ W) + b,
        "the bias is subtracted": lambda x, W, b: torch.relu(x @ W.T @ W - b),
    }
    said = judge(answer, [_weights(), square], lambda x, W, b: torch.relu(x @ W.T @ W + b), mistakes)
    if "shapes cannot be multiplied" in said or "must match the size" in said:
        said = "✗ the shapes do not fit: x is (batch, n), W is (m, n). Which of the two W is transposed?"
    say(said)


def check_loss(answer: Callable | None) -> None:
    """Print whether answer(x, x_hat, importance) is the mean over batch and features of I (x - x_hat)^2."""
    g = torch.Generator().manual_seed(0)
    inputs = [tuple(torch.rand(*s, generator=g) for s in ((k, 4), (k, 4), (4,))) for k in (3, 6)]
    mistakes = {
        "importance is not applied": lambda x, y, I: ((x - y) ** 2).mean(),
        "summed where it should be averaged": lambda x, y, I: (I * (x - y) ** 2).sum(),
        "summed over the features: average over them too": lambda x, y, I: (I * (x - y) ** 2).sum(-1).mean(),
        "averaged over the features but summed over the batch": lambda x, y, I: (
            (I * (x - y) ** 2).mean(-1).sum()
        ),
        "importance is squared too: apply it after the square": lambda x, y, I: ((I * (x - y)) ** 2).mean(),
        "absolute error where it should be squared": lambda x, y, I: (I * (x - y).abs()).mean(),
        "not averaged: the result should be one number": lambda x, y, I: I * (x - y) ** 2,
        "that is the root: the loss is the mean square itself": lambda x, y, I: (
            (I * (x - y) ** 2).mean().sqrt()
        ),
    }
    say(judge(answer, inputs, lambda x, y, I: (I * (x - y) ** 2).mean(), mistakes))


def check_best_linear(answer: Callable | None) -> None:
    """Print whether answer(m, importance, variance) is the least loss of any linear model."""

    def dropped(order, m, I, v):
        return (I * v)[order(I, v).argsort(descending=True)[m:]].sum() / len(I)

    g = torch.Generator().manual_seed(1)
    inputs = [
        (m, torch.rand(n, generator=g), torch.rand(n, generator=g)) for n, m in ((6, 2), (9, 4), (5, 5))
    ]
    both, n = (lambda I, v: I * v), (lambda I: len(I))
    mistakes = {
        "that keeps the first m: the features are not sorted here": lambda m, I, v: (I * v)[m:].sum() / n(I),
        "kept by importance alone: what counts is importance times variance": lambda m, I, v: dropped(
            lambda I, v: I, m, I, v
        ),
        "kept by variance alone: what counts is importance times variance": lambda m, I, v: dropped(
            lambda I, v: v, m, I, v
        ),
        "summed where it should be averaged: divide by n": lambda m, I, v: n(I) * dropped(both, m, I, v),
        "divided by the number of dropped features: divide by n": lambda m, I, v: (
            n(I) * dropped(both, m, I, v) / max(n(I) - m, 1)
        ),
        "that is the mean over the dropped features alone: divide by n": lambda m, I, v: (
            (I * v).sort(descending=True).values[m:].mean()
        ),
        "that is the part of the kept features: the loss is what the dropped ones leave": lambda m, I, v: (
            (I * v).sum() / n(I) - dropped(both, m, I, v)
        ),
        "that drops the largest: keep them": lambda m, I, v: dropped(lambda I, v: -I * v, m, I, v),
        "importance is not applied": lambda m, I, v: dropped(both, m, torch.ones_like(I), v),
    }
    say(judge(answer, inputs, lambda m, I, v: dropped(both, m, I, v), mistakes))


# Chapter 4. Inputs: W (m, n)


def _squares(W, unit=True, diagonal=False, power=2):
    U = W / W.norm(dim=0) if unit else W
    G = (U.T @ W) ** power  # (i, j): what j writes on i's direction
    return (G if diagonal else G - torch.diag(G.diagonal())).sum(-1)


def _inputs_W():
    return [(_weights(n=n, m=m)[1],) for n, m in ((5, 2), (7, 3), (4, 4))]


def check_interference(answer: Callable | None) -> None:
    """Print whether answer(W) is each feature's interference, the sum over j != i of (u_i . W_j)^2."""
    mistakes = {
        "the diagonal is not excluded: a feature does not disturb itself": lambda W: _squares(
            W, diagonal=True
        ),
        "u_i has length 1: divide W_i by its norm": lambda W: _squares(W, unit=False),
        "u_i must be divided by its norm, and the diagonal be excluded": lambda W: _squares(
            W, unit=False, diagonal=True
        ),
        "the square is missing: plus and minus cancel": lambda W: _squares(W, power=1),
        "both directions are scaled to length 1: only u_i is, W_j keeps its length": lambda W: _squares(
            W / W.norm(dim=0)
        ),
        "the sum runs over the wrong index: over j, for the direction of i": lambda W: (
            lambda G: (G - torch.diag(G.diagonal())).sum(0)
        )(((W / W.norm(dim=0)).T @ W) ** 2),
        "those are the rows: features are the columns of W": lambda W: _squares(W.T),
        "averaged where it should be summed": lambda W: _squares(W) / W.shape[1],
    }
    say(judge(answer, _inputs_W(), _squares, mistakes))


def check_dimensionality(answer: Callable | None) -> None:
    """Print whether answer(W) is |W_i|^2 divided by the sum over all j of (u_i . W_j)^2."""

    def own(W):
        return W.square().sum(0)

    mistakes = {
        "the sum leaves j = i out: here it belongs in": lambda W: own(W) / _squares(W),
        "u_i has length 1: divide W_i by its norm": lambda W: own(W) / _squares(W, unit=False, diagonal=True),
        "|W_i| must be squared above the line": lambda W: own(W).sqrt() / _squares(W, diagonal=True),
        "upside down: own part above, shared part below": lambda W: _squares(W, diagonal=True) / own(W),
        "those are the rows: features are the columns of W": lambda W: (
            own(W.T) / _squares(W.T, diagonal=True)
        ),
    }
    say(judge(answer, _inputs_W(), lambda W: own(W) / _squares(W, diagonal=True), mistakes))
