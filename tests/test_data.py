import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import toymodels as tm
from toymodels.grouped import Months

NAN = float("nan")


def draw(n, sparsity, count, seed=0):
    return tm.SparseFeatures(n, sparsity).sample(count, np.random.default_rng(seed))


@pytest.mark.parametrize("S", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_zeros_are_binomial_and_the_rest_is_uniform(S):
    x = draw(7, S, 40_000)
    zeros = int((x == 0).sum())
    assert stats.binomtest(zeros, x.numel(), S).pvalue > 1e-4 if S else zeros <= 1
    active = x[x > 0].numpy()
    assert stats.kstest(active, "uniform").pvalue > 1e-4


def test_features_are_independent_of_each_other():
    x = draw(6, 0.6, 200_000).double()
    for values in (x, (x > 0).double()):  # values and masks
        off_diagonal = torch.corrcoef(values.T) - torch.eye(6)
        assert off_diagonal.abs().max() < 5 / 200_000**0.5


def test_mask_and_value_of_one_feature_are_independent():
    below = draw(1, 0.3, 200_000)
    active = below[below > 0]
    assert abs((active < 0.25).double().mean() - 0.25) < 5 * 0.433 / 140_000**0.5


def test_dense_and_empty_ends():
    dense, empty = draw(5, 0.0, 10_000), draw(5, 1.0, 10_000)
    assert (dense > 0).float().mean() > 0.999
    assert empty.count_nonzero() == 0


@given(
    sparsity=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    n=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_values_stay_in_the_unit_interval_whatever_the_sparsity(sparsity, n, seed):
    x = draw(n, sparsity, 50, seed)
    assert x.shape == (len(sparsity), 50, n)
    assert x.dtype == torch.float32
    assert x.min() >= 0 and x.max() < 1


def test_the_largest_draw_stays_below_one():
    largest = torch.full((1, 1), 1 - 2**-24)
    x = tm.SparseFeatures(1, torch.linspace(0, 0.9999, 997)).from_uniform(largest)
    assert x.max() < 1
    assert x.min() > 0.99


@pytest.mark.parametrize("S", [0.0, 0.35, 0.9, 1.0, [0.2, 0.7], [[0.1, 0.5, 0.9], [0.0, 1.0, 0.3]]])
def test_mean_and_variance_are_those_of_the_samples(S):
    features = tm.SparseFeatures(3, S)
    x = features.sample(400_000, np.random.default_rng(1)).double()
    assert features.mean.shape == features.variance.shape == x.mean(-2).shape
    torch.testing.assert_close(x.mean(-2), features.mean, atol=2e-3, rtol=0)
    torch.testing.assert_close(x.var(-2), features.variance, atol=1e-3, rtol=0)


def test_variance_landmarks():
    assert tm.SparseFeatures(1, 0.0).variance.item() == pytest.approx(1 / 12)
    assert tm.SparseFeatures(1, 0.9).variance.item() == pytest.approx(0.1 / 3 - 0.01 / 4)


def test_copies_share_the_draw():
    x = draw(4, [0.3, 0.3, 0.8], 500)
    assert torch.equal(x[0], x[1])
    assert (x[0][x[2] > 0] > 0).all()  # active at 0.8 means active at 0.3


def test_a_copy_sees_what_a_single_model_sees():
    assert torch.equal(draw(4, [0.3, 0.8], 500)[1], draw(4, 0.8, 500))


def test_samples_are_made_of_uniform_numbers():
    features = tm.SparseFeatures(4, [0.3, 0.8])
    u = torch.rand(9, 4)
    expected = torch.stack([torch.relu(u - 0.3) / 0.7, torch.relu(u - 0.8) / 0.2])
    torch.testing.assert_close(features.from_uniform(u), expected)
    per_feature = tm.SparseFeatures(4, [[0.3, 0.3, 0.3, 0.8], [0.8, 0.8, 0.8, 0.3]])
    mixed = torch.cat([expected[:, :, :3], expected.flip(0)[:, :, 3:]], dim=-1)
    torch.testing.assert_close(per_feature.from_uniform(u), mixed)
    torch.testing.assert_close(tm.SparseFeatures(4, 0.8).from_uniform(u), expected[1])


def test_without_a_generator_pytorchs_seed_decides():
    features = tm.SparseFeatures(4, 0.5)
    torch.manual_seed(3)
    first, second = features.sample(9), features.sample(9)
    torch.manual_seed(3)
    assert torch.equal(features.sample(9), first)
    assert not torch.equal(first, second)


def test_sparsity_can_be_changed_later():
    features = tm.SparseFeatures(4, 0.0)
    features.sparsity = 1.0
    assert features.sample(10).count_nonzero() == 0
    with pytest.raises(ValueError, match="sparsity"):
        features.sparsity = 2
    assert features.sparsity == 1  # a refused value changes nothing


def test_sparsity_is_a_copy_of_its_own():
    given = np.array([0.1, 0.5])
    features = tm.SparseFeatures(4, given)
    given[:] = 7
    features.sparsity[0] = 0.9
    assert features.sparsity.tolist() == [0.1, 0.5]
    assert tm.SparseFeatures(4, np.array([0.2, 0.8])[::-1]).sparsity.tolist() == [0.8, 0.2]


def test_linear_importance_of_the_article():
    importance = tm.linear_importance(40)
    assert importance[0] == 1 and importance[-1] == pytest.approx(0.1)
    assert importance.diff().std() < 1e-6
    assert tm.linear_importance(1).tolist() == [1.0]


def test_article_function_returns_numpy_and_repeats_by_seed():
    data = tm.generate_synthetic_dataset(dim_sample=3, num_sample=20_000, sparsity=0.8, seed=5)
    assert isinstance(data, np.ndarray) and data.shape == (20_000, 3) and data.flags.c_contiguous
    assert abs((data == 0).mean() - 0.8) < 0.01
    np.testing.assert_array_equal(data, tm.generate_synthetic_dataset(3, 20_000, 0.8, seed=5))
    assert not np.array_equal(
        tm.generate_synthetic_dataset(3, 9, 0.1), tm.generate_synthetic_dataset(3, 9, 0.1)
    )


def test_article_function_draws_what_sparse_features_draw():
    data = tm.generate_synthetic_dataset(4, 50, 0.3, seed=7)
    np.testing.assert_array_equal(data, draw(4, 0.3, 50, seed=7).numpy())


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: tm.SparseFeatures(0, 0.5), ValueError, "n must be at least 1, got 0"),
        (lambda: tm.SparseFeatures(2.5, 0.5), TypeError, "n must be a whole number, got 2.5"),
        (lambda: tm.SparseFeatures("4", 0.5), TypeError, "n must be a whole number, got '4'"),
        (lambda: tm.SparseFeatures(True, 0.5), TypeError, "n must be a whole number, got True"),
        (lambda: tm.SparseFeatures(4, 1.01), ValueError, r"sparsity must lie in \[0, 1\].*1.01"),
        (lambda: tm.SparseFeatures(4, -0.1), ValueError, "sparsity .*got -0.1"),
        (lambda: tm.SparseFeatures(4, NAN), ValueError, "sparsity .*got nan"),
        (lambda: tm.SparseFeatures(4, "0.5"), TypeError, "sparsity must be numbers.*'0.5'"),
        (lambda: tm.SparseFeatures(4, None), TypeError, "sparsity must be numbers, got None"),
        (lambda: tm.SparseFeatures(4, []), ValueError, r"sparsity .*shape \(0,\)"),
        (lambda: tm.SparseFeatures(4, [[0.1, 0.2]]), ValueError, r"sparsity .*shape \(1, 2\)"),
        (lambda: tm.SparseFeatures(4, 0.5).sample(0), ValueError, "batch_size must be at least 1"),
        (lambda: tm.SparseFeatures(4, 0.5).sample("many"), TypeError, "batch_size.*'many'"),
        (
            lambda: tm.SparseFeatures(4, 0.5).sample(9, torch.Generator()),
            TypeError,
            "rng must be NumPy",
        ),
        (lambda: tm.linear_importance(0), ValueError, "n must be at least 1"),
        (
            lambda: tm.linear_importance(3, first=-1),
            ValueError,
            "first and last must be finite and not negative",
        ),
        (lambda: tm.linear_importance(3, first="high"), TypeError, "first and last"),
        (lambda: tm.generate_synthetic_dataset(0, 5, 0.5), ValueError, "dim_sample"),
        (lambda: tm.generate_synthetic_dataset(5, -1, 0.5), ValueError, "num_sample"),
        (lambda: tm.generate_synthetic_dataset(5, 5, 80), ValueError, "sparsity"),
        (
            lambda: tm.generate_synthetic_dataset(5, 5, [0.1]),
            ValueError,
            "sparsity must be one number",
        ),
        (lambda: tm.generate_synthetic_dataset(5, 5, 0.5, seed=-1), ValueError, "seed"),
    ],
)
def test_bad_input_is_named(make, error, says):
    with pytest.raises(error, match=says):
        make()


