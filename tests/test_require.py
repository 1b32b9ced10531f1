"""Every public function names what is wrong with its input, before any work: one table for all."""

import time

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

import toymodels as tm

W = torch.ones(2, 3)
X = [1.0, 1.0, 1.0]
FEATURES = tm.SparseFeatures(3, 0.5)
FOUR = tm.SparseFeatures(4, 0.5)
SIGNED = tm.SignedFeatures(3, 0.5)
ABSOLUTE = tm.AbsoluteModel(3, 2, seed=0)
MODEL = tm.LinearModel(3, 2, seed=0)
COPIES = tm.LinearModel(3, 2, copies=2, seed=0)
ELSEWHERE = tm.LinearModel(3, 2, seed=0).to("meta")  # a device that holds no numbers
LABORATORY = tm.Laboratory  # imported when it is first used, which is work
FINDER = tm.SparseAutoencoder(2, 4, seed=0)
FINDERS = tm.SparseAutoencoder(2, 4, copies=2, seed=0)
USED = tm.plot.directions(torch.ones(2, 4), Figure().subplots())
SIX = Figure().subplots(6)
MANY = [i / 300 for i in range(300)]
HEATMAP = tm.explore.heatmap(W[None])
SHOWN = "S", ["0"], [HEATMAP]  # the beginning of an explorer
AXES = tm.explore.Axis("x", 0, 1), tm.explore.Axis("y", 0, 1)


class OneArgument(tm.LinearModel):
    def __init__(self, size):
        super().__init__(size, size)


class Foreign(torch.nn.Module):
    def __init__(self, n, m, copies, seed):
        super().__init__()


