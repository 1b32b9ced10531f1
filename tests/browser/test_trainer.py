"""The browser's mathematics is the module's: the same numbers on the same input, the same law on its own."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import toymodels as tm

CLASSES = {"Linear": tm.LinearModel, "ReLU": tm.ReLUModel, "ReLU-output": tm.ReLUOutputModel}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}  # both in double precision

# Functions for the page: a trainer with given weights, whose uniform numbers are given as well
MADE = """const parts = await import("./parts.js");
  const { Trainer, warmupCosine, linearOptimum, responder, uniformNumbers } =
    parts;
  const { measure, roundTrip, MAPS } = parts;
  const made = ({ n, m, W, b, u, set }) => {
    const trainer = new Trainer(n, m, 0);
    trainer.set(set);
    trainer.W.set(W);
    trainer.b.set(b);
    let at = 0;
    trainer.uniform = () => u[at++];
    return trainer;
  };"""


@pytest.fixture(scope="module")
def run(browser, web, parts):
    """run(body, argument): the value of JavaScript that may use the laboratory's functions."""
    page = browser.new_page()
    page.goto(web)
    yield lambda body, argument=None: page.evaluate(
        f"async argument => {{ {MADE}\n{body} }}", argument
    )
    page.close()


class Case:
    """Random weights, data, importance and sparsity, for the page and for torch."""

    def __init__(self, name, seed, n=7, m=3, batch=16, batches=1):
        rng = np.random.default_rng(seed)
        self.name = name
        self.batch = batch
        self.sparsity = rng.uniform(0, 1, n)
        self.importance = rng.uniform(0, 2, n)
        self.W = rng.normal(0, 0.6, (n, m))  # feature by feature, as in the browser
        self.b = rng.normal(0, 0.3, n)
        self.u = rng.random((batches, batch, n))
        self.n = n
        self.m = m

    def argument(self, **more):
        return {
            "n": self.n,
            "m": self.m,
            "W": self.W.ravel().tolist(),
            "b": self.b.tolist(),
            "u": self.u.ravel().tolist(),
            "batch": self.batch,
            "set": {
                "sparsity": self.sparsity.tolist(),
                "importance": self.importance.tolist(),
                "hiddenReLU": self.name == "ReLU",
                "outputReLU": self.name != "Linear",
            },
            **more,
        }

    @property
    def samples(self):
        """(batches, batch, n), by the law as data.py states it, in double precision."""
        x = (self.u - self.sparsity) / (1 - self.sparsity)
        return torch.from_numpy(np.maximum(x, 0))

    def model(self):
        model = CLASSES[self.name](self.n, self.m).double()
        with torch.no_grad():
            model.W.copy_(torch.from_numpy(self.W.T))
            model.b.copy_(torch.from_numpy(self.b))
        return model

    def loss(self, model, x):
        return tm.weighted_mse(x, model(x), torch.from_numpy(self.importance))


def by_feature(values, case):
    """W or its gradient from the browser, as torch has it: (m, n)."""
    return torch.tensor(values, dtype=torch.float64).reshape(case.n, case.m).mT


@pytest.mark.parametrize("seed", range(3))
def test_samples_are_those_of_the_same_uniform_numbers(run, seed):
    case = Case("Linear", seed)
    drawn = run(
        "const t = made(argument); const rows = [];"
        "for (let s = 0; s < argument.batch; s++) { t.sample(); rows.push([...t.x]); } return rows;",
        case.argument(),
    )
    torch.testing.assert_close(torch.tensor(drawn, dtype=torch.float64), case.samples[0], **CLOSE)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("seed", range(3))
def test_loss_and_gradients_are_torchs(run, name, seed):
    case = Case(name, seed)
    got = run(
        "const t = made(argument); const loss = t.gradients(argument.batch);"
        "return { loss, dW: [...t.dW], db: [...t.db] };",
        case.argument(),
    )
    model = case.model()
    loss = case.loss(model, case.samples[0])
    loss.backward()
    assert got["loss"] == pytest.approx(loss.item(), rel=1e-9)
    torch.testing.assert_close(by_feature(got["dW"], case), model.W.grad, **CLOSE)
    torch.testing.assert_close(torch.tensor(got["db"], dtype=torch.float64), model.b.grad, **CLOSE)


