"""The checks of chapter 3 on right answers and each wrong one."""

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says


def step(order="loss zero backward step", importance=True, reduce=torch.mean, returned="before"):
    """A student's step of training, its parts in the given order."""

    def taken(forward, W, b, x, I, optimizer):
        loss = None
        for part in order.split():
            if part == "loss":
                error = (x - forward(x, W, b)) ** 2
                loss = reduce(I * error if importance else error)
            elif part == "zero":
                optimizer.zero_grad()
            elif part == "backward":
                loss.backward()
            elif part == "step":
                optimizer.step()
        if returned == "after":
            return (I * (x - forward(x, W, b)) ** 2).mean().item()
        return loss if returned == "before" else None

    return taken


def without_forward(forward, W, b, x, I, optimizer):
    return step()(lambda x, W, b: torch.relu(x @ W.T @ W + b), W, b, x, I, optimizer)


class Module(torch.nn.Module):
    def forward(self, x, W, b):
        return torch.nn.functional.linear(torch.nn.functional.linear(x, W), W.T, b).relu()


def changed(error=None, returned=lambda loss, W, b: loss, moved=lambda W, b, optimizer: None):
    """A right step of training, but for its error, what it returns or what it moves."""
    error = error or (lambda forward, W, b, x: x - forward(x, W, b))

    def taken(forward, W, b, x, I, optimizer):
        optimizer.zero_grad()
        loss = (I * error(forward, W, b, x) ** 2).mean()
        loss.backward()
        optimizer.step()
        moved(W, b, optimizer)
        return returned(loss, W, b)

    return taken


def without_optimizer(forward, W, b, x, I, optimizer):
    loss = (I * (x - forward(x, W, b)) ** 2).mean()
    for weights, slope in zip((W, b), torch.autograd.grad(loss, (W, b)), strict=True):
        weights.data -= 0.01 * slope
    return loss.item()


def loss_one_by_one(*arguments):
    yield step()(*arguments)


def halved(x):
    return x.mul_(0.5)


