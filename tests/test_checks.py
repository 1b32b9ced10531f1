import numpy as np
import pytest

import toymodels as tm


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
    tm.check_generator(answer)
    printed = capsys.readouterr().out
    assert says in printed
    assert printed[0] == {"○": "○", "✓": "✓"}.get(says[0], "✗")
    assert printed.count("\n") == 1
