import os
import subprocess
import sys

import numpy as np
import pytest
import torch

import toymodels as tm


def said_by(capsys, check, *answer):
    check(*answer)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    return printed


def assert_says(printed, says):
    assert says in printed
    assert printed[0] == {"○": "○", "✓": "✓"}.get(says[0], "✗")


def loops(dim_sample, num_sample, sparsity):
    rows = [
        [0.0 if np.random.random() < sparsity else np.random.random() for _ in range(dim_sample)]
        for _ in range(num_sample)
    ]
    return np.array(rows)


def mask_times_value(d, k, S, keep=lambda u, S: u >= S):
    return np.random.rand(k, d) * keep(np.random.rand(k, d), S)


def same_number_twice(d, k, S):
    u = np.random.rand(k, d)
    return u * (u >= S)


def fixed_seed(d, k, S):
    return tm.generate_synthetic_dataset(d, k, S, seed=0)


def same_number_of_zeros(d, k, S):
    x = np.random.rand(k, d)
    for row in x:
        row[np.random.permutation(d)[: int(S * d + np.random.rand())]] = 0
    return x


def two_values(d, k, S):
    return np.where(np.random.rand(k, d) >= S, np.random.choice([0.02, 0.98], (k, d)), 0)


def never_quite_empty(d, k, S):
    return mask_times_value(d, k, min(S, 0.98)) + (S == 1) * 0.1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "○ not attempted"),
        (loops, "✓"),
        (mask_times_value, "✓"),
        (tm.generate_synthetic_dataset, "✓"),
        (lambda d, k, S: mask_times_value(d, k, S, keep=np.less), "the wrong way round"),
        (lambda d, k, S: np.random.rand(k, d), "0% zeros at sparsity 0.8"),
        (lambda d, k, S: mask_times_value(d, k, S).T, "lies on its side"),
        (lambda d, k, S: mask_times_value(d, k + 1, S), r"got shape (4001, 7)"),
        (lambda d, k, S: np.random.rand(k, d) * (np.random.rand(k, 1) >= S), "whole samples"),
        (same_number_of_zeros, "dropped independently"),
        (same_number_twice, "uniform on [0, 1)"),
        (lambda d, k, S: 10 * mask_times_value(d, k, S), "uniform on [0, 1)"),
        (two_values, "uniform on [0, 1)"),
        (lambda d, k, S: np.repeat(mask_times_value(d, k // 2, S), 2, axis=0), "samples repeat"),
        (never_quite_empty, "sparsity 1 nothing but zeros"),
        (fixed_seed, "is a seed fixed"),
        (lambda d, k, S: mask_times_value(d, k, S) * np.random.choice([-1, 1], (k, d)), "uniform on [0, 1)"),
        (lambda d, k, S: mask_times_value(7, 4000, S), "sizes asked for are ignored"),
        (lambda d, k, S: mask_times_value(d, k, S)[:, [0, 0, *range(2, d)]], "two features go together"),
        (lambda d, k, S: np.where(np.random.rand(k, d) < S, 0, np.nan), "NaN"),
        (lambda d, k, S: tm.SparseFeatures(d, S).sample(k).requires_grad_(), "not a table of numbers"),
        (lambda d, k, S: None, "returns nothing"),
        (lambda d, k, S: [[1], [1, 2]], "not a table of numbers"),
        (lambda d, k, S: oops, "does not run: NameError"),  # noqa: F821
    ],
)
def test_generator_check_names_the_mistake(capsys, answer, says):
    assert_says(said_by(capsys, tm.check_generator, answer), says)


FUNCTIONS = {  # check: {answer's name: (answer, what is said)}, each with two right answers
    tm.check_share_of_zeros: [
        (lambda t: (t == 0).mean(), "✓"),
        (lambda t: 1 - np.count_nonzero(t) / t.size, "✓"),
        (lambda t: (t != 0).mean(), "the wrong way round"),
        (lambda t: (t == 0).sum(), "the number of zeros"),
        (lambda t: sum(v == 0 for v in t.flat) / len(t), "number of rows only"),
        (lambda t: (t < 0.5).mean(), "small and negative values"),
        (lambda t: (abs(t) < 0.3).mean(), "counts small values"),
        (lambda t: (t <= 0).mean(), "counts negative values"),
    ],
    tm.check_largest_cosine: [
        (lambda V: largest_cosine(V), "✓"),
        (lambda V: largest_cosine(2.5 * V), "✓"),
        (lambda V: 1.0, "leave the diagonal out"),
        (lambda V: np.abs((V.T @ V)[~np.eye(V.shape[1], dtype=bool)]).max(), "not scaled to length 1"),
        (lambda V: np.abs(V.T @ V).max(), "diagonal is not left out, and"),
        (lambda V: largest_cosine(V, absolute=lambda c: c), "take absolute values"),
        (lambda V: largest_cosine(V.T), "features are the columns"),
    ],
    tm.check_collision: [
        (lambda n, S: 1 - S**n - n * (1 - S) * S ** (n - 1), "✓"),
        (lambda n, S: sum(choose(n, k) * (1 - S) ** k * S ** (n - k) for k in range(2, n + 1)), "✓"),
        (lambda n, S: 1 - (1 - S) ** n - n * S * (1 - S) ** (n - 1), "the wrong way round"),
        (lambda n, S: 1 - S**n, "at least one"),
        (lambda n, S: choose(n, 2) * (1 - S) ** 2 * S ** (n - 2), "exactly two"),
        (lambda n, S: (1 - S) ** 2, "two given features"),
        (lambda n, S: 1 - S**n - (1 - S) * S ** (n - 1), "factor n missing"),
        (lambda n, S: choose(n, 2) * (1 - S) ** 2, "expected number of colliding pairs"),
    ],
    tm.check_relu_output: [
        (lambda x, W, b: torch.relu(x @ W.T @ W + b), "✓"),
        (lambda x, W, b: torch.einsum("mi,mj,bj->bi", W, W, x).add(b).clamp_min(0), "✓"),
        (lambda x, W, b: x @ W.T @ W + b, "ReLU of the output is missing"),
        (lambda x, W, b: torch.relu(torch.relu(x @ W.T) @ W + b), "the article's model"),
        (lambda x, W, b: torch.relu(x @ W.T) @ W + b, "belongs on the output"),
        (lambda x, W, b: torch.relu(x @ W.T @ W), "bias is missing"),
        (lambda x, W, b: torch.relu(x @ W.T @ W) + b, "belongs inside"),
        (lambda x, W, b: torch.relu(x @ W.T @ W - b), "subtracted"),
        (lambda x, W, b: torch.relu(x @ W @ W.T + b), "Which of the two W is transposed"),
    ],
    tm.check_loss: [
        (lambda x, y, I: (I * (x - y) ** 2).mean(), "✓"),
        (lambda x, y, I: ((x - y).pow(2) @ I).sum() / x.numel(), "✓"),
        (lambda x, y, I: ((x - y) ** 2).mean(), "importance is not applied"),
        (lambda x, y, I: (I * (x - y) ** 2).sum(), "summed where it should be averaged"),
        (lambda x, y, I: (I * (x - y) ** 2).sum(1).mean(), "average over them too"),
        (lambda x, y, I: (I * (x - y) ** 2).mean(1).sum(), "summed over the batch"),
        (lambda x, y, I: ((I * (x - y)) ** 2).mean(), "importance is squared too"),
        (lambda x, y, I: (I * (x - y).abs()).mean(), "absolute error"),
        (lambda x, y, I: I * (x - y) ** 2, "should be one number"),
        (lambda x, y, I: (I * (x - y) ** 2).mean().sqrt(), "root"),
    ],
    tm.check_best_linear: [
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum() / len(I), "✓"),
        (lambda m, I, v: ((I * v).sum() - (I * v).topk(m).values.sum()) / len(I), "✓"),
        (lambda m, I, v: (I * v)[m:].sum() / len(I), "not sorted here"),
        (lambda m, I, v: (I * v)[I.argsort()][: len(I) - m].sum() / len(I), "by importance alone"),
        (lambda m, I, v: (I * v)[v.argsort()][: len(I) - m].sum() / len(I), "by variance alone"),
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum(), "divide by n"),
        (
            lambda m, I, v: torch.sort(I * v).values[: len(I) - m].sum() / max(1, len(I) - m),
            "dropped features",
        ),
        (lambda m, I, v: torch.sort(I * v).values[: len(I) - m].mean(), "dropped features alone"),
        (lambda m, I, v: (I * v).topk(m).values.sum() / len(I), "part of the kept"),
        (lambda m, I, v: torch.sort(I * v).values[m:].sum() / len(I), "drops the largest"),
    ],
    tm.check_interference: [
        (tm.interference, "✓"),
        (lambda W: overlaps(W).square().sum(1) - W.square().sum(0), "✓"),
        (lambda W: overlaps(W).square().sum(1), "diagonal is not excluded"),
        (lambda W: (W.T @ W).fill_diagonal_(0).square().sum(1), "divide W_i by its norm"),
        (lambda W: (W.T @ W).square().sum(1), "divided by its norm, and the diagonal"),
        (lambda W: overlaps(W).fill_diagonal_(0).sum(1), "plus and minus cancel"),
        (lambda W: tm.interference(W / W.norm(dim=0)), "W_j keeps its length"),
        (lambda W: overlaps(W).fill_diagonal_(0).square().sum(0), "wrong index"),
        (lambda W: tm.interference(W.T), "features are the columns"),
        (lambda W: tm.interference(W) / W.shape[1], "averaged where"),
    ],
    tm.check_dimensionality: [
        (tm.feature_dimensionality, "✓"),
        (lambda W: W.square().sum(0) ** 2 / (W.T @ W).square().sum(1), "✓"),
        (lambda W: W.square().sum(0) / tm.interference(W), "leaves j = i out"),
        (lambda W: W.square().sum(0) / (W.T @ W).square().sum(1), "divide W_i by its norm"),
        (lambda W: W.norm(dim=0) / overlaps(W).square().sum(1), "squared above the line"),
        (lambda W: 1 / tm.feature_dimensionality(W), "upside down"),
        (lambda W: tm.feature_dimensionality(W.T), "features are the columns"),
    ],
}