FUNCTIONS = {  # check: [(answer, what is said)], each with two right answers
    tm.check.relu_output: [
        (lambda x, W, b: torch.relu(x @ W.T @ W + b), "✓"),
        (lambda x, W, b: torch.einsum("mi,mj,bj->bi", W, W, x).add(b).clamp_min(0), "✓"),
        (lambda x, W, b: x @ W.T @ W + b, "no ReLU at the output"),
        (lambda x, W, b: torch.relu(torch.relu(x @ W.T) @ W + b), "so this is the ReLU model"),
        (lambda x, W, b: torch.relu(x @ W.T) @ W + b, "Move it to the output"),
        (lambda x, W, b: torch.relu(x @ W.T @ W), "bias is missing"),
        (lambda x, W, b: torch.relu(x @ W.T @ W) + b, "Add it before"),
        (lambda x, W, b: torch.relu(x @ W.T @ W - b), "subtracted"),
        (lambda x, W, b: torch.relu(x @ W @ W.T + b), "Which of the two W is transposed"),
        (lambda x, W, b: torch.relu(x @ W.T @ W + b).detach(), "W and b get no gradient"),
        (lambda x, W, b: (torch.relu(x @ W.T @ W + b), x.sub_(1))[0], "changes its input"),
        (
            lambda x, W, b: np.maximum(x.numpy() @ W.numpy().T @ W.numpy() + b.numpy(), 0),
            "Use only PyTorch",
        ),
        (lambda x, W, b: torch.relu(x @ W.detach().T @ W.data + b), "W gets no gradient"),
        (lambda x, W, b: torch.relu(x @ W.T @ W + b.detach()), "b gets no gradient"),
        (lambda x, W, b: torch.relu(x @ W.T @ W + b.data), "b gets no gradient"),
        (lambda x, W, b: torch.relu(x @ W.T @ W.detach() + b), "only a part of its gradient"),
        (lambda x, W, b: torch.relu(x @ W.data.T @ W + b), "only a part of its gradient"),
        (lambda x, W, b: torch.tensor(torch.relu(x @ W.T @ W + b).tolist()), "no gradient"),
        (lambda x, W, b: list(torch.relu(x @ W.T @ W + b)), "returns a list"),
        (lambda x, W, b: torch.relu(x @ W.T @ W + b).double(), "returns float64"),
        (lambda x, W, b: torch.relu((x @ W.T + b) @ W), "added to the hidden layer"),
        (lambda x, W, b: torch.relu(W.T @ W @ x + b), "samples are the rows of x"),
        (lambda x, W, b: torch.relu(x @ W.T @ W + b[:2]), "b is (n,)"),
        (lambda x, W, b: (x @ W.T).mm(W).add_(b).relu_(), "✓"),
        (lambda x, W, b, power=1: (h := torch.matmul(x @ W.mT, W) + b) * (h > 0) ** power, "✓"),
        (lambda x, W, b: torch.stack([(W.T @ (W @ row) + b).clamp(min=0) for row in x]), "✓"),
        (Module(), "✓"),
    ],
    tm.check.training_step: [
        (step(), "✓"),
        (step("zero loss backward step"), "✓"),
        (step("loss backward step"), "earlier steps are still there"),
        (step("loss backward zero step"), "W and b do not move"),
        (step("loss"), "W and b do not move"),
        (step("loss zero backward"), "W and b do not move"),
        (step("step loss zero backward"), "before the gradients of this batch"),
        (step(importance=False), "leaves out importance"),
        (step(reduce=torch.sum), "Take the mean"),
        (step(reduce=lambda loss: loss.sum(-1).mean()), "Average over them too"),
        (step(returned="after"), "returns the loss after"),
        (step(returned="nothing"), "It returns nothing"),
        (without_forward, "does not call forward"),
        (lambda forward, W, b, x, I, optimizer: torch.zeros(3), "Return one number"),
        (
            changed(returned=lambda loss, W, b: (loss, W, b)),
            "returns a tuple of 3. Return one number",
        ),
        (changed(returned=lambda loss, W, b: (loss.item(), 0)), "returns a tuple of 2. Return one"),
        (changed(returned=lambda loss, W, b: {"loss": loss}), "Return one number"),
        (changed(returned=lambda loss, W, b: "loss"), "Return one number"),
        (changed(returned=lambda loss, W, b: W), "Return one number"),
        (loss_one_by_one, "returns a generator. Return one number"),
        (changed(returned=lambda loss, W, b: 0.0), "W and b move as they should"),
        (changed(returned=lambda loss, W, b: loss.sqrt()), "W and b move as they should"),
        (changed(moved=lambda W, b, optimizer: optimizer.step()), "move differently"),
        (changed(lambda f, W, b, x: x - f(x, W.detach(), b)), "move differently"),
        (changed(lambda f, W, b, x: x - f(x, W, b.data)), "move differently"),
        (without_optimizer, "move differently"),
        (changed(lambda f, W, b, x: x - f(x, W, b).detach()), "does not run"),
        (changed(lambda f, W, b, x: halved(x) - f(x, W, b)), "changes x"),
        (lambda f, W, b, x, I, optimizer: step()(f, W, b, x, I.mul_(1), optimizer), "✓"),
        (changed(), "✓"),
        (changed(returned=lambda loss, W, b: loss.detach()[None].numpy()), "✓"),
        (changed(moved=lambda W, b, optimizer: optimizer.zero_grad()), "✓"),
        (lambda W, b: 0.0, "does not run"),
    ],
    tm.check.best_linear: [
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum() / len(I), "✓"),
        (lambda m, I, v: ((I * v).sum() - (I * v).topk(m).values.sum()) / len(I), "✓"),
        (lambda m, I, v: (I * v)[m:].sum() / len(I), "not sorted here"),
        (lambda m, I, v: (I * v)[I.argsort()][: len(I) - m].sum() / len(I), "by importance alone"),
        (lambda m, I, v: (I * v)[v.argsort()][: len(I) - m].sum() / len(I), "by variance alone"),
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum(), "Divide it by n"),
        (
            lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum() / max(1, len(I) - m),
            "dropped features",
        ),
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].mean(), "dropped features alone"),
        (lambda m, I, v: (I * v).topk(m).values.sum() / len(I), "sum over the kept"),
        (lambda m, I, v: torch.sort(I * v).values[m:].sum() / len(I), "drops the most valuable"),
        (lambda m, I, v: I.mul_(v).sort().values[: len(I) - m].sum() / len(v), "changes its input"),
        (lambda m, I, v: sum(sorted((I * v).tolist())[: len(I) - m]) / len(I), "✓"),
    ],
}


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in FUNCTIONS.items() for answer, says in answers],
)
def test_the_check_of_a_function_names_the_mistake(check, answer, says):
    assert_says(check(answer), says)


@pytest.mark.parametrize("check", [tm.check.relu_output, tm.check.training_step])
def test_the_notebook_goes_on_with_a_right_answer_only(check):
    right, _ = FUNCTIONS[check][0]
    assert check(right).answer is right
    for answer in (None, 3, lambda *arguments: 0.0):
        ours = check(answer).answer
        assert ours is not answer and check(ours).answer is ours
        assert_says(check(ours), "✓")