# features that depend on each other


GROUPS = ((0, 1, 2), (3, 4))  # feature 5 is in neither


def drawn(bond, S=0.7, rows=200_000):
    data = tm.GroupedFeatures(6, S, GROUPS, bond)
    return data, data.sample(rows, np.random.default_rng(5)).double()


def covariance(bond, S):
    """Closed form. Two features of a group are active together more often than by chance, or less.

    Each active value is uniform with mean 1/2, whatever the others do.
    """
    p = 1 - S
    expected = torch.zeros(6, 6, dtype=torch.float64)
    for group in GROUPS:
        for i in group:
            expected[i, list(group)] = (bond * (p - p**2) if bond > 0 else bond * p**2) / 4
    return expected.fill_diagonal_(p / 3 - p**2 / 4)


@settings(deadline=None, max_examples=12)
@given(bond=st.floats(-1, 1), S=st.floats(0.67, 0.95))
def test_grouped_features_have_the_exact_mean_and_covariance(bond, S):
    data, x = drawn(bond, S)
    torch.testing.assert_close(x.mean(0), data.mean, atol=4e-3, rtol=0)
    torch.testing.assert_close(torch.cov(x.T), covariance(bond, S), atol=2e-3, rtol=0)


@settings(deadline=None, max_examples=12)
@given(bond=st.floats(-1, 1), S=st.floats(0.67, 0.95))
def test_each_grouped_feature_alone_is_as_in_sparse_features(bond, S):
    _, x = drawn(bond, S)
    there = x > 0
    torch.testing.assert_close(
        there.double().mean(0), torch.full((6,), 1 - S).double(), atol=6e-3, rtol=0
    )
    for i in range(6):
        values = x[:, i][there[:, i]]
        for quantile in (0.1, 0.5, 0.9):  # uniform
            assert abs((values < quantile).double().mean() - quantile) < 0.02


