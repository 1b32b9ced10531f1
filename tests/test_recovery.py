"""Sparse autoencoders and their scores, against closed forms and brute force."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

import toymodels as tm


def random_rows(k, m, seed):
    return torch.randn(k, m, generator=torch.Generator().manual_seed(seed))


@settings(deadline=None)
@given(k=st.integers(1, 5), r=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_no_pairing_has_a_larger_sum_of_cosines(k, r, seed):
    found, true = random_rows(k, 3, seed), random_rows(r, 3, seed + 1)
    cosine, partner = tm.match_directions(2.5 * found, 0.3 * true)
    cosines = torch.nn.functional.cosine_similarity(true[:, None], found[None], dim=-1)  # (r, k)
    matched = partner >= 0
    assert matched.sum() == min(k, r) and len(set(partner[matched].tolist())) == min(k, r)
    assert_close(cosine[matched], cosines[matched.nonzero()[:, 0], partner[matched]])
    assert (cosine[~matched] == -1).all()
    small, large = sorted((k, r))
    best = max(
        sum((cosines if r <= k else cosines.T)[i, order[i]].item() for i in range(small))
        for order in itertools.permutations(range(large), small)
    )
    assert abs(cosine[matched].sum().item() - best) < 1e-4


def test_the_loss_is_the_error_and_the_penalty_on_the_sum_of_latents():
    model = tm.SparseAutoencoder(2, 2, copies=2, seed=0)
    with torch.no_grad():
        model.E.copy_(torch.eye(2).expand(2, 2, 2))
        model.dictionary.copy_(3 * torch.eye(2).expand(2, 2, 2))  # used at length 1
        model.c[1] = -0.5
    h = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    loss = tm.sparse_code_loss([0.1, 0.2])(model, h)
    # copy 0: exact, latents 1 and 2; copy 1: each short by 1/2, latents 1/2 and 3/2
    assert_close(loss, torch.tensor([0.1 * 1.5, 0.25 + 0.2 * 1.0]))


def test_a_copy_is_what_it_would_be_alone():
    many = tm.SparseAutoencoder(3, 6, copies=4, seed=1)
    h = random_rows(10, 3, 0)
    for k in (0, 2, -1):
        assert_close(many[k](h), many(h)[k])
        assert many[k].copies is None
    with torch.no_grad():
        many[0].E.zero_()
    assert many.E[0].abs().sum() > 0
    with pytest.raises(IndexError, match="below copies = 4"):
        many[4]


def test_directions_have_length_one_whatever_the_dictionary():
    model = tm.SparseAutoencoder(4, 7, seed=0)
    with torch.no_grad():
        model.dictionary.mul_(torch.linspace(0.1, 9, 7)[:, None])
    assert_close(model.directions.norm(dim=-1), torch.ones(7))


def axes_activations(rows=20_000, m=4, S=0.9):
    """Sparse positive features along the axes: the truth is the identity."""
    return tm.SparseFeatures(m, S).sample(rows, np.random.default_rng(3))


def test_trained_on_sparse_axes_it_finds_them_and_the_scores_say_so():
    h = axes_activations()
    model = tm.SparseAutoencoder(4, 16, seed=0)
    tm.train_autoencoder(model, h, 0.2, seed=1)
    scores = tm.recovery_scores(model, h[h.norm(dim=-1) > 0], torch.eye(4))
    assert scores["recall"] == 1 and scores["cosine"] > 0.98
    assert scores["precision"] == 4 / scores["living"]
    assert 0.6 < scores["explained"] < 1 and scores["active"] < 4


def test_the_start_is_random_and_no_direction_of_the_data():
    """Directions of data would hold the answer before any training."""
    h = axes_activations(m=4, S=0.97)
    for rows in (h, h.expand(2, -1, -1)):
        model = tm.SparseAutoencoder(4, 30, copies=None if rows.ndim == 2 else 2, seed=0)
        before = model.directions.detach().clone()
        tm.train_autoencoder(model, rows, 0.2, steps=1, seed=0)
        assert (model.directions.detach() - before).abs().max() < 0.02


def test_each_copy_may_look_at_a_network_of_its_own():
    """A turned truth in each; the copies' rows that are zero are not the same ones."""
    h = axes_activations()
    turns = torch.linalg.qr(random_rows(3, 16, 0).view(3, 4, 4))[0]
    many = torch.stack([h.roll(1000 * k, dims=0) @ turn for k, turn in enumerate(turns)])
    model = tm.SparseAutoencoder(4, 16, copies=3, seed=0)
    tm.train_autoencoder(model, many, [0.2, 0.25, 0.3], seed=1)
    for k, turn in enumerate(turns):
        scores = tm.recovery_scores(model[k], many[k], turn)
        assert scores["recall"] == 1 and scores["explained"] > 0.6
    with pytest.raises(
        ValueError, match=r"\(rows, 4\) or \(3, rows, 4\), got shape \(2, 20000, 4\)"
    ):
        tm.train_autoencoder(model, many[:2], 0.2)