def choose(n, k):
    return choose(n - 1, k - 1) * n / k if k else 1


def largest_cosine(V, absolute=np.abs):
    U = V / np.sqrt((V * V).sum(0))
    return max(absolute(U[:, i] @ U[:, j]) for i in range(U.shape[1]) for j in range(i))


def overlaps(W):
    """(i, j): u_i . W_j."""
    return (W / W.norm(dim=0)).T @ W


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in FUNCTIONS.items() for answer, says in answers],
)
def test_the_check_of_a_function_names_the_mistake(capsys, check, answer, says):
    assert_says(said_by(capsys, check, answer), says)


@pytest.mark.parametrize("check", FUNCTIONS)
def test_every_check_of_a_function_survives_anything(capsys, check):
    assert_says(said_by(capsys, check, None), "○ not attempted")
    assert_says(said_by(capsys, check, 3), "expected a function, got 3")
    assert_says(said_by(capsys, check, lambda *given: None), "returns nothing")
    assert_says(said_by(capsys, check, lambda *given: oops), "does not run: NameError")  # noqa: F821
    assert_says(said_by(capsys, check, lambda *given: "many\nlines"), "expected numbers, got 'many")
    assert_says(said_by(capsys, check, lambda *given: np.nan), "✗")
    assert_says(said_by(capsys, check, lambda *given: np.zeros((2, 3, 4, 5))), "should have shape")
    assert_says(said_by(capsys, check, lambda: 1), "does not run: TypeError")