@pytest.mark.parametrize(("bond", "both"), [(1.0, 0.3), (0.4, 0.4 * 0.3 + 0.6 * 0.09), (-1.0, 0)])
def test_how_often_two_of_a_group_are_there_at_once(bond, both):
    _, x = drawn(bond)
    there = (x > 0).double()
    together = there.T @ there / len(x)
    assert abs(together[0, 1] - both) < 4e-3 and abs(together[3, 4] - both) < 4e-3
    assert abs(together[0, 3] - 0.09) < 4e-3 and abs(together[5, 0] - 0.09) < 4e-3
    if bond == -1:
        assert together[0, 1] == 0


def test_how_large_they_are_depends_on_nothing():
    _, x = drawn(1.0)
    both = x[(x[:, 0] > 0)]
    assert abs(torch.corrcoef(both[:, :2].T)[0, 1]) < 0.02


def test_copies_with_bonds_of_their_own_share_the_draws():
    bonds = [[1.0, 0.0], [0.0, -1.0], [0.0, 0.0]]
    data = tm.GroupedFeatures(5, 0.7, [[0, 1], [2, 3]], bonds)
    x = data.sample(1000, np.random.default_rng(0))
    assert x.shape == (3, 1000, 5) and data.copies == 3
    assert data.mean.shape == (3, 5)
    for k, bond in enumerate(bonds):
        alone = tm.GroupedFeatures(5, 0.7, [[0, 1], [2, 3]], bond)
        assert torch.equal(alone.sample(1000, np.random.default_rng(0)), x[k])
    assert torch.equal(x[0, :, 4], x[1, :, 4])  # in no group