@pytest.mark.parametrize("name", CLASSES)
def test_twenty_steps_are_those_of_torchs_adam(run, name):
    case = Case(name, 5, batches=20)
    rates = [0.03 * (k + 1) / 20 for k in range(20)]
    got = run(
        "const t = made(argument);"
        "for (const lr of argument.rates) { t.gradients(argument.batch); t.update(lr); }"
        "return { W: [...t.W], b: [...t.b] };",
        case.argument(rates=rates),
    )
    model = case.model()
    adam = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99))
    for x, lr in zip(case.samples, rates, strict=True):
        adam.param_groups[0]["lr"] = lr
        adam.zero_grad()
        case.loss(model, x).backward()
        adam.step()
    torch.testing.assert_close(by_feature(got["W"], case), model.W.detach(), rtol=1e-8, atol=1e-11)
    torch.testing.assert_close(
        torch.tensor(got["b"], dtype=torch.float64), model.b.detach(), rtol=1e-8, atol=1e-11
    )


@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_the_schedule_is_the_modules(run, steps):
    got = run(
        "return Array.from({ length: argument }, (_, k) => warmupCosine(0.02, k, argument));", steps
    )
    rate = tm.warmup_cosine(0.02, steps)
    assert got == pytest.approx([rate(k) for k in range(steps)], rel=1e-12)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (6, 6), (9, 2), (40, 5)])
