import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

import toymodels as tm


def arbitrary(n, m, copies, seed):
    """A linear model and data of no special shape: sparsity per copy and feature, any importance."""
    g = torch.Generator().manual_seed(seed)
    model = tm.LinearModel(n, m, copies)
    with torch.no_grad():
        model.W.normal_(0, 0.6, generator=g)
        model.b.normal_(0, 0.3, generator=g)
    features = tm.SparseFeatures(n, torch.rand(copies, n, generator=g))
    return model, features, torch.rand(n, generator=g) + 0.05


def test_linear_loss_is_the_average_over_samples():
    model, features, importance = arbitrary(6, 2, 3, seed=4)
    sampled = (importance * tm.feature_loss(model, features, samples=1_000_000)).mean(-1)
    assert_close(tm.linear_loss(model, features, importance), sampled, rtol=4e-3, atol=0)


def test_linear_loss_of_a_single_model_and_default_importance():
    model = tm.LinearModel(3, 1, seed=0)
    features = tm.SparseFeatures(3, 0.4)
    sampled = tm.feature_loss(model, features, samples=1_000_000).mean()
    assert_close(tm.linear_loss(model, features), sampled, rtol=4e-3, atol=0)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 7), data=st.data())
def test_no_linear_model_beats_the_optimum(seed, n, data):
    m = data.draw(st.integers(1, n))
    model, features, importance = arbitrary(n, m, 2, seed)
    optimum = tm.linear_optimum(m, features, importance)
    assert (tm.linear_loss(model, features, importance) >= optimum - 1e-12).all()


@given(seed=st.integers(0, 10**6), n=st.integers(2, 7), data=st.data())
def test_the_optimum_is_reached_by_keeping_the_most_valuable_features(seed, n, data):
    m = data.draw(st.integers(1, n))
    model, features, importance = arbitrary(n, m, 2, seed)
    with torch.no_grad():
        for copy in range(2):
            worth = importance * features.variance[copy]
            kept = worth.argsort(descending=True)[:m]
            model.W[copy] = 0
            model.W[copy, torch.arange(m), kept] = 1
            model.b[copy] = features.mean[copy]
            model.b[copy, kept] = 0
    assert_close(
        tm.linear_loss(model, features, importance),
        tm.linear_optimum(m, features, importance),
        atol=1e-9,
        rtol=1e-6,
    )