def test_a_model_trains_on_grouped_features_but_theory_refuses_them():
    data = tm.GroupedFeatures(4, 0.7, [[0, 1]], 0.5)
    model = tm.LinearModel(4, 2, seed=0)
    tm.train(model, data, steps=3, progress=False)
    with pytest.raises(TypeError, match="mean and variance"):
        tm.linear_loss(model, data)


def test_rows_are_drawn_from_what_was_given():
    x = torch.arange(12.0).reshape(4, 3)
    rows = tm.Rows(x.numpy())
    batch = rows.sample(500, np.random.default_rng(0))
    assert batch.shape == (500, 3) and (rows.n, rows.copies) == (3, None)
    assert {tuple(row) for row in batch.tolist()} == {tuple(row) for row in x.tolist()}


def test_each_copy_may_have_rows_of_its_own_and_gets_the_same_row_numbers():
    x = torch.arange(12.0).reshape(4, 3)
    rows = tm.Rows(torch.stack([x, x + 100]))
    batch = rows.sample(500, np.random.default_rng(0))
    assert batch.shape == (2, 500, 3) and (rows.n, rows.copies) == (3, 2)
    assert torch.equal(batch[0], tm.Rows(x).sample(500, np.random.default_rng(0)))
    assert torch.equal(batch[1], batch[0] + 100)
    assert repr(rows) == "Rows(2 x 4 x 3)"


# Exact chances that month 1, 2, 3 and 6 are active where month 0 is
COMPANY = {0.0: [0.25] * 4, 0.5: [11 / 24, 7 / 24, 1 / 8, 1 / 8], 1.0: [2 / 3, 1 / 3, 0, 0]}


@pytest.mark.parametrize("c", COMPANY)
def test_a_month_is_alike_for_every_c_and_only_its_company_changes(c):
    x = Months(c).sample(200_000, np.random.default_rng(3))
    there = (x > 0).double()
    assert (there.mean(0) - 0.25).abs().max() < 0.005
    assert (x.double().var(0) - Months(c).variance).abs().max() < 0.001
    for month in (0, 5, 11):  # a circle has no first and no last
        beside = there[there[:, month] > 0].mean(0).roll(-month)
        for far, chance in zip((1, 2, 3, 6), COMPANY[c], strict=True):
            for month_j in (far, -far):
                assert abs(beside[month_j] - chance) < 0.01, (month, month_j)
    values = x[x > 0].numpy()
    assert stats.kstest(values, "uniform").statistic < 0.005
    together = x[(x[:, 0] > 0) & (x[:, 1] > 0)]
    assert abs(np.corrcoef(together[:, :2].T.numpy())[0, 1]) < 0.03


def test_a_season_is_three_months_in_a_row_and_nothing_else():
    there = (Months(1.0).sample(2000, np.random.default_rng(0)) > 0).int()
    assert (there.sum(1) == 3).all()
    starts = (there.diff(dim=1, prepend=there[:, -1:]) == 1).sum(1)
    assert (starts == 1).all()


def test_copies_of_months_share_their_draws():
    copies = Months([0.0, 1.0])
    x = copies.sample(1000, np.random.default_rng(0))
    assert copies.copies == 2 and x.shape == (2, 1000, 12) and x.dtype == torch.float32
    for c, one in zip((0.0, 1.0), x, strict=True):
        alone = Months(c)
        assert alone.copies is None
        assert torch.equal(alone.sample(1000, np.random.default_rng(0)), one)
    assert (repr(Months(0.5)), repr(copies)) == ("Months(c=0.5)", "Months(c=<2 values>)")


@pytest.mark.parametrize(
    ("c", "error", "says"),
    [
        (1.5, ValueError, "c must lie in [0, 1], got 1.5"),
        ([[0.5]], ValueError, "c must be one number or (copies,), got shape (1, 1)"),
        ("often", TypeError, "c must be numbers"),
    ],
)
def test_a_wrong_share_of_seasons_is_named(c, error, says):
    with pytest.raises(error) as raised:
        Months(c)
    assert says in str(raised.value)
