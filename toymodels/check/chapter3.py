"""Checks of chapter 3: the model, a training step, the best linear model.

Inputs: x (batch, n), W (m, n), b (n,).
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from toymodels.check.verdict import (
    NotRightError,
    Verdict,
    called,
    does_not_run,
    exercise,
    judge,
    numbers,
    packed,
    same,
    shown,
)


def _weights(batch=6, n=5, m=3):
    g = torch.Generator().manual_seed(0)
    W, b = torch.randn(m, n, generator=g), 0.3 * torch.randn(n, generator=g)
    return torch.rand(batch, n, generator=g), W, b


def _relu_output(x, W, b):
    return torch.relu(x @ W.T @ W + b)


@exercise
def relu_output(answer: Callable | None) -> Verdict:
    """Judge whether answer(x, W, b) is relu(W^T W x + b), for x of shape (batch, n).

    Its gradients must reach W and b, because the notebook trains with it. The notebook goes on with
    the verdict's `answer`, the student's function if it is right, or else ours.
    """
    square = _weights(4, 4, 4)
    mistakes = {
        "There is no ReLU at the output, so this is the linear model. Add the ReLU.": lambda x, W, b: (
            x @ W.T @ W + b
        ),
        "There is a second ReLU, on the hidden layer, so this is the ReLU model. Take that one away.": lambda x, W, b: (
            torch.relu(torch.relu(x @ W.T) @ W + b)
        ),
        "The ReLU is on the hidden layer. Move it to the output.": lambda x, W, b: (
            torch.relu(x @ W.T) @ W + b
        ),
        "The bias is missing. Add b before the ReLU.": lambda x, W, b: torch.relu(x @ W.T @ W),
        "The bias comes after the ReLU. Add it before.": lambda x, W, b: (
            torch.relu(x @ W.T @ W) + b
        ),
        "The bias is subtracted. Add it.": lambda x, W, b: torch.relu(x @ W.T @ W - b),
    }
    said = judge(answer, [_weights(), square], _relu_output, mistakes).text
    if "shapes cannot be multiplied" in said or "must match the size" in said:
        said = _misplaced(answer, square)
    if said.startswith("✓"):
        said = _trainable(answer) or said
    return _with_answer(said, answer, _relu_output)


def _with_answer(said: str, answer, ours: Callable) -> Verdict:
    """The verdict, and the function that the notebook goes on with."""
    return Verdict(said, answer=answer if said.startswith("✓") else ours)


def _misplaced(answer: Callable, square: tuple) -> str:
    """What makes the shapes not fit, seen where n = m = batch and all of them do."""
    transposed = (
        "The shapes do not fit. x is (batch, n), and W is (m, n). Which of the two W is transposed?"
    )
    mistakes = {
        transposed: lambda x, W, b: torch.relu(x @ W @ W.T + b),
        "The bias is added to the hidden layer. Add it to the output, inside the ReLU.": (
            lambda x, W, b: torch.relu((x @ W.T + b) @ W)
        ),
        "The samples are the rows of x. Write x @ W.T for the hidden layer, not W @ x.": (
            lambda x, W, b: torch.relu(W.T @ W @ x + b)
        ),
    }
    said = judge(answer, [square], _relu_output, mistakes).text.removeprefix("✗ ")
    if said not in mistakes:
        said = "The shapes do not fit. x is (batch, n), W is (m, n), and b is (n,)."
    return f"✗ {said}"


def _trainable(answer: Callable) -> str | None:
    """What keeps a right function from being trained, or None."""
    x, *weights = _weights()
    weights = [w.requires_grad_() for w in weights]
    try:
        x_hat = called(answer, (x, *weights))
    except Exception:  # NumPy takes no tensor that wants a gradient
        return (
            "✗ The numbers are right, but it does not run when W and b are trained. "
            "Use only PyTorch, not NumPy."
        )
    if not isinstance(x_hat, torch.Tensor):
        return (
            f"✗ It returns a {type(x_hat).__name__}. Return a tensor, so that gradients can pass."
        )
    if x_hat.dtype != x.dtype:
        got, wanted = (str(t.dtype).removeprefix("torch.") for t in (x_hat, x))
        return f"✗ It returns {got}, though x, W and b are {wanted}. Keep their dtype."
    if not x_hat.requires_grad:
        return _no_gradient("W and b get")
    try:
        slopes = called(_slopes, (x_hat, weights))
    except Exception as error:
        return does_not_run(error)
    for name, got, wanted in zip(
        "Wb", slopes, _slopes(_relu_output(x, *weights), weights), strict=True
    ):
        if got is None or not got.any():
            return _no_gradient(f"{name} gets")
        if not same(numbers(got), numbers(wanted)):
            return (
                f"✗ The numbers are right, but {name} gets only a part of its gradient. "
                "Do not use detach() or .data."
            )
    return None


def _slopes(x_hat, weights: list) -> tuple:
    return torch.autograd.grad(x_hat.square().sum(), weights, allow_unused=True)


def _no_gradient(who: str) -> str:
    return (
        f"✗ The numbers are right, but {who} no gradient, so training changes nothing there. "
        "Do not use NumPy, detach(), .data or no_grad()."
    )


def _loss(forward, W, b, x, I):
    return (I * (x - forward(x, W, b)) ** 2).mean()


def _training_step(forward, W, b, x, importance, optimizer, loss_of=_loss):
    loss = loss_of(forward, W, b, x, importance)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise
def training_step(answer: Callable | None) -> Verdict:
    """Judge whether answer(forward, W, b, x, importance, optimizer) is one step of training.

    The step draws nothing itself. It computes x_hat = forward(x, W, b), the weighted loss and its
    gradients, takes one step of the optimizer, and returns the loss before that step. The notebook
    goes on with the verdict's `answer`, the student's function if it is right, or else ours.
    """

    def with_loss(other):
        return lambda *arguments: _training_step(*arguments, loss_of=other)

    def accumulates(forward, W, b, x, I, optimizer):
        loss = _loss(forward, W, b, x, I)
        loss.backward()
        optimizer.step()
        return loss.item()

    def never_moves(forward, W, b, x, I, optimizer):
        return _loss(forward, W, b, x, I).item()

    def steps_too_early(forward, W, b, x, I, optimizer):
        optimizer.step()
        loss = _loss(forward, W, b, x, I)
        optimizer.zero_grad()
        loss.backward()
        return loss.item()

    def returns_the_loss_after(forward, W, b, x, I, optimizer):
        _training_step(forward, W, b, x, I, optimizer)
        return _loss(forward, W, b, x, I).item()

    mistakes = {
        "The gradients of earlier steps are still there. Call optimizer.zero_grad() before "
        "backward().": accumulates,
        "W and b do not move. Call zero_grad(), then backward(), then step().": never_moves,
        "It calls step() before the gradients of this batch are known. Call backward() first.": steps_too_early,
        "It returns the loss after the step. Return the loss from before it.": (
            returns_the_loss_after
        ),
        "The loss leaves out importance. Multiply the squared errors by it.": with_loss(
            lambda f, W, b, x, I: ((x - f(x, W, b)) ** 2).mean()
        ),
        "The loss is a sum. Take the mean.": with_loss(
            lambda f, W, b, x, I: (I * (x - f(x, W, b)) ** 2).sum()
        ),
        "The loss is summed over the features. Average over them too.": with_loss(
            lambda f, W, b, x, I: (I * (x - f(x, W, b)) ** 2).sum(-1).mean()
        ),
        "It does not call forward. Write x_hat = forward(x, W, b).": with_loss(
            lambda f, W, b, x, I: (I * (x - torch.relu(x @ W.T @ W + b)) ** 2).mean()
        ),
    }
    answers = {said: _three_steps(step) for said, step in mistakes.items()}
    ours = _three_steps(answer) if callable(answer) else answer
    right = _three_steps(_training_step)
    said = judge(ours, [(5,), (8,)], right, answers, otherwise=_unlike).text
    return _with_answer(said, answer, _training_step)


def _no_model_of_ours(x, W, b):  # so that a step that does not call it is found
    return torch.relu(x @ W.T @ W + b) + 0.1 * x


def _three_steps(step: Callable) -> Callable:
    """What three steps on (batch,) samples do: their losses, then W and b."""

    def run(batch: int):
        _, W, b = _weights()
        W = W.clone().requires_grad_()
        b = b.clone().requires_grad_()
        optimizer = torch.optim.SGD([W, b], lr=0.2)  # not Adam: it forgives a wrong scale
        g = torch.Generator().manual_seed(batch)
        importance = torch.linspace(1, 0.2, len(b))
        losses = []
        for _ in range(3):
            x = torch.rand(batch, len(b), generator=g)
            given = x.clone(), importance.clone()
            loss = step(_no_model_of_ours, W, b, *given, optimizer)
            if loss is None:
                return None
            losses.append(_one_number(loss))
            if not (torch.equal(given[0], x) and torch.equal(given[1], importance)):
                raise NotRightError("It changes x or importance. Compute from them only.")
        losses = torch.tensor(losses)
        return torch.cat([losses, W.detach().flatten(), b.detach()])

    return run


def _one_number(loss) -> float:
    try:
        return numbers(loss).item()
    except Exception:
        wanted = "one number, the loss before the step"
        said = packed(loss, wanted) or f"It returns {shown(loss)}. Return {wanted}."
        raise NotRightError(said) from None


def _unlike(got, wanted) -> str:
    """What to say of three losses, then W and b, that fit no named mistake."""
    if same(got[3:], wanted[3:]):
        k = next(k for k in range(3) if not same(got[k], wanted[k]))
        return (
            f"W and b move as they should, but it returns {got[k]:.4g}. The loss before the "
            f"step is {wanted[k]:.4g}. Return that."
        )
    if same(got[0], wanted[0]):
        return (
            "The first loss is right, but W and b move differently from one optimizer.step() on "
            "its gradients. Do not change them in any other way."
        )
    return f"The first loss should be {wanted[0]:.4g}, but it is {got[0]:.4g}."


@exercise
def best_linear(answer: Callable | None) -> Verdict:
    """Judge whether answer(m, importance, variance) is the lowest loss of any linear model."""

    def dropped(order, m, I, v):
        return (I * v)[order(I, v).argsort(descending=True)[m:]].sum() / len(I)

    g = torch.Generator().manual_seed(1)
    inputs = [
        (m, torch.rand(n, generator=g), torch.rand(n, generator=g))
        for n, m in ((6, 2), (9, 4), (5, 5))
    ]
    both, n = (lambda I, v: I * v), (lambda I: len(I))
    mistakes = {
        "That keeps the first m features, but they are not sorted here. Keep the most valuable ones.": lambda m, I, v: (
            (I * v)[m:].sum() / n(I)
        ),
        "That keeps features by importance alone. Use importance times variance.": lambda m, I, v: (
            dropped(lambda I, v: I, m, I, v)
        ),
        "That keeps features by variance alone. Use importance times variance.": lambda m, I, v: (
            dropped(lambda I, v: v, m, I, v)
        ),
        "That is the sum. Divide it by n.": lambda m, I, v: n(I) * dropped(both, m, I, v),
        "It divides by the number of dropped features. Divide by n.": lambda m, I, v: (
            n(I) * dropped(both, m, I, v) / max(n(I) - m, 1)
        ),
        "That is the mean over the dropped features alone. Divide their sum by n.": lambda m, I, v: (
            (I * v).sort(descending=True).values[m:].mean()
        ),
        "That is the sum over the kept features. The loss comes from the dropped ones.": lambda m, I, v: (
            (I * v).sum() / n(I) - dropped(both, m, I, v)
        ),
        "That drops the most valuable features. Keep them.": lambda m, I, v: dropped(
            lambda I, v: -I * v, m, I, v
        ),
        "Importance is left out. Multiply the variance by it.": lambda m, I, v: dropped(
            both, m, torch.ones_like(I), v
        ),
    }
    return judge(answer, inputs, lambda m, I, v: dropped(both, m, I, v), mistakes)