def test_living_latents_are_finds_doubles_or_junk():
    model = tm.SparseAutoencoder(3, 6, seed=0)
    rows = [[1.0, 0, 0], [1, 0.2, 0], [0, 1, 0], [1, 1, 1], [0, 1, 1], [-1, -1, -1]]
    rows = torch.tensor(rows)
    with torch.no_grad():
        model.E.copy_(rows)
        model.dictionary.copy_(3 * rows)
    h = axes_activations(m=3, S=0.5)
    scores = tm.recovery_scores(model, h, 2 * torch.eye(3)[:2])
    assert (scores["recall"], scores["living"]) == (1, 5)
    assert (scores["precision"], scores["doubles"], scores["junk"]) == (2 / 5, 1 / 5, 2 / 5)


def test_scores_of_a_perfect_dictionary_by_hand():
    model = tm.SparseAutoencoder(3, 4, seed=0)
    with torch.no_grad():
        model.E.copy_(torch.cat([torch.eye(3), -torch.ones(1, 3)]))  # the last never answers
        model.dictionary.copy_(torch.cat([torch.eye(3), torch.ones(1, 3)]))
    h = axes_activations(m=3, S=0.5)
    h = h[h.norm(dim=-1) > 0]
    true = torch.tensor([[2.0, 0, 0], [0, 1, 0], [1, 1, 1], [0, 0, 3]])
    scores = tm.recovery_scores(model, h, true)
    assert (scores["recall"], scores["precision"], scores["living"]) == (3 / 4, 1, 3)
    assert abs(scores["explained"] - 1) < 1e-6
    assert abs(scores["active"] - (h > 0).sum() / len(h)) < 1e-3  # of the first 20,000 rows


def test_dead_latents_are_those_that_are_never_above_zero():
    h = axes_activations()
    model = tm.SparseAutoencoder(4, 6, copies=2, seed=0)
    with torch.no_grad():
        model.c[0, 2] = -100
        model.c[1, 5] = -100
    expected = (model.encode(h) <= 0).all(dim=1)
    assert expected[0, 2] and expected[1, 5] and not expected.all()
    assert torch.equal(model.dead(h), expected)


def test_many_latents_find_every_axis_from_random_directions():
    h = axes_activations(m=5)
    model = tm.SparseAutoencoder(5, 160, copies=3, seed=0)
    tm.train_autoencoder(model, h, 0.2, steps=1500, seed=0)
    h = h[h.norm(dim=-1) > 0]
    for k in range(3):
        scores = tm.recovery_scores(model[k], h, torch.eye(5))
        assert scores["recall"] == 1 and scores["explained"] > 0.9


def test_zero_rows_are_no_activations_and_the_same_seed_gives_the_same():
    h = axes_activations(rows=3000)
    padded = torch.cat([h, torch.zeros(500, 4)])
    models = [tm.SparseAutoencoder(4, 5, seed=0) for _ in range(2)]
    for model, rows in zip(models, (h, padded), strict=True):
        tm.train_autoencoder(model, rows, 0.2, steps=30, seed=2)
    assert torch.equal(models[0].dictionary, models[1].dictionary)
