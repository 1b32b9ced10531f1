import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

import toymodels as tm


def polygon(n, radius=1.7):
    angle = torch.arange(n) * 2 * math.pi / n
    return radius * torch.stack([angle.cos(), angle.sin()])  # (2, n)


def random_W(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_polygon_corners_share_two_dimensions_equally(n):
    W = polygon(n)
    assert_close(tm.feature_dimensionality(W), torch.full((n,), 2 / n))
    assert_close(tm.feature_norms(W), torch.full((n,), 1.7))
    assert_close(tm.dimensions_per_feature(W), torch.tensor(2 / (n * 1.7**2)))
    # sum_j cos^2 over a polygon is n/2; the feature itself counts 1
    assert_close(tm.interference(W), torch.full((n,), 1.7**2 * (n / 2 - 1)))


def test_antipodal_pair():
    W = torch.tensor([[1.3, -1.3]])
    assert_close(tm.gram(W), 1.69 * torch.tensor([[1.0, -1.0], [-1.0, 1.0]]))
    assert_close(tm.interference(W), torch.tensor([1.69, 1.69]))
    assert_close(tm.feature_dimensionality(W), torch.tensor([0.5, 0.5]))


def test_orthogonal_features_do_not_interfere():
    W = torch.diag(torch.tensor([0.4, 1.1, 2.3]))
    assert_close(tm.interference(W), torch.zeros(3))
    assert_close(tm.feature_dimensionality(W), torch.ones(3))
    assert tm.n_represented(W) == 2
    assert tm.n_represented(W, threshold=0.3) == 3


def test_a_dropped_feature_is_zero_not_nan():
    W = torch.tensor([[0.9, 0.0], [0.2, 0.0]])
    for measure in (tm.interference, tm.feature_dimensionality, tm.feature_norms):
        assert measure(W)[1] == 0
        assert measure(torch.zeros(2, 3)).tolist() == [0, 0, 0]
    assert tm.dimensions_per_feature(torch.zeros(2, 3)) == math.inf


@given(
    seed=st.integers(0, 10**6), m=st.integers(1, 5), n=st.integers(1, 8), copies=st.integers(1, 3)
)
def test_ranges_shapes_and_copies(seed, m, n, copies):
    m = min(m, n)
    W = random_W(seed, copies, m, n)
    D, noise, G = tm.feature_dimensionality(W), tm.interference(W), tm.gram(W)
    assert D.shape == noise.shape == (copies, n) and G.shape == (copies, n, n)
    assert (D >= 0).all() and (D <= 1 + 1e-6).all() and (noise >= 0).all()
    assert (D.sum(-1) <= m + 1e-4).all()  # no more dimensions than there are
    assert_close(tm.feature_dimensionality(W[0]), D[0])
    assert_close(tm.interference(W[0]), noise[0])
    assert_close(G[0], torch.einsum("ki,kj->ij", W[0], W[0]))


@given(seed=st.integers(0, 10**6))
def test_dimensionality_from_its_definition(seed):
    W = random_W(seed, 3, 5)
    for i, Wi in enumerate(W.T):
        unit = Wi / Wi.norm()
        shared = sum((unit @ Wj) ** 2 for Wj in W.T)
        assert_close(tm.feature_dimensionality(W)[i], Wi.norm() ** 2 / shared, rtol=1e-4, atol=1e-6)
        assert_close(tm.interference(W)[i], shared - Wi.norm() ** 2, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1e12])
def test_dimensionality_does_not_depend_on_scale(scale):
    W = random_W(1, 3, 5)
    assert_close(tm.feature_dimensionality(scale * W), tm.feature_dimensionality(W))


def test_feature_loss_of_known_models():
    features = tm.SparseFeatures(5, [0.2, 0.8])
    model = tm.LinearModel(5, 2, copies=2)
    with torch.no_grad():
        model.W.zero_()
        model.b.copy_(features.mean)  # answers with the mean: the error is the variance
    loss = tm.feature_loss(model, features, samples=300_000)
    assert_close(loss, features.variance, rtol=0.02, atol=0)
    few = tm.feature_loss(model, features, samples=5_000)  # no multiple of the pieces it works in
    assert_close(few, features.variance, rtol=0.15, atol=0)
    with torch.no_grad():
        model.b.zero_()
        model.W.copy_(torch.eye(2, 5))  # keeps two features as they are
    loss = tm.feature_loss(model, features, samples=10_001)
    assert loss[:, :2].max() < 1e-12 and loss[:, 2:].min() > 0.01


@pytest.mark.parametrize(
    "measure",
    [
        tm.gram,
        tm.feature_norms,
        tm.interference,
        tm.feature_dimensionality,
        tm.dimensions_per_feature,
        tm.n_represented,
    ],
)
def test_bad_W_is_named(measure):
    with pytest.raises(ValueError, match=r"W must be \(..., m, n\), got shape \(4,\)"):
        measure(torch.rand(4))
    with pytest.raises(TypeError, match="W must be numbers, got the text"):
        measure("W")


def test_other_bad_input_is_named():
    with pytest.raises(ValueError, match="threshold"):
        tm.n_represented(torch.eye(2), threshold=0)
    with pytest.raises(ValueError, match="samples"):
        tm.feature_loss(tm.LinearModel(3, 2), tm.SparseFeatures(3, 0.5), samples=0)


@pytest.mark.parametrize("samples", [1, 255, 256, 257, 700])
def test_every_sample_counts_also_those_of_the_last_partial_piece(samples):
    """A model that answers nothing has the mean square of the data as its loss, over all of the samples."""
    features = tm.SparseFeatures(3, 0.5)
    silent = tm.LinearModel(3, 2, seed=0)
    silent.W.data.zero_()
    rng = np.random.default_rng(7)
    pieces = [features.sample(min(256, samples - start), rng) for start in range(0, samples, 256)]
    expected = torch.cat(pieces).double().square().mean(0)
    assert sum(map(len, pieces)) == samples
    torch.testing.assert_close(
        tm.feature_loss(silent, features, samples, seed=7), expected, rtol=1e-6, atol=0
    )


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_dimensionality_knows_no_size(size):
    assert tm.feature_dimensionality(torch.eye(3) * size).tolist() == [1, 1, 1]


def test_phases_tell_dropped_shared_and_own():
    W = torch.tensor(
        [
            [[0.9, 0.0, 0.4], [0.0, 1.1, 0.0]],  # two own dimensions; the third too short
            [[0.9, -0.8, 0.0], [0.0, 0.0, 0.6]],  # a pair, and one alone
            [[0.36, 0.0, 0.0], [0.6, 0.0, 0.49]],  # D of the first: 0.735
        ]
    )
    assert tm.feature_phases(W).tolist() == [[2, 2, 0], [1, 1, 2], [1, 0, 0]]
    assert tm.feature_phases(W, threshold=0.3)[2].tolist() == [1, 0, 1]


@given(scale=st.floats(0.6, 1.6), n=st.integers(2, 12))
def test_a_polygon_is_all_shared_and_an_orthogonal_frame_all_own(scale, n):
    if n > 2:
        assert tm.feature_phases(polygon(n, scale)).tolist() == [1] * n
    assert tm.feature_phases(scale * torch.eye(n)).tolist() == [2] * n
