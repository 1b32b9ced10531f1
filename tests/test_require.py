"""Every public function names what is wrong with its input, before any work: one table for all."""

import inspect
import time
from concurrent.futures import ProcessPoolExecutor

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

import toymodels as tm

W = torch.ones(2, 3)
FEATURES = tm.SparseFeatures(3, 0.5)
MODEL = tm.LinearModel(3, 2, seed=0)
COPIES = tm.LinearModel(3, 2, copies=2, seed=0)
ELSEWHERE = tm.LinearModel(3, 2, seed=0).to("meta")  # a device that holds no numbers
USED = tm.plot_directions(torch.ones(2, 4), Figure().subplots())
WRONG_SIZE = tm.SparseFeatures(3, 0.5)
WRONG_SIZE.n = 3.0
MANY = [i / 300 for i in range(300)]


class OneArgument(tm.LinearModel):
    def __init__(self, size):
        super().__init__(size, size)


class Foreign(torch.nn.Module):
    def __init__(self, n, m, copies, seed):
        super().__init__()


# (function, arguments, options, error, words its message holds)
TABLE = [
    # data
    (tm.linear_importance, [0], {}, ValueError, "n must be at least 1, got 0"),
    (tm.linear_importance, [2.0], {}, TypeError, "n must be a whole number, got 2.0"),
    (
        tm.linear_importance,
        [3, -1.0],
        {},
        ValueError,
        "first and last must be finite and not negative",
    ),
    (tm.linear_importance, [3, "1"], {}, TypeError, "first and last must be numbers"),
    (tm.linear_importance, [3, True], {}, TypeError, "first and last must be numbers, got [True"),
    (tm.SparseFeatures, [True, 0.5], {}, TypeError, "n must be a whole number, got True"),
    (tm.SparseFeatures, [5, True], {}, TypeError, "sparsity must be numbers, got True"),
    (
        tm.SparseFeatures,
        [5, [0.1, False]],
        {},
        TypeError,
        "sparsity must be numbers, got [0.1, False]",
    ),
    (
        tm.SparseFeatures,
        [5, torch.tensor([True])],
        {},
        TypeError,
        "sparsity must be numbers, got tensor",
    ),
    (tm.SparseFeatures, [5, 1j], {}, TypeError, "sparsity must be numbers, got 1j"),
    (
        tm.SparseFeatures,
        [5, torch.tensor([1j])],
        {},
        TypeError,
        "sparsity must be numbers, got tensor",
    ),
    (tm.SparseFeatures, [5, "0.9"], {}, TypeError, "sparsity must be numbers, got the text '0.9'"),
    (tm.SparseFeatures, [5, ["0.9"]], {}, TypeError, "sparsity must be numbers, got ['0.9']"),
    (tm.SparseFeatures, [5, None], {}, TypeError, "sparsity must be numbers, got None"),
    (tm.SparseFeatures, [5, {0.1, 0.9}], {}, TypeError, "sparsity must be numbers, got {"),
    (
        tm.SparseFeatures,
        [5, (S for S in [0.1])],
        {},
        TypeError,
        "sparsity must be numbers, got <generator",
    ),
    (
        tm.SparseFeatures,
        [5, [[0.1], [0.2, 0.3]]],
        {},
        TypeError,
        "sparsity must be numbers, got [[0.1]",
    ),
    (
        tm.SparseFeatures,
        [5, 1.1],
        {},
        ValueError,
        "sparsity must lie in [0, 1] (probability of a zero), got 1.1",
    ),
    (tm.SparseFeatures, [5, float("nan")], {}, ValueError, "sparsity must lie in [0, 1]"),
    (tm.SparseFeatures, [5, [[0.1, 0.2]]], {}, ValueError, "(copies, n = 5), got shape (1, 2)"),
    (
        tm.SparseFeatures,
        [5, torch.zeros(2, device="meta")],
        {},
        ValueError,
        "sparsity must be on the CPU",
    ),
    (FEATURES.sample, [0], {}, ValueError, "batch_size must be at least 1, got 0"),
    (
        FEATURES.sample,
        [3, 7],
        {},
        TypeError,
        "generator must be NumPy's, as np.random.default_rng(0), got int",
    ),
    (FEATURES.sample_active, [3.5], {}, TypeError, "batch_size must be a whole number, got 3.5"),
    (tm.generate_synthetic_dataset, [0, 5, 0.5], {}, ValueError, "dim_sample must be at least 1"),
    (
        tm.generate_synthetic_dataset,
        [5, True, 0.5],
        {},
        TypeError,
        "num_sample must be a whole number",
    ),
    (
        tm.generate_synthetic_dataset,
        [5, 5, [0.1, 0.2]],
        {},
        ValueError,
        "sparsity must be one number here",
    ),
    (
        tm.generate_synthetic_dataset,
        [5, 5, 0.5, -1],
        {},
        ValueError,
        "seed must be at least 0, got -1",
    ),
    # models
    (
        tm.TiedAutoencoder,
        [3, 4],
        {},
        ValueError,
        "m must be at most n = 3 (hidden dimensions to share), got 4",
    ),
    (tm.LinearModel, [3, 2.0], {}, TypeError, "m must be a whole number, got 2.0"),
    (tm.ReLUModel, [3, 2, 0], {}, ValueError, "copies must be at least 1, got 0"),
    (tm.ReLUOutputModel, [3, 2], {"seed": "0"}, TypeError, "seed must be a whole number, got '0'"),
    (
        tm.LinearModel.from_weights,
        [torch.ones(3)],
        {},
        ValueError,
        "W must be (..., m, n), got shape (3,)",
    ),
    (tm.LinearModel.from_weights, ["W"], {}, TypeError, "W must be numbers, got the text 'W'"),
    (
        tm.LinearModel.from_weights,
        [W, [1.0]],
        {},
        ValueError,
        "b must be one number or (3,), got shape (1,)",
    ),
    (tm.LinearModel.from_weights, [W.T], {}, ValueError, "m must be at most n = 2"),
    (
        MODEL.encode,
        [torch.ones(4)],
        {},
        ValueError,
        "x must be (..., batch, n = 3), got shape (4,)",
    ),
    # training
    (tm.weighted_mse, [[1.0], [1.0], [1.0]], {}, TypeError, "x must be a tensor, got list"),
    (
        tm.weighted_mse,
        [W, W, [1.0, 1.0, 1.0]],
        {},
        TypeError,
        "importance must be a tensor, got list",
    ),
    (
        tm.weighted_mse,
        [W, W[:1], torch.ones(3)],
        {},
        ValueError,
        "x_hat must have the shape of x, (2, 3)",
    ),
    (tm.train, [tm.LinearModel, FEATURES], {}, TypeError, "model must be an nn.Module"),
    (tm.train, [ELSEWHERE, FEATURES], {}, ValueError, "model must be on the CPU, got device meta"),
    (tm.train, [MODEL, 0.5], {}, TypeError, "data must be SparseFeatures(n, sparsity), or have n"),
    (
        tm.train,
        [MODEL, tm.SparseFeatures],
        {},
        TypeError,
        "data must be SparseFeatures(n, sparsity)",
    ),
    (
        tm.train,
        [MODEL, torch.ones(9, 3)],
        {},
        TypeError,
        "copies and sample(batch_size, rng), got tensor",
    ),
    (tm.train, [MODEL, WRONG_SIZE], {}, TypeError, "data.n must be a whole number, got 3.0"),
    (
        tm.train,
        [MODEL, FEATURES],
        {"loss": "mse"},
        TypeError,
        "loss must be a function of (model, x)",
    ),
    (
        tm.train,
        [MODEL, FEATURES, [1.0] * 3],
        {"loss": print},
        ValueError,
        "importance must be None with a loss of your own",
    ),
    (
        tm.train,
        [MODEL, FEATURES],
        {"betas": 0.9},
        ValueError,
        "betas must be two numbers in [0, 1)",
    ),
    (tm.train, [MODEL, FEATURES], {"betas": (0.9, 1.0)}, ValueError, "in [0, 1), got (0.9, 1.0)"),
    (
        tm.train,
        [MODEL, FEATURES],
        {"betas": "fast"},
        TypeError,
        "betas must be numbers, got the text",
    ),
    (
        tm.train,
        [MODEL, FEATURES, [1.0, 1.0]],
        {},
        ValueError,
        "importance must have shape (n,) = (3,), got (2,)",
    ),
    (
        tm.train,
        [MODEL, FEATURES, [True] * 3],
        {},
        TypeError,
        "importance must be numbers, got [True",
    ),
    (
        tm.train,
        [MODEL, FEATURES],
        {"steps": None},
        TypeError,
        "steps must be a whole number, got None",
    ),
    (tm.train, [MODEL, FEATURES], {"steps": 0}, ValueError, "steps must be at least 1, got 0"),
    (
        tm.train,
        [MODEL, FEATURES],
        {"batch_size": 1.5},
        TypeError,
        "batch_size must be a whole number, got 1.5",
    ),
    (tm.train, [MODEL, FEATURES], {"lr": True}, TypeError, "lr must be a number, got True"),
    (
        tm.train,
        [MODEL, FEATURES],
        {"lr": float("nan")},
        ValueError,
        "lr must be finite and above 0, got nan",
    ),
    (
        tm.train,
        [MODEL, FEATURES],
        {"lr": lambda step: "fast"},
        ValueError,
        "lr(step) must be a finite number",
    ),
    (tm.train, [MODEL, FEATURES], {"seed": -1}, ValueError, "seed must be at least 0, got -1"),
    (
        tm.train,
        [MODEL, FEATURES],
        {"snapshots": 10**9},
        ValueError,
        "snapshots must be at most steps + 1 = 1001",
    ),
    (
        tm.train,
        [MODEL, FEATURES],
        {"snapshots": -1},
        ValueError,
        "snapshots must be at least 0, got -1",
    ),
    (tm.train, [MODEL, FEATURES], {"steps": 10**13}, ValueError, "steps must be at most 100000000"),
    (tm.train, [MODEL, FEATURES], {"lr": 10**400}, ValueError, "lr must be finite and above 0"),
    (tm.train, [MODEL, FEATURES], {"batch_size": 10**30}, ValueError, "batch_size must be at most"),
    (tm.train, [torch.nn.Linear(3, 3).double(), FEATURES], {}, TypeError, "model must be float32"),
    (tm.training_steps, [MODEL, tm.SparseFeatures(4, 0.5)], {}, ValueError, "data must have n = 3"),
    (
        tm.training_steps,
        [MODEL, FEATURES],
        {"steps": -5},
        ValueError,
        "steps must be at least 1, got -5",
    ),
    (tm.warmup_cosine, ["fast", 100], {}, TypeError, "lr must be a number, got 'fast'"),
    (tm.warmup_cosine, [0.1, 0], {}, ValueError, "steps must be at least 1, got 0"),
    # metrics
    (tm.gram, ["W"], {}, TypeError, "W must be numbers, got the text 'W'"),
    (tm.gram, [torch.zeros(0, 3)], {}, ValueError, "W must be (..., m, n), got shape (0, 3)"),
    (tm.feature_norms, [W[0]], {}, ValueError, "W must be (..., m, n), got shape (3,)"),
    (tm.interference, [None], {}, TypeError, "W must be numbers, got None"),
    (tm.feature_dimensionality, [W > 0], {}, TypeError, "W must be numbers, got tensor"),
    (tm.dimensions_per_feature, [W * 1j], {}, TypeError, "W must be numbers, got tensor"),
    (tm.n_represented, [W, 0.0], {}, ValueError, "threshold must be finite and above 0, got 0.0"),
    (tm.feature_loss, [MODEL, 0.5], {}, TypeError, "copies and sample(batch_size, rng), got 0.5"),
    (tm.mean_loss, [MODEL, 0.5], {}, TypeError, "copies and sample(batch_size, rng), got 0.5"),
    (
        tm.mean_loss,
        [MODEL, FEATURES, [1.0]],
        {},
        ValueError,
        "importance must have shape (n,) = (3,)",
    ),
    (tm.mean_loss, [MODEL, FEATURES, None, 0], {}, ValueError, "samples must be at least 1, got 0"),
    (
        tm.feature_loss,
        [ELSEWHERE, FEATURES],
        {},
        ValueError,
        "model must be on the CPU, got device meta",
    ),
    (tm.feature_loss, [MODEL, FEATURES, 0], {}, ValueError, "samples must be at least 1, got 0"),
    # theory
    (
        tm.linear_loss,
        [tm.ReLUModel(3, 2), FEATURES],
        {},
        TypeError,
        "model must be linear (a LinearModel)",
    ),
    (
        tm.linear_loss,
        [MODEL, 0.5],
        {},
        TypeError,
        "or have n, copies, mean and variance, got 0.5",
    ),
    (
        tm.linear_optimum,
        [2, 0.5],
        {},
        TypeError,
        "or have n, copies, mean and variance, got 0.5",
    ),
    (
        tm.linear_loss,
        [MODEL, tm.SparseFeatures(4, 0.5)],
        {},
        ValueError,
        "features must have n = 3",
    ),
    (tm.best_linear_model, [2, 0.5], {}, TypeError, "features must be SparseFeatures(n, sparsity)"),
    (tm.best_linear_model, [4, FEATURES], {}, ValueError, "m must be at most n = 3"),
    (tm.linear_optimum, [4, FEATURES], {}, ValueError, "m must be at most n = 3"),
    (tm.expected_loss, [0.5, FEATURES], {}, TypeError, "model must be"),
    (tm.expected_loss, [MODEL, 0.5], {}, TypeError, "features must be SparseFeatures, got float"),
    (
        tm.expected_loss,
        [MODEL, tm.SparseFeatures(4, 0.5)],
        {},
        ValueError,
        "features must have n = 3",
    ),
    (tm.expected_loss, [MODEL, FEATURES, [1.0]], {}, ValueError, "importance must"),
    (tm.expected_loss, [MODEL, FEATURES], {"points": 0}, ValueError, "points must be at least 1"),
    (
        tm.expected_loss,
        [MODEL, FEATURES],
        {"points": 100},
        ValueError,
        "points must give a grid of at most 100,000 samples, got 100 points for 3 features",
    ),
    # sweeps
    (
        tm.sweep,
        [tm.LinearModel, 3, 2, 0.9],
        {},
        TypeError,
        "sparsities must be a list of numbers, got 0.9",
    ),
    (
        tm.sweep,
        [tm.LinearModel, 3, 2, [True]],
        {},
        TypeError,
        "sparsities must be numbers, got [True]",
    ),
    (
        tm.sweep,
        [tm.LinearModel, 3, 2, [[0.9]]],
        {},
        ValueError,
        "a list of numbers, got shape (1, 1)",
    ),
    (tm.sweep, [OneArgument, 3, 2, [0.9]], {}, TypeError, "OneArgument(size) cannot"),
    (
        tm.sweep,
        [tm.LinearModel, 3, 2, [0.9]],
        {"executor": 4},
        TypeError,
        "executor must be a concurrent",
    ),
    (
        tm.sweep,
        [tm.LinearModel, 3, 2, [0.9]],
        {"executor": ProcessPoolExecutor},
        TypeError,
        "(not its class)",
    ),
    # plots
    (tm.plot_gram, [W], {"limit": 0}, ValueError, "limit must be finite and above 0, got 0"),
    (
        tm.plot_gram,
        [W[None]],
        {},
        ValueError,
        "W^T W must have 2 axes (one model: pick a copy), got shape (1, 3, 3)",
    ),
    (tm.plot_gram, [W, "ax"], {}, TypeError, "ax must be matplotlib axes or None, got 'ax'"),
    (tm.plot_directions, [W, USED], {}, ValueError, "ax holds 4 arrows, got 3: take a new ax"),
    (tm.plot_gram, ["W"], {}, TypeError, "W must be numbers, got the text 'W'"),
    (tm.plot_samples, [W[0]], {}, ValueError, "x must have 2 axes"),
    (tm.plot_samples, ["x"], {}, TypeError, "x must be numbers, got the text 'x'"),
    (
        tm.plot_active_counts,
        [[0, -1], 3],
        {},
        ValueError,
        "counts must be whole numbers from 0 to n = 3, got -1",
    ),
    (
        tm.plot_active_counts,
        [[0, 4], 3],
        {},
        ValueError,
        "counts must be whole numbers from 0 to n = 3, got 4",
    ),
    (
        tm.plot_active_counts,
        [[0.5], 3],
        {},
        ValueError,
        "counts must be whole numbers from 0 to n = 3, got 0.5",
    ),
    (tm.plot_active_counts, [[], 3], {}, ValueError, "counts must hold at least one number"),
    (tm.plot_active_counts, [[0], 0], {}, ValueError, "n must be at least 1, got 0"),
    (tm.plot_feature_norms, [W[0]], {}, ValueError, "W must be (..., m, n), got shape (3,)"),
    (tm.plot_bias, [W], {}, ValueError, "b must have 1 axes"),
    (
        tm.plot_position,
        [[0, 1], [1.0], 0],
        {},
        ValueError,
        "xs and ys must be equally many, got 2 and 1",
    ),
    (
        tm.plot_position,
        [[0, 1], [1.0, 2.0], 2],
        {},
        ValueError,
        "i must be a position, 0 ... 1, got 2",
    ),
    (tm.plot_loss, [[1.0, 2.0]], {}, TypeError, "history must be a History, got [1.0, 2.0]"),
    (
        tm.plot_loss,
        [tm.History(torch.zeros(0))],
        {},
        ValueError,
        "history must hold at least one step",
    ),
    (tm.plot_per_feature, [torch.ones(2, 2, 2)], {}, ValueError, "values must have 2 axes"),
    (tm.plot_per_feature, ["high"], {}, TypeError, "values must be numbers, got the text 'high'"),
    (tm.plot_directions, [torch.ones(3, 3)], {}, ValueError, "W must have m = 2 rows"),
    (
        tm.plot_round_trip,
        [tm.LinearModel, [1.0] * 3],
        {},
        TypeError,
        "model must be a TiedAutoencoder, got <class",
    ),
    (
        tm.plot_round_trip,
        [torch.nn.Linear(3, 3), [1.0] * 3],
        {},
        TypeError,
        "model must be a TiedAutoencoder, got Linear(",
    ),
    (
        tm.plot_round_trip,
        [COPIES, [1.0] * 3],
        {},
        ValueError,
        "model must be a single one, got 2 copies: pick model[i]",
    ),
    (
        tm.plot_round_trip,
        [ELSEWHERE, [1.0] * 3],
        {},
        ValueError,
        "model must be on the CPU, got device meta",
    ),
    (
        tm.plot_round_trip,
        [MODEL, [1.0] * 4],
        {},
        ValueError,
        "x must be (3,), one sample, got shape (4,)",
    ),
    (
        tm.plot_round_trip,
        [MODEL, [[1.0] * 3]],
        {},
        ValueError,
        "x must be (3,), one sample, got shape (1, 3)",
    ),
    (tm.plot_round_trip, [MODEL, "x"], {}, TypeError, "x must be numbers, got the text 'x'"),
    (
        tm.plot_round_trip,
        [MODEL, [1.0] * 3, "ax"],
        {},
        TypeError,
        "axes must be a list of matplotlib axes or None, got 'ax'",
    ),
    (
        tm.plot_round_trip,
        [MODEL, [1.0] * 3, Figure().subplots(2)],
        {},
        ValueError,
        "axes must be 3 to 5, got 2",
    ),
    (
        tm.plot_round_trip,
        [MODEL, [1.0] * 3, Figure().subplots(6)],
        {},
        ValueError,
        "axes must be 3 to 5, got 6",
    ),
    # explorers
    (tm.explore_samples, [0], {}, ValueError, "n must be at least 1, got 0"),
    (tm.explore_samples, [], {"shown": 201}, ValueError, "shown must be at most 200, got 201"),
    (
        tm.explore_samples,
        [],
        {"sparsities": 0.9},
        TypeError,
        "sparsities must be a list of numbers, got 0.9",
    ),
    (
        tm.explore_samples,
        [],
        {"sparsities": {0.9}},
        TypeError,
        "sparsities must be a list of numbers, got {0.9}",
    ),
    (
        tm.explore_samples,
        [],
        {"sparsities": []},
        ValueError,
        "sparsities must hold at least one number",
    ),
    (
        tm.explore_samples,
        [],
        {"sparsities": MANY},
        ValueError,
        "sparsities must be at most 200, got 300 of them",
    ),
    (tm.explore_samples, [10**5], {}, ValueError, "n must be at most 1000, got 100000"),
    (tm.explore_seeds, [], {"n": 20_000}, ValueError, "n must be at most 1000, got 20000"),
    (tm.explore_gram, [3, 4], {}, ValueError, "m must be at most n = 3"),
    (
        tm.explore_gram,
        [],
        {"models": tm.LinearModel},
        TypeError,
        "models must be a list of classes like LinearModel",
    ),
    (tm.explore_gram, [], {"models": []}, ValueError, "models must hold at least one class"),
    (
        tm.explore_gram,
        [],
        {"models": [tm.LinearModel] * 2},
        ValueError,
        "models must be different from each",
    ),
    (
        tm.explore_gram,
        [],
        {"models": [torch.nn.Linear]},
        TypeError,
        "models must be called like LinearModel(n, m",
    ),
    (
        tm.explore_gram,
        [],
        {"sparsities": ["0.9"]},
        TypeError,
        "sparsities must be numbers, got ['0.9']",
    ),
    (tm.explore_gram, [], {"steps": 0}, ValueError, "steps must be at least 1, got 0"),
    (tm.explore_gram, [], {"seed": -1}, ValueError, "seed must be at least 0, got -1"),
    (
        tm.explore_training,
        [3],
        {},
        TypeError,
        "model_class must be a class like LinearModel, got 3",
    ),
    (
        tm.explore_training,
        [],
        {"sparsity": [0.9]},
        ValueError,
        "sparsity must be one number here, got shape (1,)",
    ),
    (tm.explore_training, [], {"positions": 1}, ValueError, "positions must be at least 2, got 1"),
    (tm.explore_training, [], {"positions": 10**9}, ValueError, "positions must be at most 200"),
    (tm.explore_seeds, ["ReLU"], {}, TypeError, "model_class must be a class like LinearModel"),
    (
        tm.explore_seeds,
        [],
        {"sparsity": "0.9"},
        TypeError,
        "sparsity must be numbers, got the text '0.9'",
    ),
    (tm.explore_seeds, [], {"seeds": 10**6}, ValueError, "seeds must be at most 200, got 1000000"),
    (tm.explore_seeds, [], {"seeds": 2.0}, TypeError, "seeds must be a whole number, got 2.0"),
    (
        tm.Explorer,
        ["S", ["0"], [], [], ""],
        {},
        ValueError,
        "labels, frames and lines must be equally many",
    ),
    (
        tm.Explorer,
        ["S", ["0"], [b""], [["a"]], "", -1],
        {},
        ValueError,
        "still one of their positions; got 1, 1, 1",
    ),
    (
        tm.Explorer,
        ["S", ["0"], [b""], [["a", "b"]], ""],
        {},
        ValueError,
        "lines must hold 1 at each position",
    ),
    (
        tm.Explorer,
        ["S", ["0"], [b"?"], [["a"]], ""],
        {},
        ValueError,
        "frames must be pictures, got b'?'",
    ),
    (
        tm.Explorer,
        ["S", ["0"], [b""], [["a"]], ""],
        {"second": "ab"},
        TypeError,
        "second must be (name, labels) or None, got 'ab'",
    ),
    (
        tm.Explorer,
        ["S", ["0"], [b""], [["a"]], ""],
        {"second": ("b", ["0", "1"])},
        ValueError,
        "labels, frames and lines must be equally many, and still one of their positions; got 2, 1",
    ),
    (tm.explore_directions, [0.9], {}, TypeError, "sparsities must be a list of numbers, got 0.9"),
    (tm.explore_directions, [[1.5]], {}, ValueError, "sparsity must lie in [0, 1]"),
    (tm.explore_directions, [MANY], {}, ValueError, "sparsities must be at most 200, got 300"),
    (tm.explore_directions, [], {"steps": 0}, ValueError, "steps must be at least 1, got 0"),
    (tm.explore_shadow, [90], {}, TypeError, "takes 0 positional arguments"),
    (tm.explore_shared_number, [0.5], {}, TypeError, "takes 0 positional arguments"),
    (tm.explore_round_trip, [3, 4], {}, ValueError, "m must be at most n = 3"),
    (tm.explore_round_trip, [201], {}, ValueError, "n must be at most 200, got 201"),
    (tm.explore_round_trip, [], {"models": []}, ValueError, "models must hold at least one class"),
    (
        tm.explore_round_trip,
        [],
        {"models": tm.LinearModel},
        TypeError,
        "models must be a list of classes like LinearModel",
    ),
    (
        tm.explore_round_trip,
        [],
        {"models": [tm.LinearModel] * 2},
        ValueError,
        "models must be different from each other",
    ),
    (
        tm.explore_round_trip,
        [],
        {"models": [Foreign]},
        TypeError,
        "models must be made from TiedAutoencoder, got <class",
    ),
    (
        tm.explore_round_trip,
        [],
        {"models": [OneArgument]},
        TypeError,
        "models must be called like LinearModel(n, m",
    ),
    (
        tm.explore_round_trip,
        [],
        {"sparsity": [0.9]},
        ValueError,
        "sparsity must be one number here, got shape (1,)",
    ),
    (tm.explore_round_trip, [], {"sparsity": 2}, ValueError, "sparsity must lie in [0, 1]"),
    (tm.explore_round_trip, [], {"samples": -1}, ValueError, "samples must be at least 0, got -1"),
    (
        tm.explore_round_trip,
        [],
        {"samples": 201},
        ValueError,
        "samples must be at most 200, got 201",
    ),
    (tm.explore_round_trip, [], {"steps": 0}, ValueError, "steps must be at least 1, got 0"),
    (tm.explore_round_trip, [], {"seed": -1}, ValueError, "seed must be at least 0, got -1"),
    (
        tm.explore_columns,
        ["ReLU"],
        {},
        TypeError,
        "model_class must be a class like LinearModel, got 'ReLU'",
    ),
    (
        tm.explore_columns,
        [Foreign],
        {},
        TypeError,
        "model_class must be made from TiedAutoencoder, got <class",
    ),
    (
        tm.explore_columns,
        [OneArgument],
        {},
        TypeError,
        "model_class must be called like LinearModel(n, m",
    ),
    (
        tm.explore_columns,
        [],
        {"sparsity": "0.9"},
        TypeError,
        "sparsity must be numbers, got the text '0.9'",
    ),
    (tm.explore_columns, [], {"n": 201}, ValueError, "n must be at most 200, got 201"),
    (tm.explore_columns, [], {"m": 0}, ValueError, "m must be at least 1, got 0"),
    (
        tm.explore_columns,
        [],
        {"steps": 10.0},
        TypeError,
        "steps must be a whole number, got 10.0",
    ),
    (tm.explore_columns, [], {"seed": "0"}, TypeError, "seed must be a whole number, got '0'"),
    # exercises
    (tm.checks_summary, ["x", ()], {}, TypeError, "exercises must be (check, answer) each, got ()"),
    (tm.checks_summary, ["x", (3, None)], {}, TypeError, "(check, answer) each, got (3, None)"),
    # playground
    (tm.Playground, [3, 4], {}, ValueError, "m must be at most n = 3"),
    (tm.Playground, [201, 5], {}, ValueError, "n must be at most 200, got 201"),
    (tm.Playground, [40, 21], {}, ValueError, "m must be at most 20, got 21"),
    (tm.Playground, [], {"sparsity": [0.1, 0.2]}, ValueError, "sparsity must be one number"),
    (tm.Playground, [], {"sparsity": 1.5}, ValueError, "sparsity must be one number from 0 to 1"),
    (tm.Playground, [], {"lr": 1}, ValueError, "lr must be one number from 0.0001 to 0.3, got 1"),
    (tm.Playground, [], {"seed": 2**53}, ValueError, "seed must be at most"),
    (tm.Playground, [], {"feed": 40}, ValueError, "feed must be at most 39, got 40"),
    (tm.Playground, [], {"own_sparsity": {40: 0.5}}, ValueError, "at most 39, got 40"),
    (tm.Playground, [], {"own_sparsity": {3: 2}}, ValueError, "own_sparsity must be one number"),
    (tm.Playground, [], {"own_sparsity": 0.5}, TypeError, "own_sparsity must be a dict"),
    (tm.Playground, [], {"model_class": int}, ValueError, "model_class must be one of LinearModel"),
]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("call", "arguments", "options", "error", "says"),
    TABLE,
    ids=[f"{row[0].__name__}: {row[4]}" for row in TABLE],
)
def test_bad_input_is_named_before_any_work(call, arguments, options, error, says, capsys):
    start = time.perf_counter()
    with pytest.raises(error) as raised:
        call(*arguments, **options)
    assert says in str(raised.value)
    assert len(str(raised.value)) < 400
    assert time.perf_counter() - start < 1
    assert capsys.readouterr() == ("", "")  # no progress bar was begun
    assert not plt.get_fignums()  # nor a figure


def test_the_table_knows_every_public_function():
    public = [getattr(tm, name) for name in dir(tm) if not name.startswith("_")]
    functions = {thing for thing in public if inspect.isroutine(thing) or inspect.isclass(thing)}
    without_input = {tm.History, tm.Sweep, tm.DivergedError, tm.Data}  # take none of a reader
    checks = {
        function for function in functions if function.__name__.startswith("check_")
    }  # never raise
    assert functions - without_input - checks <= {row[0] for row in TABLE}


def test_numbers_may_come_as_lists_arrays_tensors_and_lists_of_tensors():
    for sparsity in (
        [0, 1],
        (0.0, 1.0),
        np.array([0, 1]),
        torch.tensor([0, 1]),
        [torch.tensor(0), torch.tensor(1)],
    ):
        assert tm.SparseFeatures(3, sparsity).sparsity.tolist() == [0, 1]