CORE = [
    ("SignedFeatures(0, 0.5)", ValueError, "n must be at least 1, got 0"),
    ("AbsoluteModel(3, 0)", ValueError, "m must be at least 1, got 0"),
    ("AbsoluteModel.from_weights(W, W)", ValueError, "W2 must have shape (3, 2), got (2, 3)"),
    ("absolute_loss([1.0, -1.0])", ValueError, "importance must be finite and not negative"),
    ("absolute_loss('a')", TypeError, "importance must be numbers, got the text 'a'"),
    ("one_feature_loss(-1, SIGNED)", ValueError, "m must be at least 0, got -1"),
    ("one_feature_loss(2, FEATURES)", TypeError, "features must be SignedFeatures, got Sparse"),
    ("one_feature_loss(2, SIGNED, [1])", ValueError, "importance must have shape (n,) = (3,)"),
    # data
    ("linear_importance(2.0)", TypeError, "n must be a whole number, got 2.0"),
    ("linear_importance(3, -1.0)", ValueError, "first and last must be finite and not negative"),
    ("SparseFeatures(0, 0.5)", ValueError, "n must be at least 1, got 0"),
    ("SparseFeatures(5, '0.9')", TypeError, "sparsity must be numbers, got the text '0.9'"),
    ("SparseFeatures(5, ['0.9'])", TypeError, "sparsity must be numbers, got ['0.9']"),
    ("SparseFeatures(5, [[0.1], [0.2, 0.3]])", TypeError, "sparsity must be numbers, got [[0.1]"),
    (
        "SparseFeatures(5, 90)",
        ValueError,
        "lie in [0, 1], got 90. It is the probability of a zero.",
    ),
    ("SparseFeatures(5, float('nan'))", ValueError, "sparsity must lie in [0, 1]"),
    ("SparseFeatures(5, [[0.1, 0.2]])", ValueError, "(copies, n = 5), got shape (1, 2)"),
    ("SparseFeatures(5, 0.5).sample(0)", ValueError, "batch_size must be at least 1, got 0"),
    ("SparseFeatures(5, 0.5).sample(3, 7)", TypeError, "as np.random.default_rng(0), got int"),
    ("GroupedFeatures(3, [0.5], [[0]], 1)", ValueError, "sparsity must be one number in [0, 1)"),
    ("GroupedFeatures(3, 0.5, [0, 1], 1)", TypeError, "groups must be a list of lists"),
    ("GroupedFeatures(3, 0.5, [[0, 3]], 1)", ValueError, "features must be at most 2, got 3"),
    ("GroupedFeatures(3, 0.5, [[0, 1], [1]], 1)", ValueError, "each feature at most once, got [[0"),
    ("GroupedFeatures(3, 0.5, [[0, 1]], 1.5)", ValueError, "bond must lie in [-1, 1], got [1.5]"),
    ("GroupedFeatures(3, 0.5, [[0, 1]], [1, 0])", ValueError, "bond must be one number, (1,)"),
    ("GroupedFeatures(3, 0.5, [[0, 1, 2]], -1)", ValueError, "got 3 features with 1 - S = 0.5"),
    ("Rows(X)", ValueError, "x must be (..., m, n), got shape (3,)"),
    ("Rows([[1.0], [np.nan]])", ValueError, "finite numbers, got nan in row 1, column 0"),
    ("Rows([[[1.0], [np.inf]]])", ValueError, "got inf in row 1, column 0 of copy 0"),
    ("Rows([[[[1.0]]]])", ValueError, "(rows, n) or (copies, rows, n), got shape (1, 1, 1, 1)"),
    ("generate_synthetic_dataset(5, 0, 0.5)", ValueError, "num_sample must be at least 1, got 0"),
    ("generate_synthetic_dataset(5, 5, [0.1])", ValueError, "sparsity must be one number here"),
    # models
    ("TiedAutoencoder(3, 4)", ValueError, "m must be at most n = 3, got 4. With more dimensions"),
    ("LinearModel(3, 2.0)", TypeError, "m must be a whole number, got 2.0"),
    ("LinearModel.from_weights(W.T)", ValueError, "Does W lie on its side? W.mT turns it."),
    ("LinearModel.from_weights(W, [1.0])", ValueError, "b must be one number or (3,), got shape"),
    ("ReLUModel(3, 2, 0)", ValueError, "copies must be at least 1, got 0"),
    ("ReLUModel(3, 2)(np.ones((4, 3)))", TypeError, "x must be a tensor, got ndarray. torch.from"),
    ("ReLUModel(3, 2)(torch.ones(4))", ValueError, "x must be (..., batch, n = 3), got shape (4,)"),
    ("ReLUModel(3, 2).decode([1.0, 1.0])", TypeError, "h must be a tensor, got list"),
    ("ReLUOutputModel(3, 2, seed='0')", TypeError, "seed must be a whole number, got '0'"),
    (
        "ReLUOutputModel(3, 2)(W.double())",
        TypeError,
        "float32 as the weights are, got torch.float64",
    ),
    # training
    ("weighted_mse(X, X, X)", TypeError, "x must be a tensor, got list"),
    ("weighted_mse(W, W[:1], W[0])", ValueError, "x_hat must have the shape of x, (2, 3), got (1,"),
    ("train(tm.LinearModel, FEATURES)", TypeError, "model must be an nn.Module, as LinearModel("),
    ("train(ELSEWHERE, FEATURES)", ValueError, "model must be on the CPU, got device meta"),
    ("train(torch.nn.Linear(3, 3).double(), FEATURES)", TypeError, "model must be float32"),
    ("train(MODEL, 0.5)", TypeError, "data must be SparseFeatures(n, sparsity), or have n"),
    (
        "train(MODEL, tm.SparseFeatures)",
        TypeError,
        "copies and sample(batch_size, rng), got <class",
    ),
    ("train(MODEL, tm.SparseFeatures(3, [0.1, 0.2]))", ValueError, "data must have no copies"),
    ("train(COPIES, tm.SparseFeatures(3, [0.1]))", ValueError, "(copies=2), got copies=1"),
    (
        "train(MODEL, FEATURES, [1.0])",
        ValueError,
        "importance must have shape (n,) = (3,), got (1,)",
    ),
    ("train(MODEL, FEATURES, X, loss=print)", ValueError, "importance must be None if you pass"),
    ("train(MODEL, FEATURES, loss='mse')", TypeError, "loss must be a function of (model, x)"),
    ("train(MODEL, FEATURES, loss=torch.nn.MSELoss())", TypeError, "Such a function is lambda"),
    ("train(MODEL, FEATURES, betas=0.9)", ValueError, "betas must be two numbers in [0, 1)"),
    ("train(MODEL, FEATURES, steps=None)", TypeError, "steps must be a whole number, got None"),
    ("train(MODEL, FEATURES, batch_size=1.5)", TypeError, "batch_size must be a whole number"),
    (
        "train(MODEL, FEATURES, lr=float('nan'))",
        ValueError,
        "lr must be finite and above 0, got nan",
    ),
    ("train(MODEL, FEATURES, weight_decay=-1)", ValueError, "weight_decay must be finite and at"),
    ("train(MODEL, FEATURES, weight_decay='0')", TypeError, "weight_decay must be a number"),
    ("attack(MODEL, torch.ones(3), 0)", ValueError, "size must be finite and above 0, got 0"),
    ("attack(MODEL, X, 0.1)", TypeError, "x must be a tensor, got list"),
    ("attack(MODEL, torch.ones(4), 0.1)", ValueError, "x must be (..., batch, n = 3), got shape"),
    ("attack(COPIES, torch.ones(3), 0.1)", ValueError, "x must be (..., batch, n = 3), got shape"),
    (
        "attack(tm.ReLUModel(3, 2), torch.ones(3), 0.1)",
        TypeError,
        "without a ReLU in its hidden layer",
    ),
    ("attack(FINDER, torch.ones(2), 0.1)", TypeError, "as ReLUOutputModel is, got SparseAuto"),
    ("train(MODEL, FEATURES, lr=lambda step: 'fast')", ValueError, "lr(step) must be finite"),
    ("train(MODEL, FEATURES, snapshots=2000)", ValueError, "must be at most steps + 1 = 1001"),
    ("training_steps(MODEL, FOUR)", ValueError, "data must have n = 3 as the model has, got n = 4"),
    ("training_steps(MODEL, FEATURES, steps=-5)", ValueError, "steps must be at least 1, got -5"),
    ("warmup_cosine('fast', 100)", TypeError, "lr must be a number, got 'fast'"),
    # metrics
    ("gram('W')", TypeError, "W must be numbers, got the text 'W'"),
    ("gram(torch.ones(8, 5, 2))", ValueError, "got shape (8, 5, 2). Does W lie on its side?"),
    ("feature_norms(W[0])", ValueError, "W must be (..., m, n), got shape (3,)"),
    ("interference(None)", TypeError, "W must be numbers, got None"),
    ("feature_dimensionality(W.T)", ValueError, "Does W lie on its side?"),
    ("dimensions_per_feature(W.T)", ValueError, "Does W lie on its side?"),
    ("n_represented(W, 0.0)", ValueError, "threshold must be finite and above 0, got 0.0"),
    ("feature_phases(W, -1)", ValueError, "threshold must be finite and above 0, got -1"),
    ("feature_loss(MODEL, 0.5)", TypeError, "copies and sample(batch_size, rng), got 0.5"),
    ("feature_loss(ELSEWHERE, FEATURES)", ValueError, "model must be on the CPU, got device meta"),
    ("mean_loss(MODEL, FEATURES, [1.0])", ValueError, "importance must have shape (n,) = (3,)"),
    ("mean_loss(MODEL, FEATURES, None, 0)", ValueError, "samples must be at least 1, got 0"),
    # theory
    ("linear_loss(tm.ReLUModel(3, 2), FEATURES)", TypeError, "must be linear (a LinearModel)"),
    ("linear_loss(MODEL, 0.5)", TypeError, "or have n, copies, mean and variance, got 0.5"),
    ("linear_optimum(4, FEATURES)", ValueError, "m must be at most n = 3"),
    ("best_linear_model(2, 0.5)", TypeError, "features must be SparseFeatures(n, sparsity), or"),
    ("expected_loss(MODEL, 0.5)", TypeError, "features must be SparseFeatures, got float"),
    ("expected_loss(MODEL, FEATURES, points=100)", ValueError, "a grid of at most 100,000 samples"),
    ("pair_loss(1.5)", ValueError, "sparsity must lie in [0, 1]"),
    ("triangle_loss('0.5')", TypeError, "sparsity must be numbers, got the text '0.5'"),
    ("pair_threshold([1.0, 0.0])", ValueError, "ratio must be finite and above 0"),
    # sweeps
    ("sweep(OneArgument, 2, FEATURES)", TypeError, "OneArgument(size) cannot"),
    ("sweep(tm.LinearModel, 2, 0.9)", TypeError, "data must be SparseFeatures(n, sparsity)"),
    ("sweep(tm.LinearModel, 2, FOUR, samples=None)", ValueError, "samples must be a whole number"),
    # recovery
    ("SparseAutoencoder(5, 2.0)", TypeError, "latents must be a whole number, got 2.0"),
    ("SparseAutoencoder(2, 4)(W)", ValueError, "h must be (..., batch, m = 2), got shape (2, 3)"),
    ("sparse_code_loss(-1.0)", ValueError, "penalty must be finite and not negative"),
    ("train_autoencoder(MODEL, W, 0.1)", TypeError, "model must be a SparseAutoencoder"),
    ("train_autoencoder(FINDER, W, 0.1)", ValueError, "h must be (rows, 2), got shape (2, 3)"),
    ("train_autoencoder(FINDER, 0 * W.mT, 0.1)", ValueError, "h must have rows that are not zero"),
    ("train_autoencoder(FINDER, W.mT, [1, 2])", ValueError, "penalty must be one number"),
    ("match_directions(W, W.mT)", ValueError, "found and true must have equally many columns"),
    ("recovery_scores(FINDER, W, W)", ValueError, "h must be (rows, 2), got shape (2, 3)"),
    ("recovery_scores(FINDERS, W.mT, W.mT)", ValueError, "a single one, got 2 copies"),
    # laboratory
    ("Laboratory(3, 4)", ValueError, "m must be at most n = 3"),
    ("Laboratory(40, 21)", ValueError, "m must be at most 20, got 21"),
    ("Laboratory(sparsity=1.5)", ValueError, "sparsity must be one number from 0 to 1, got 1.5"),
    ("Laboratory(lr=1)", ValueError, "lr must be one number from 0.0001 to 0.3, got 1"),
    ("Laboratory(own_sparsity=0.5)", TypeError, "own_sparsity must be a dict"),
    ("Laboratory(own_sparsity={40: 0.5})", ValueError, "at most 39, got 40"),
    ("Laboratory(model_class=int)", ValueError, "model_class must be one of LinearModel"),
]
PLOT = [
    ("bias(W)", ValueError, "b must have 1 axes"),
    ("directions(torch.ones(3, 3))", ValueError, "W must have m = 2 rows"),
    ("directions(W, USED)", ValueError, "ax holds 4 arrows, got 3. Use a new ax."),
    ("feature_norms(W[0])", ValueError, "W must be (..., m, n), got shape (3,)"),
    (
        "gram(W[None])",
        ValueError,
        "must have 2 axes, got shape (1, 3, 3). Of several copies, pick one.",
    ),
    ("gram(W, 'ax')", TypeError, "ax must be matplotlib axes or None, got 'ax'"),
    ("gram(W.T)", ValueError, "got shape (3, 2). Does W lie on its side?"),
    ("gram(W, limit=0)", ValueError, "limit must be finite and above 0, got 0"),
    ("per_feature(torch.ones(2, 2, 2))", ValueError, "values must have 2 axes"),
    ("phases([[0, 1]], [0.5], [1.0])", ValueError, "phases must be (s, r) = (1, 1)"),
    ("phases([[3]], [0.5], [1.0])", ValueError, "phases must be from 0 to 2, got 3"),
    ("round_trip(tm.LinearModel, X)", TypeError, "encodes and decodes with the same W, got <class"),
    (
        "round_trip(COPIES, X)",
        ValueError,
        "must be a single one, got 2 copies. Pick one: model[i].",
    ),
    ("round_trip(MODEL, X + X)", ValueError, "x must be (3,), one sample, got shape (6,)"),
    ("round_trip(MODEL, X, SIX)", ValueError, "axes must be 3 to 5, got 6"),
    ("samples(W[0])", ValueError, "x must have 2 axes"),
    ("space(W)", ValueError, "W must have m = 3 rows to be drawn in space, got m = 2"),
]
EXPLORE = [
    ("answers(MODEL)", TypeError, "model must be a single AbsoluteModel, got LinearModel"),
    ("answers(ABSOLUTE, values=[2.0])", ValueError, "values must be a list of numbers in [-1, 1]"),
    ("answers(ABSOLUTE, shown=5)", ValueError, "shown must be at most 3, got 5"),
    ("neurons(ABSOLUTE, SIGNED)", TypeError, "model must be an AbsoluteModel with copies, got"),
    (
        "neurons(tm.AbsoluteModel(3, 2, 2, 0), tm.SignedFeatures(4, [0.5, 0.6]))",
        ValueError,
        "features must have n = 3 as the model has, got n = 4",
    ),
    ("stacks(W, (0, 1), 'a', 'b')", ValueError, "values must have 3 axes, the first of them"),
    ("stacks(torch.ones(2, 3, 4), (1, 0), 'a', 'b')", ValueError, "limits must rise, got (1, 0)"),
    ("Axis('x', 0)", TypeError, "missing 1 required positional argument: 'high'"),
    (
        "Explorer(*SHOWN, [], '')",
        ValueError,
        "labels and lines must have the same length, got 1 and 0",
    ),
    ("Explorer(*SHOWN, ['a'], '')", ValueError, "lines must hold a list of 1 at each position"),
    ("Explorer(*SHOWN, [['a']], '', second='ab')", TypeError, "second must be (name, labels)"),
    ("Explorer(*SHOWN, [['a']], '', stops=[1])", ValueError, "stops must be at most 0, got 1"),
    ("Explorer('S', [0], [HEATMAP], [['']], '')", TypeError, "labels must be strings, got 0"),
    ("Explorer('S', ['0'], HEATMAP, [['']], '')", TypeError, "panels must be a list of panels"),
    ("Explorer('S', ['0'], [W], [['']], '')", TypeError, "panels must hold panels or lists of"),
    ("Line([0.5])", TypeError, "missing 2 required positional arguments: 'ys' and 'color'"),
    ("Panel('heatmap')", TypeError, "missing 4 required positional arguments"),
    ("arrows(torch.ones(1, 4, 5))", ValueError, "W must be (positions, 2 or 3, n), got shape"),
    (
        "arrows(torch.ones(1, 2, 5), colors=['red'])",
        ValueError,
        "colors must be one for each arrow",
    ),
    (
        "attack(COPIES, {'a': torch.ones(3)})",
        ValueError,
        "model must be a single one, got copies=2",
    ),
    ("attack(FINDER, {'a': torch.ones(3)})", TypeError, "as ReLUOutputModel is, got SparseAuto"),
    ("attack(MODEL, torch.ones(1, 3))", TypeError, "samples must be a dict of names and samples"),
    (
        "attack(MODEL, {'a': torch.ones(4)})",
        ValueError,
        "samples must be (n,) = (3,) each, got (4,)",
    ),
    ("attack(MODEL, {'a': X}, [0.2, 0.1])", ValueError, "sizes must rise from 0 or more, got [0.2"),
    ("bars(X, (0, 1), '', '')", ValueError, "values must have 2 axes, the first of them the"),
    ("bias(tm.LinearModel(5, 2), tm.SparseFeatures(5, 0.9))", TypeError, "model must have a ReLU"),
    ("bond([2.0])", ValueError, "bond must lie in [-1, 1]"),
    ("bond([-1.0], sparsity=0.4)", ValueError, "need size (1 - S) at most 1"),
    (
        "chart([tm.explore.Line(X, W, 'read')], *AXES)",
        ValueError,
        "color must be one of matplotlib",
    ),
    ("chart([W], *AXES)", TypeError, "lines must be a list of Line, got [tensor"),
    ("columns('ReLU')", TypeError, "model_class must be a class like LinearModel, got 'ReLU'"),
    ("columns(Foreign)", TypeError, "model_class must be made from TiedAutoencoder, got <class"),
    ("directions(0.9)", TypeError, "sparsities must be a list of numbers, got 0.9"),
    ("directions(MANY)", ValueError, "sparsities must be at most 200 numbers, got 300"),
    ("formation(1)", ValueError, "m must be at most n = 1"),
    ("formation(positions=1)", ValueError, "positions must be at least 2, got 1"),
    ("gram(models='ReLU')", TypeError, "models must be a list of classes like LinearModel"),
    ("gram(models=[tm.LinearModel] * 2)", ValueError, "models must be different from each other"),
    ("gram(models=[torch.nn.Linear])", TypeError, "models must be called like LinearModel(n, m"),
    ("gram(sparsities=['0.9'])", TypeError, "sparsities must be numbers, got ['0.9']"),
    ("heatmap(W)", ValueError, "W must have 3 axes, the first of them the positions"),
    ("lengths('W')", TypeError, "W must be numbers, got the text 'W'"),
    ("matrix(W, 'x', 'y', '')", ValueError, "values must have 3 axes, the first of them"),
    ("months([0.5, 1.5])", ValueError, "c must lie in [0, 1], got [0.5, 1.5]"),
    ("months(0.5)", ValueError, "shares must be a list of 1 to 200 numbers"),
    ("memory(MODEL, [W], [1.0])", ValueError, "model must have m = 2 and copies, one for each"),
    ("memory(COPIES, [W], [1.0, 1.0])", ValueError, "rows must be a list of samples for each of 2"),
    ("memory(COPIES, [W, W], [1.0])", ValueError, "rows must be (T, 3) each, and loss (2,), got"),
    ("odd_one(0.5)", ValueError, "shares must be a list of 1 to 200 numbers"),
    ("odd_one([1.0, 0.0])", ValueError, "shares must lie in (0, 1], got 0"),
    ("penalty([0.0])", ValueError, "penalties must be finite and above 0"),
    ("penalty(latents=0)", ValueError, "latents must be at least 1, got 0"),
    ("phase_change([1.5])", ValueError, "ratios must lie in (0, 1], got 1.5"),
    ("round_trip(201)", ValueError, "n must be at most 200, got 201"),
    ("round_trip(models=[])", ValueError, "models must hold at least one class"),
    ("round_trip(sparsity=[0.9])", ValueError, "sparsity must be one number here, got shape (1,)"),
    ("samples(10**5)", ValueError, "n must be at most 1000, got 100000"),
    ("samples(sparsities=[])", TypeError, "sparsities must be a list of numbers, got []"),
    ("seeds(seeds=2.0)", TypeError, "seeds must be a whole number, got 2.0"),
    ("seeds(sparsity='0.9')", TypeError, "sparsity must be numbers, got the text '0.9'"),
    ("shadow(90)", TypeError, "takes 0 positional arguments"),
    ("shared_number(0.5)", TypeError, "takes 0 positional arguments"),
    ("space(torch.ones(3, 51))", ValueError, "columns of W, must be at most 50"),
    ("training(3)", TypeError, "model_class must be a class like LinearModel, got 3"),
    ("training(sparsity=2)", ValueError, "sparsity must lie in [0, 1]"),
]
CHECK = [  # all that a teacher writes; an exercise's check raises nothing, whatever the answer
    ("judge(len, [3], len)", TypeError, "inputs must be tuples of arguments, got 3"),
    ("judge(len, [], len)", ValueError, "at least one call, got none"),
    ("summary('x', ())", TypeError, "exercises must be verdicts or (check, answer) each, got ()"),
]
TABLES = {"": CORE, "plot.": PLOT, "explore.": EXPLORE, "check.": CHECK}
TABLE = [(f"tm.{door}{call}", *rest) for door, rows in TABLES.items() for call, *rest in rows]
# They take nothing that a reader gives
WITHOUT_INPUT = {"Data", "DivergedError", "History", "Sweep"}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize(("call", "error", "says"), TABLE, ids=[row[0] for row in TABLE])
def test_bad_input_is_named_before_any_work(call, error, says, capsys):
    code = compile(call, "table", "eval")
    start = time.process_time()
    with pytest.raises(error) as raised:
        eval(code)
    assert says in str(raised.value)
    assert len(str(raised.value)) < 400
    assert time.process_time() - start < 1
    assert capsys.readouterr() == ("", "")  # no progress bar was begun
    assert not plt.get_fignums()  # nor a figure


@pytest.mark.parametrize("door", ["", "plot.", "explore."])
def test_the_table_knows_every_public_function(door):
    room = getattr(tm, door[:-1]) if door else tm
    public = {name for name in dir(room) if name[0] != "_" and callable(getattr(room, name))}
    assert public - WITHOUT_INPUT <= {row[0].split("(")[0].split(".")[0] for row in TABLES[door]}


@pytest.mark.parametrize(
    "sparsity",
    [[0, 1], (0.0, 1.0), np.array([0, 1]), torch.tensor([0, 1]), [torch.tensor(0), np.float32(1)]],
)
def test_numbers_may_come_as_lists_arrays_tensors_and_lists_of_tensors(sparsity):
    assert tm.SparseFeatures(3, sparsity).sparsity.tolist() == [0, 1]