def test_a_mistake_without_a_name_is_shown_with_numbers(capsys):
    assert_says(
        said_by(capsys, tm.check_collision, lambda n, S: 0.5),
        "expected 0.9195, got 0.5, for the input (40, 0.9)",
    )


def test_an_answer_that_spoils_its_input_is_judged_by_its_result(capsys):
    assert_says(
        said_by(capsys, tm.check_interference, lambda W: tm.interference(W.clone()) + 0 * W.zero_()[0]), "✓"
    )


def icosahedron():
    phi = (1 + 5**0.5) / 2
    return np.array([[0, 0, 1, 1, phi, phi], [1, 1, phi, -phi, 0, 0], [phi, -phi, 0, 0, 1, -1]])


ROOTS = np.array([[1.0, 1, 1, 1, 0, 0], [1, -1, 0, 0, 1, 1], [0, 0, 1, -1, 1, -1]])


@pytest.mark.parametrize(
    ("V", "says"),
    [
        (None, "○ not attempted"),
        (icosahedron(), "✓ six lines, largest |cosine| 0.447"),
        (torch.tensor(-3 * icosahedron()) + 0.01, "✓"),
        (icosahedron().T, "lies on its side"),
        (np.eye(3), "must have shape (3, 6)"),
        ("lines", "numbers"),
        (np.zeros((3, 6)), "no zero vector"),
        (np.hstack([np.eye(3), -np.eye(3)]), "on the same line"),
        (ROOTS, "✓ six lines, largest |cosine| 0.500"),
        (ROOTS / np.linalg.norm(ROOTS, axis=0), "✓ six lines, largest |cosine| 0.500"),
        (np.hstack([np.eye(3), np.eye(3) + 0.4]), "the largest |cosine| is"),
    ],
)
def test_six_lines_check_names_the_mistake(capsys, V, says):
    assert_says(said_by(capsys, tm.check_six_lines, V), says)