def test_optimum_by_descent_on_the_exact_loss():
    """An oracle that knows nothing of Eckart and Young: minimise the exact loss from many starts."""
    _, features, importance = arbitrary(5, 2, 1, seed=2)
    W = torch.randn(20, 2, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    W.requires_grad_()
    optimizer = torch.optim.Adam([W], lr=0.02)
    for _ in range(1500):
        left = torch.eye(5) - W.mT @ W
        loss = (importance * (left.square() @ features.variance[0])).mean(-1)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    assert_close(
        loss.min().detach(), tm.linear_optimum(2, features, importance)[0], rtol=1e-4, atol=0
    )


def test_optimum_landmarks():
    features = tm.SparseFeatures(40, [0.0, 0.9])
    importance = tm.linear_importance(40)
    by_hand = features.variance[:, 0] * importance[5:].double().sum() / 40
    assert_close(tm.linear_optimum(5, features, importance), by_hand)
    assert tm.linear_optimum(40, features).tolist() == [0, 0]
    assert tm.linear_optimum(2, tm.SparseFeatures(4, 0.0)).item() == pytest.approx(2 / 4 / 12)


@pytest.mark.parametrize("seed", range(5))
def test_training_with_the_defaults_reaches_the_optimum(seed):
    features, importance = tm.SparseFeatures(40, [0.1, 0.5, 0.9]), tm.linear_importance(40)
    model = tm.LinearModel(40, 5, copies=3, seed=seed)
    tm.train(model, features, importance, seed=seed, progress=False)
    ratio = tm.linear_loss(model, features, importance) / tm.linear_optimum(5, features, importance)
    assert (ratio >= 1 - 1e-12).all() and (ratio <= 1.01).all(), ratio


def test_bad_input_is_named():
    features = tm.SparseFeatures(4, 0.5)
    with pytest.raises(TypeError, match="model must be linear.*ReLUModel"):
        tm.linear_loss(tm.ReLUModel(4, 2), features)
    with pytest.raises(ValueError, match="features must have n = 5"):
        tm.linear_loss(tm.LinearModel(5, 2), features)
    with pytest.raises(
        ValueError, match="features must have no copies .one sparsity., or one per copy"
    ):
        tm.linear_loss(tm.LinearModel(4, 2), tm.SparseFeatures(4, [0.1, 0.2]))
    with pytest.raises(ValueError, match=r"importance must have shape \(n,\) = \(4,\).*got \(3,\)"):
        tm.linear_loss(tm.LinearModel(4, 2), features, torch.ones(3))
    with pytest.raises(ValueError, match="m must be at most n = 4"):
        tm.linear_optimum(5, features)
    with pytest.raises(ValueError, match="not negative"):
        tm.linear_optimum(2, features, [1, 1, 1, -1])
    with pytest.raises(ValueError, match="must not be zero for every feature"):
        tm.linear_optimum(2, features, [0, 0, 0, 0])
    with pytest.raises(ValueError, match="finite"):
        tm.linear_optimum(2, features, [1, 1, 1, float("nan")])
    with pytest.raises(TypeError, match="importance must be numbers, got the text 'high'"):
        tm.linear_optimum(2, features, "high")


def test_the_best_linear_model_is_the_exact_optimum():
    features, importance = tm.SparseFeatures(40, [0.0, 0.9]), tm.linear_importance(40).flip(0)
    best = tm.best_linear_model(5, features, importance)
    losses = tm.linear_loss(best, features, importance)
    assert_close(losses, tm.linear_optimum(5, features, importance), rtol=1e-5, atol=0)
    alone = tm.best_linear_model(5, tm.SparseFeatures(40, 0.9), importance)
    assert alone.copies is None and torch.equal(alone.W, best.W[1])


SPARSITIES = [0.0, 0.3, 3 / 7, 0.9]


def test_expected_loss_of_a_linear_model_is_the_exact_one():
    for n, m in ((1, 1), (2, 1), (3, 2)):
        features = tm.SparseFeatures(n, SPARSITIES)
        model = tm.LinearModel.from_weights(
            tm.LinearModel(n, m, copies=4, seed=n).W, torch.linspace(-0.2, 0.3, n)
        )
        importance = torch.linspace(1.7, 0.4, n)
        torch.testing.assert_close(
            tm.expected_loss(model, features, importance),
            tm.linear_loss(model, features, importance).float(),
        )


def test_expected_loss_of_a_bare_pair_is_the_collisions():
    features = tm.SparseFeatures(2, SPARSITIES)
    pair = tm.ReLUOutputModel.from_weights([[[1.0, -1.0]]] * 4)
    for points, rtol in ((16, 4e-3), (64, 3e-4)):  # the kink costs about 1 / points^2
        expected = (1 - features.sparsity.float()) ** 2 / 6
        torch.testing.assert_close(
            tm.expected_loss(pair, features, points=points), expected, rtol=rtol, atol=0
        )


def test_expected_loss_agrees_with_many_samples_where_features_differ_in_sparsity():
    features = tm.SparseFeatures(2, torch.tensor([[0.2, 0.9], [0.5, 0.0]]))
    for cls in (tm.ReLUModel, tm.ReLUOutputModel):
        model = cls.from_weights(torch.tensor([[[0.9, -0.6]], [[0.7, 0.8]]]), 0.1)
        importance = torch.tensor([[1.0, 0.3], [0.2, 2.0]])
        sampled = tm.mean_loss(model, features, importance, samples=2**18)
        torch.testing.assert_close(
            tm.expected_loss(model, features, importance).double(), sampled, rtol=0.01, atol=0
        )


def test_one_can_train_on_the_expected_loss():
    """At S = 0.4 two equal features share one number at 0.899 of what keeping one would cost."""
    features = tm.SparseFeatures(2, [0.4])
    pair = tm.ReLUOutputModel.from_weights([[[0.95, -0.6]]], 0.2)
    tm.train(
        pair,
        features,
        loss=lambda model, x: tm.expected_loss(model, features),
        steps=300,
        lr=0.05,
        batch_size=1,
        progress=False,
    )
    keep_one = tm.linear_optimum(1, features).float()
    torch.testing.assert_close(
        tm.expected_loss(pair, features) / keep_one, torch.tensor([0.899]), rtol=2e-3, atol=0
    )


BARE = {  # W of each fixed configuration, and the loss of one of its features
    "pair": ([[1.0, -1.0]], tm.pair_loss),
    "triangle": (
        [[1.0, -0.5, -0.5], [0.0, 3**0.5 / 2, -(3**0.5) / 2]],
        tm.triangle_loss,
    ),
}


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("S", [0.0, 0.3, 0.9])
def test_the_cost_of_a_bare_shape_is_its_expected_loss(name, S):
    W, formula = BARE[name]
    features = tm.SparseFeatures(len(W[0]), S)
    points = {"pair": 200, "triangle": 40}[name]  # the grid's error falls with their square
    exact = tm.expected_loss(tm.ReLUOutputModel.from_weights(W), features, points=points)
    assert_close(formula(S).item(), exact.item(), rtol=1e-3, atol=0)


def test_the_cost_of_a_triangle_in_dense_data_by_hand():
    """All three active: the error is min(x, (y + z)/2), mean square 1/6, by a fine grid of midpoints."""
    x = (torch.arange(200, dtype=torch.float64) + 0.5) / 200
    error = torch.minimum(x[:, None, None], (x[:, None] + x) / 2)
    assert_close(error.square().mean(), torch.tensor(1 / 6, dtype=torch.float64), rtol=1e-4, atol=0)
    assert_close(tm.triangle_loss(0.0), torch.tensor(1 / 6, dtype=torch.float64))


@given(ratio=st.floats(1e-3, 1e3))
def test_at_the_threshold_a_pair_costs_what_keeping_the_better_one_does(ratio):
    S = tm.pair_threshold(ratio)
    p = 1 - S
    pair = (1 + ratio) * tm.pair_loss(S)
    alone = min(ratio, 1) * (p / 3 - p**2 / 4)
    assert_close(pair, alone, rtol=1e-9, atol=1e-15)
    assert_close(S, tm.pair_threshold(1 / ratio))


def test_thresholds_keep_their_shape_and_equal_features_share_from_three_sevenths():
    ratios = torch.tensor([[1.0, 0.5], [2.0, 0.1]])
    thresholds = tm.pair_threshold(ratios)
    assert thresholds.shape == (2, 2)
    assert_close(thresholds[0].tolist(), [3 / 7, 5 / 9])
    assert_close(thresholds[0, 1], thresholds[1, 0])
    assert tm.pair_loss([[0.5, 1.0]]).tolist() == [[0.25 / 6, 0.0]]