def test_the_linear_optimum_is_the_modules(run, n, m):
    rng = np.random.default_rng(n)
    S = rng.uniform(0, 1, n)
    I = rng.uniform(0, 2, n)
    got = run(
        "const [m, S, I] = argument; return linearOptimum(m, Float64Array.from(S), Float64Array.from(I));",
        [m, S.tolist(), I.tolist()],
    )
    exact = tm.linear_optimum(m, tm.SparseFeatures(n, S[None]), torch.from_numpy(I)).item()
    assert got == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_what_is_measured_on_W_is_what_metrics_measure(run):
    W = np.random.default_rng(3).normal(0, 0.8, (9, 4))
    W[4] = 0  # a dropped feature
    W[7] = -1.1 * W[2]  # an opposite pair
    got = run(
        "const s = measure(Float64Array.from(argument), 9, 4);"
        "return { gram: [...s.gram], norms: [...s.norms], interference: [...s.interference],"
        " dimensionality: [...s.dimensionality], kept: s.kept, pairs: s.pairs };",
        W.ravel().tolist(),
    )
    columns = torch.from_numpy(W.T)
    norms = tm.feature_norms(columns)
    exact = {
        "gram": tm.gram(columns).ravel(),
        "norms": norms,
        "interference": tm.interference(columns),
        "dimensionality": tm.feature_dimensionality(columns),
    }
    for name, values in exact.items():
        torch.testing.assert_close(torch.tensor(got[name], dtype=torch.float64), values, **CLOSE)
    assert got["kept"] == torch.nonzero(norms > 0.5).ravel().tolist()
    assert [2, 7] in got["pairs"]
    kept = got["kept"]
    cosines = tm.gram(columns[:, kept] / norms[kept])
    facing = cosines.argmin(0).tolist()
    assert got["pairs"] == [
        [kept[i], kept[j]]
        for i, j in enumerate(facing)
        if i < j and facing[j] == i and cosines[i, j] < -0.95
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_the_round_trip_is_the_figures(run, name):
    case = Case(name, 8)
    got = run(
        "const { W, b, set, x } = argument; return roundTrip({ W, b }, { n: 7, m: 3, ...set }, x);",
        case.argument(x=[0, 0, 1, 0, 0, 0, 0]),
    )
    x = torch.zeros(7, dtype=torch.float64)
    x[2] = 1
    for values, exact in zip(got, case.model().round_trip(x), strict=True):
        torch.testing.assert_close(torch.tensor(values, dtype=torch.float64), exact, **CLOSE)


def test_the_colours_are_the_figures(run):
    values = np.linspace(-1.2, 1.2, 41)
    got = run(
        "return argument.map(v => [MAPS.weights(v), MAPS.interference(5 * v)]);", values.tolist()
    )
    for k, (map_name, places) in enumerate({"RdBu_r": (values + 1) / 2, "cividis": values}.items()):
        exact = plt.get_cmap(map_name)(places.clip(0, 1))[:, :3] * 255
        assert np.abs(np.array(got)[:, k] - exact).max() < 8, map_name  # of 255


@pytest.mark.parametrize("name", CLASSES)
def test_dead_outputs_are_those_that_no_sample_opens(run, name):
    """Of three outputs nothing opens one, its feature once in 1,000 samples one, all one."""
    dead = run(
        """const set = { sparsity: Array(3).fill(0.999), importance: [1, 1, 1],
          hiddenReLU: argument === "ReLU", outputReLU: argument !== "Linear" };
        const trainer = new Trainer(3, 3, 1);
        trainer.set(set);
        trainer.W.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
        trainer.b.set([-2, 0, 1]);
        const early = trainer.dead();
        trainer.gradients(100000);
        const late = trainer.dead();
        trainer.set(set);  // other data: counted anew
        return [early, late, trainer.dead()];""",
        name,
    )
    assert dead == [[], [] if name == "Linear" else [0], []]


@pytest.mark.parametrize("S", [0.0, 0.7, 0.99, 1.0])
def test_the_generators_moments_and_independence(run, S):
    samples = 100_000
    got = run(
        """const trainer = new Trainer(3, 1, argument.seed);
        trainer.set({ sparsity: Array(3).fill(argument.S), importance: [1, 1, 1] });
        const x = trainer.x, sums = Array(9).fill(0);
        let zeros = 0, largest = 0;
        for (let s = 0; s < argument.samples; s++) {
          trainer.sample();
          x.forEach((value, i) => {
            sums[i] += value; sums[3 + i] += value * value; sums[6 + i] += value * x[(i + 1) % 3];
            zeros += value === 0; largest = Math.max(largest, value);
          });
        }
        return { sums, zeros, largest };""",
        {"S": S, "seed": 4, "samples": samples},
    )
    p = 1 - S
    mean, square, product = (np.array(got["sums"][k : k + 3]) / samples for k in (0, 3, 6))
    noise = 5 / math.sqrt(samples)  # five standard errors
    assert np.abs(mean - p / 2).max() <= noise * math.sqrt(p / 3 - p * p / 4)
    assert np.abs(square - p / 3).max() <= noise * math.sqrt(p / 5)
    assert np.abs(product - p * p / 4).max() <= noise * p / 3
    assert abs(got["zeros"] / (3 * samples) - S) <= noise * math.sqrt(S * p / 3) + 1e-12
    assert got["largest"] < 1


def test_uniform_and_normal_numbers_have_their_law_and_their_seed(run):
    got = run(
        """const next = uniformNumbers(7), t = new Trainer(1, 1, 7);
        const seeds = [0, 1, 2 ** 32, 2 ** 53 - 1].map(seed => uniformNumbers(seed)());
        return { u: Array.from({ length: 50000 }, next), z: Array.from({ length: 50000 }, () => t.normal()),
          again: uniformNumbers(7)(), seeds };"""
    )
    u = np.sort(got["u"])
    distance = np.abs(u - np.arange(50_000) / 50_000).max()  # Kolmogorov and Smirnov's
    assert distance < 1.95 / math.sqrt(50_000)  # beyond once in a thousand
    z = np.array(got["z"])
    assert abs(z.mean()) < 5 / math.sqrt(50_000)
    assert abs(z.std() - 1) < 5 / math.sqrt(100_000)
    assert abs((z**4).mean() - 3) < 5 * math.sqrt(96 / 50_000)
    assert abs(np.corrcoef(got["u"][:-1], got["u"][1:])[0, 1]) < 0.03
    assert got["again"] == got["u"][0]
    assert len(set(got["seeds"])) == 4


def test_initial_weights_have_the_modules_law(run):
    W = np.array(run("return [...new Trainer(200, 20, 1).W];"))
    assert abs(W.mean()) < 5 / math.sqrt(200 * W.size)
    assert abs(W.std() * math.sqrt(200) - 1) < 5 / math.sqrt(2 * W.size)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("S", [0.0, 0.5, 0.9, 0.97])
def test_trained_models_are_as_good_as_the_modules(run, name, S):
    """Mean loss of five seeds within 2 %, features represented within one."""
    seeds = 5
    importance = tm.linear_importance(40)
    trained = run(
        """const set = { sparsity: Array(40).fill(argument.S), importance: argument.importance,
          hiddenReLU: argument.name === "ReLU", outputReLU: argument.name !== "Linear" };
        return Array.from({ length: argument.seeds }, (_, seed) => {
          const { W, b } = responder()({ fresh: { n: 40, m: 5, seed }, set,
            schedule: { lr: 0.03, steps: 2000, batch: 128 }, most: 2000 });
          return [[...W], [...b]];
        });""",
        {"S": S, "name": name, "seeds": seeds, "importance": importance.tolist()},
    )
    W = torch.tensor([model[0] for model in trained]).reshape(seeds, 40, 5).mT
    b = torch.tensor([model[1] for model in trained])
    theirs = CLASSES[name].from_weights(W, b)
    ours = CLASSES[name](40, 5, copies=seeds, seed=0)
    features = tm.SparseFeatures(40, [S] * seeds)
    tm.train(ours, features, importance, steps=2000, batch_size=128, progress=False)
    losses = [tm.mean_loss(model, features, importance).mean().item() for model in (theirs, ours)]
    assert losses[0] == pytest.approx(losses[1], rel=0.02)
    kept = [tm.n_represented(model.W).double().mean().item() for model in (theirs, ours)]
    assert abs(kept[0] - kept[1]) <= 1


def test_trained_on_after_a_change_a_model_goes_where_the_modules_goes(run):
    """0.9, 0.5, 0.9 in leaps: mean of features kept within one of tm.train's, no output dies."""
    seeds = 5
    way = [0.9, 0.5, 0.9]
    importance = tm.linear_importance(40)
    dead, weights = run(
        """const schedule = { lr: 0.03, steps: 2000, batch: 128 };
        const set = S => ({ sparsity: Array(40).fill(S), importance: argument.importance, outputReLU: true });
        const runs = Array.from({ length: argument.seeds }, (_, seed) => {
          const respond = responder();
          const first = { fresh: { n: 40, m: 5, seed } };
          return argument.way.map((S, k) =>
            respond({ ...(k ? {} : first), set: set(S), schedule, most: 2000 }));
        });
        return [runs.map(run => run.map(answer => answer.dead.length)),
          runs.map(run => run.map(answer => [...answer.W]))];""",
        {"way": way, "seeds": seeds, "importance": importance.tolist()},
    )
    assert not np.any(dead)
    theirs = torch.tensor(weights).reshape(seeds, 3, 40, 5).mT
    model = tm.ReLUOutputModel(40, 5, copies=seeds, seed=0)
    features = tm.SparseFeatures(40, 0.9)
    for k, S in enumerate(way):
        features.sparsity = S
        tm.train(model, features, importance, steps=2000, batch_size=128, progress=False)
        kept = [
            tm.n_represented(W).double().mean().item() for W in (theirs[:, k], model.W.detach())
        ]
        assert abs(kept[0] - kept[1]) <= 1