def pairs(d, k, S):
    mask = np.repeat(np.random.rand(k, d // 2) >= S, 2, axis=1)
    return mask * np.random.rand(k, d)


def opposite_values(d, k, S):
    x = pairs(d, k, S)
    x[:, 1::2] = np.where(x[:, ::2] > 0, 1 - x[:, ::2], 0)
    return x


def same_values_but_once(d, k, S):
    x = pairs(d, k, S)
    x[:, 3::2] = x[:, 2::2]
    return x


def pairs_from_samples(d, k, S):
    x = tm.generate_synthetic_dataset(d, k, S)
    x[:, 1::2] = np.where(x[:, ::2] > 0, np.random.rand(k, d // 2), 0)
    return x


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "○ not attempted"),
        (pairs, "✓"),
        (pairs_from_samples, "✓"),
        (lambda d, k, S: pairs(d, k, 1 - S), "the wrong way round"),
        (
            lambda d, k, S: np.random.rand(k, d) * (np.random.rand(k, 1) >= S),
            "all features are active together",
        ),
        (mask_times_value, "all features are independent"),
        (lambda d, k, S: np.roll(pairs(d, k, S), 1, axis=1), "0 and 1, 2 and 3"),
        (lambda d, k, S: np.repeat(mask_times_value(d // 2, k, S), 2, axis=1), "the two values of a pair"),
        (lambda d, k, S: pairs(d, k, S) ** 2, "uniform on [0, 1)"),
        (opposite_values, "the two values of a pair"),
        (same_values_but_once, "the two values of a pair"),
        (lambda d, k, S: pairs(d, k, S)[:, [0, 1, 2, 3, 0, 1, 2, 3][:d]], "different pairs"),
        (lambda d, k, S: pairs(d, k, S).T, "lies on its side"),
        (lambda d, k, S: oops, "does not run: NameError"),  # noqa: F821
    ],
)
def test_pairs_check_names_the_mistake(capsys, answer, says):
    assert_says(said_by(capsys, tm.check_pairs, answer), says)


PENTAGON = torch.stack([f(torch.arange(5) * 2 * torch.pi / 5) for f in (torch.cos, torch.sin)])
TWO_PAIRS = np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]])


@pytest.mark.parametrize(
    ("W", "b", "says"),
    [
        (None, None, "○ not attempted"),
        (PENTAGON, -0.15, "✓"),
        ((1.15 * PENTAGON).tolist(), [-0.25] * 5, "✓"),
        (TWO_PAIRS, [0, 0, 0, 0, 0.025], "4 features kept, there is a place for five"),
        (PENTAGON, 0, "a bias below 0"),
        (PENTAGON.T, 0, "lies on its side"),
        (np.eye(5), 0, "W must be (2, 5)"),
        (PENTAGON, [1, 2], "(2, 5) and (2,)"),
        ("pentagon", 0, "must be numbers"),
        (PENTAGON * np.nan, 0, "NaN"),
        (np.eye(2, 5), 0, "only 2 features kept"),
        (PENTAGON, 0.3, "a bias below 0"),
        (0.6 * PENTAGON, -0.1, "short"),
        (np.ones((2, 5)), -0.1, "spread the directions"),
    ],
)
def test_by_hand_check_names_the_mistake(capsys, W, b, says):
    assert_says(said_by(capsys, tm.check_by_hand, W, b), says)


# Whatever a student gives, a check says one line and raises nothing


class Awkward:
    """Raises wherever it is looked at."""

    def __repr__(self):
        raise ValueError("no")

    __str__ = __array__ = __len__ = __float__ = __bool__ = __repr__


def raises(error):
    def answer(*arguments):
        raise error

    return answer


def endless(*arguments):
    return endless(*arguments)


STRANGE = [
    None,
    0,
    1.5,
    "text",
    b"bytes",
    object(),
    Awkward(),
    int,
    Awkward,
    [1, [2, 3]],
    {"a": 1},
    np.array(None),
    np.array([1j]),
    np.zeros((0, 6)),
    np.full((3, 6), np.nan),
    torch.ones(3, 6, requires_grad=True),
    torch.ones(3, 6).to_sparse(),
    torch.ones(2, 5, device="meta"),
]
STRANGE_ANSWERS = [
    *STRANGE,
    *[lambda *arguments, value=value: value for value in STRANGE],
    *map(
        raises, [ValueError("two\nlines"), SystemExit(), GeneratorExit(), RecursionError(), AssertionError()]
    ),
    raises(type("Strange", (Exception,), {"__str__": Awkward.__repr__})()),
    endless,
    lambda: 1,
    lambda *arguments: (row for row in [[1], [2, 3]]),
]
CHECKS = [getattr(tm, name) for name in dir(tm) if name.startswith("check_")]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_says_one_line_and_never_raises(check, capsys):
    for answer in STRANGE_ANSWERS:
        for more in ([0.1], [Awkward()]) if check is tm.check_by_hand else ([],):
            said = said_by(capsys, check, answer, *more)
            assert said[0] in "○✗" and len(said) < 250


@pytest.mark.parametrize("sparsity", [90, -1, 1, 1.0, "0.9", None, [0.1, 0.2], True, float("nan"), Awkward()])
def test_a_strange_sparsity_is_named(capsys, sparsity):
    W = torch.eye(2, 5)
    assert_says(said_by(capsys, tm.check_by_hand, W, 0.0, sparsity), "sparsity must")


def test_a_real_interrupt_passes_through():
    with pytest.raises(KeyboardInterrupt):
        tm.check_share_of_zeros(raises(KeyboardInterrupt()))


def small_ones_set_to_zero(t):
    t[abs(t) < 0.5] = 0
    return (t == 0).mean()


def test_an_answer_is_judged_against_the_input_as_it_was(capsys):
    assert_says(
        said_by(capsys, tm.check_share_of_zeros, small_ones_set_to_zero), "counts small values as zeros"
    )


def test_on_an_ascii_terminal_a_check_still_says_it():
    code = """if True:
        import toymodels as tm
        tm.check_share_of_zeros(None)
        tm.check_share_of_zeros(lambda t: (t == 0).mean())
        tm.check_share_of_zeros(lambda t: 0)
        tm.check_six_lines([[1, 2]])
        tm.check_share_of_zeros(chr(233))
    """
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=ascii_only, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert lines[0] == "o not attempted"
    assert lines[1] == "[right] right on every input tried"
    assert [line.split("]")[0] for line in lines[2:]] == ["[not yet"] * 3
