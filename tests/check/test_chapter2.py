"""The checks of chapter 2 on right answers and each wrong one."""

import functools

import numpy as np
import pytest
import torch

import toymodels as tm

from .saying import assert_says


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


RNG = np.random.default_rng(1)


def one_value_a_sample(d, k, S):
    return (RNG.random((k, d)) > S) * RNG.random((k, 1))


def sparser_to_the_right(d, k, S):
    return (RNG.random((k, d)) > np.linspace(2 * S - 1, 1, d)) * RNG.random((k, d))


def rolled(d, k, S):
    table = (RNG.random((k, d)) > S) * RNG.random((k, d))
    table[1::2] = np.roll(table[::2], 1, axis=1)
    return table


def law(change):
    """Chapter 2's data, their values changed: active ones by change(values)."""

    def drawn(d, k, S):
        return np.where(RNG.random((k, d)) > S, change(RNG.random((k, d))), 0)

    return drawn


def one_mask_for_all(d, k, S):
    mask = np.arange(d) >= round(S * d)
    return RNG.permutation(mask) * RNG.random((k, d))


def mask_again_in_the_next_sample(d, k, S):
    return np.repeat(RNG.random((k // 2, d)) > S, 2, axis=0) * RNG.random((k, d))


def mask_again_much_later(d, k, S):
    return np.tile(RNG.random((k // 4, d)) > S, (4, 1)) * RNG.random((k, d))


def most_active_first(d, k, S):
    table = mask_times_value(d, k, S)
    return table[np.argsort(-(table > 0).sum(axis=1))]


def second_follows_from_first(d, k, S):
    """Uniform and uncorrelated, but not independent where both are active."""
    table = mask_times_value(d, k, S)
    table[:, 1] = np.where(table.all(axis=1), abs(2 * table[:, 0] - 1), table[:, 1])
    return table


def never_three_at_once(d, k, S):
    if S != 0.8:
        return mask_times_value(d, k, S)
    counts = RNG.choice(3, size=k, p=[0.2, 0.2, 0.6])
    table = np.zeros((k, d))
    for row, count in zip(table, counts, strict=True):
        row[RNG.permutation(d)[:count]] = RNG.random(count)
    return table


def fixed_mask(d, k, S):
    return (np.random.default_rng(0).random((k, d)) > S) * RNG.random((k, d))


def fixed_values(d, k, S):
    return (RNG.random((k, d)) > S) * np.random.default_rng(0).random((k, d))


def kept_rows(make=mask_times_value):
    rows = []

    def generate(d, k, S):
        rows.extend(make(d, k, S))
        return np.array(rows)

    return generate


def rows_one_by_one(d, k, S):
    yield from mask_times_value(d, k, S)


class Generator:
    def __call__(self, dim_sample, num_sample, sparsity, dtype="float32"):
        u = torch.rand(num_sample, dim_sample, dtype=getattr(torch, dtype))
        return torch.relu((u - sparsity) / (1 - sparsity)) if sparsity < 1 else 0 * u


def paired(d, k, S, rng=RNG, values=lambda rng, k, d: rng.random((k, d))):
    return np.repeat(rng.random((k, d // 2)) > S, 2, axis=1) * values(rng, k, d)


def folded(rng, k, d):
    """Uniform values, no correlation within a pair, but the second follows from the first."""
    values = rng.random((k, d))
    values[:, 1::2] = abs(2 * values[:, ::2] - 1)
    return values


@pytest.mark.parametrize("make", [mask_times_value, paired])
def test_a_list_that_grows_from_call_to_call_is_named(make):
    check = tm.check.pairs if make is paired else tm.check.generator
    assert_says(check(kept_rows(make)), "returns more samples than asked for")


@pytest.mark.parametrize(
    "answer",
    [
        Generator(),
        functools.partial(Generator(), dtype="float64"),
        lambda d, k, S, *, seed=None: mask_times_value(d, k, S).tolist(),
        lambda d, k, S: [tuple(row) for row in mask_times_value(d, k, S)],
        lambda d, k, S: tm.SparseFeatures(d, S).sample(k).requires_grad_(),
        lambda d, k, S: np.random.default_rng().random((k, d)) * (np.random.rand(d, k).T > S),
    ],
)
def test_a_generator_may_be_written_in_another_way(answer):
    for _ in range(5):
        assert_says(tm.check.generator(answer), "✓")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (one_value_a_sample, "Two features depend on each other"),
        (sparser_to_the_right, "differ in their fraction of zeros"),
        (rolled, "Values repeat"),
        (law(lambda u: u**2), "uniform on [0, 1)"),
        (law(np.sqrt), "uniform on [0, 1)"),
        (law(lambda u: 0 * u + 0.5), "uniform on [0, 1)"),
        (law(lambda u: RNG.beta(2, 2, u.shape)), "uniform on [0, 1)"),
        (law(lambda u: np.floor(4 * u) / 4 + 0.125), "uniform on [0, 1)"),
        (law(lambda u: u ** ([2.0, 0.5] * 4)[: u.shape[1]]), "uniform on [0, 1)"),
        (law(lambda u: u.round(2)), "rounded"),
        (law(lambda u: u.astype(np.float16)), "rounded"),
        (lambda d, k, S: mask_times_value(d, k, S).astype(int), "100% of the values are zero"),
        (lambda d, k, S: RNG.random((k, d)) > S, "is a whole number"),
        (one_mask_for_all, "the same places"),
        (mask_again_in_the_next_sample, "depend on the ones before"),
        (mask_again_much_later, "depend on the ones before"),
        (most_active_first, "depend on the ones before"),
        (second_follows_from_first, "Two features depend on each other"),
        (never_three_at_once, "not independent"),
        (lambda d, k, S: mask_times_value(d, k, S if S in (0, 1) else 0.8), "Is sparsity ignored"),
        (fixed_mask, "the same zeros. Is a seed fixed"),
        (fixed_values, "the same values. Is a seed fixed"),
    ],
)
def test_generator_check_is_not_fooled(answer, says):
    for _ in range(5):  # whatever it draws
        assert_says(tm.check.generator(answer), says)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (paired, "✓"),
        (lambda d, k, S: paired(d, k, 0.8), "Is sparsity ignored"),
        (lambda d, k, S: paired(d, k, S, np.random.default_rng(0)), "Is a seed fixed"),
        (lambda d, k, S: np.tile(paired(d, k // 4, S), (4, 1)), "Values repeat"),
        (
            lambda d, k, S: paired(
                d, k, S, values=lambda rng, k, d: np.tile(rng.random((k, 2)), (1, d // 2))
            ),
            "features depend on each other",
        ),
        (lambda d, k, S: paired(d, k, S, values=lambda *a: RNG.beta(2, 2, a[1:])), "uniform on"),
        (lambda d, k, S: paired(d, k, S, values=lambda *a: RNG.random(a[1:]).round(2)), "rounded"),
        (lambda d, k, S: paired(d, k, S, values=folded), "The two values of a pair"),
        (lambda d, k, S: np.repeat(RNG.random((k, d // 2)) > S, 2, axis=1), "is a whole number"),
        (
            lambda d, k, S: np.tile(paired(d, k // 2, S) > 0, (2, 1)) * RNG.random((k, d)),
            "depend on the ones before",
        ),
        (lambda d, k, S: paired(d, k, S) * (RNG.random((k, d)) > 0.1 * (S == 0)), "leave no zeros"),
        (
            lambda d, k, S: (
                (np.random.default_rng(0).random((k, d // 2)) > S).repeat(2, axis=1)
                * RNG.random((k, d))
            ),
            "the same zeros. Is a seed fixed",
        ),
    ],
)
def test_pairs_check_is_not_fooled(answer, says):
    for _ in range(5):
        assert_says(tm.check.pairs(answer), says)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "○ Not attempted yet."),
        (loops, "✓"),
        (mask_times_value, "✓"),
        (tm.generate_synthetic_dataset, "✓"),
        (lambda d, k, S: mask_times_value(d, k, S, keep=np.less), "the wrong way round"),
        (lambda d, k, S: np.random.rand(k, d), "0% of the values are zero at sparsity 0.8"),
        (lambda d, k, S: mask_times_value(d, k, S).T, "lies on its side"),
        (lambda d, k, S: mask_times_value(d, k + 1, S), r"got (4001, 7)"),
        (lambda d, k, S: np.random.rand(k, d) * (np.random.rand(k, 1) >= S), "Whole samples"),
        (same_number_of_zeros, "Drop each feature independently"),
        (same_number_twice, "uniform on [0, 1)"),
        (lambda d, k, S: 10 * mask_times_value(d, k, S), "uniform on [0, 1)"),
        (two_values, "uniform on [0, 1)"),
        (lambda d, k, S: np.repeat(mask_times_value(d, k // 2, S), 2, axis=0), "Values repeat"),
        (never_quite_empty, "sparsity 1 should leave nothing but zeros"),
        (fixed_seed, "Is a seed fixed"),
        (
            lambda d, k, S: mask_times_value(d, k, S) * np.random.choice([-1, 1], (k, d)),
            "uniform on [0, 1)",
        ),
        (lambda d, k, S: mask_times_value(7, 4000, S), "ignores the sizes that are asked for"),
        (
            lambda d, k, S: mask_times_value(d, k, S)[:, [0, 0, *range(2, d)]],
            "Two features depend on each other",
        ),
        (lambda d, k, S: np.where(np.random.rand(k, d) < S, 0, np.nan), "NaN"),
        (rows_one_by_one, "returns a generator"),
        (lambda d, k, S: (mask_times_value(d, k, S), S), "returns a tuple of 2"),
        (lambda d, k, S: None, "It returns nothing"),
        (lambda d, k, S: [[1], [1, 2]], "must be a table of numbers, 7 in every row"),
        (lambda d, k, S: oops, "does not run. NameError"),  # noqa: F821
    ],
)
def test_generator_check_names_the_mistake(answer, says):
    assert_says(tm.check.generator(answer), says)


FUNCTIONS = {  # check: [(answer, what is said)], each with two right answers
    tm.check.collision: [
        (lambda n, S: 1 - S**n - n * (1 - S) * S ** (n - 1), "✓"),
        (
            lambda n, S: sum(choose(n, k) * (1 - S) ** k * S ** (n - k) for k in range(2, n + 1)),
            "✓",
        ),
        (lambda n, S: 1 - (1 - S) ** n - n * S * (1 - S) ** (n - 1), "the wrong way round"),
        (lambda n, S: 1 - S**n, "at least one"),
        (lambda n, S: choose(n, 2) * (1 - S) ** 2 * S ** (n - 2), "exactly two"),
        (lambda n, S: (1 - S) ** 2, "two given features"),
        (lambda n, S: 1 - S**n - (1 - S) * S ** (n - 1), "factor n missing"),
        (lambda n, S: choose(n, 2) * (1 - S) ** 2, "expected number of colliding pairs"),
    ],
}


def choose(n, k):
    return choose(n - 1, k - 1) * n / k if k else 1


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [(check, answer, says) for check, answers in FUNCTIONS.items() for answer, says in answers],
)
def test_the_check_of_a_function_names_the_mistake(check, answer, says):
    assert_says(check(answer), says)


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
        (None, "○ Not attempted yet."),
        (pairs, "✓"),
        (pairs_from_samples, "✓"),
        (lambda d, k, S: pairs(d, k, 1 - S), "the wrong way round"),
        (
            lambda d, k, S: np.random.rand(k, d) * (np.random.rand(k, 1) >= S),
            "All features are active together",
        ),
        (mask_times_value, "All features are independent"),
        (lambda d, k, S: np.roll(pairs(d, k, S), 1, axis=1), "0 and 1, 2 and 3"),
        (
            lambda d, k, S: np.repeat(mask_times_value(d // 2, k, S), 2, axis=1),
            "The two values of a pair",
        ),
        (lambda d, k, S: pairs(d, k, S) ** 2, "uniform on [0, 1)"),
        (opposite_values, "The two values of a pair"),
        (same_values_but_once, "The two values of a pair"),
        (lambda d, k, S: pairs(d, k, S)[:, [0, 1, 2, 3, 0, 1, 2, 3][:d]], "Different pairs"),
        (lambda d, k, S: pairs(d, k, S).T, "lies on its side"),
        (lambda d, k, S: oops, "does not run. NameError"),  # noqa: F821
    ],
)
def test_pairs_check_names_the_mistake(answer, says):
    assert_says(tm.check.pairs(answer), says)
