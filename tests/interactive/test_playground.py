import asyncio
import io
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

import toymodels as tm


@pytest.fixture
def playground():
    return tm.Playground(8, 3, sparsity=0.9)


@pytest.fixture
def endless(playground, monkeypatch):
    """One that nothing stops but who watches it: no end of its own hides that it was not stopped."""
    monkeypatch.setattr(playground, "budget", 10**9)
    monkeypatch.setattr(playground, "_converged", lambda: False)
    return playground


def live(script):
    """Run a coroutine on an event loop of its own, whatever loop runs in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, script).result()


async def until(condition):
    """Let the loop run, as a kernel does between cells, until the condition holds."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.001)


def at_rest():
    """Whether no training is left on the loop, whatever the playground says about itself."""
    return not any(task.get_coro().__name__ == "_train" for task in asyncio.all_tasks())


def test_without_a_front_end_it_has_taken_a_few_steps_and_shows_a_picture(playground):
    bundle = playground._repr_mimebundle_()
    assert bundle["text/plain"] == "Playground: ReLU-output, n = 8, m = 3, S = 0.9, after 50 steps"
    assert Image.open(io.BytesIO(bundle["image/png"])).size == (840, 352)
    assert "Step 50" in playground.line.value
    assert not playground.running


def test_it_trains_and_draws_while_the_loop_runs(endless):
    pictures = set()
    endless.image.observe(lambda change: pictures.add(change["new"]), "value")

    async def watch():
        endless.start.click()
        await until(lambda: len(pictures) > 3 and endless.steps_taken > 100)
        assert endless.running

    live(watch())


def test_paused_it_no_longer_trains_and_started_again_it_goes_on(endless):
    async def press_three_times():
        endless.start.click()
        await until(lambda: endless.steps_taken > 50)
        endless.start.click()
        await until(at_rest)
        assert not endless.running and "paused" in endless.line.value
        taken = endless.steps_taken
        endless.start.click()
        await until(lambda: endless.steps_taken > taken)

    live(press_three_times())


def test_training_here_is_training(playground):
    twin = tm.ReLUOutputModel(8, 3, seed=0)
    run = tm.training_steps(
        twin, tm.SparseFeatures(8, 0.9), tm.linear_importance(8), steps=None, lr=0.01
    )
    for step, _ in run:
        if step == 50:
            break
    assert (playground.model.W == twin.W).all()


@pytest.mark.parametrize("S", [0.0, 0.5, 0.995, *random.Random(1).choices(tm.SPARSITIES, k=3)])
def test_sparsity_takes_effect_at_once_and_keeps_the_weights(playground, S):
    W = playground.model.W.clone()
    playground.sparsity.value = S
    assert playground.features.sparsity == S
    assert (playground.model.W == W).all()
    assert f"S = {S:g}:" in playground.line.value


def test_sparsity_may_change_while_it_trains(endless):
    async def change():
        endless.start.click()
        await until(lambda: endless.steps_taken > 50)
        endless.sparsity.value = 0.5
        taken = endless.steps_taken
        await until(lambda: endless.steps_taken > taken and "S = 0.5:" in endless.line.value)
        assert endless.running

    live(change())
    assert endless.features.sparsity == 0.5


def test_learning_rate_and_importance_take_effect(playground):
    playground.last_importance.value = 1.0
    assert playground.importance.tolist() == [1] * 8
    playground.lr.value = 1e-4
    before = playground.model.W.clone()
    playground._advance(1)
    assert (
        0 < (playground.model.W - before).abs().max() < 2e-4
    )  # a step of Adam is at most about lr


@pytest.mark.parametrize(("control", "value"), [("kind", "Linear"), ("n", 12), ("m", 2)])
def test_a_new_shape_starts_from_fresh_weights_and_says_so(playground, control, value):
    getattr(playground, control).value = value
    assert playground.steps_taken == 0
    assert "fresh weights, because" in playground.line.value
    fresh = type(playground.model)(playground.n.value, playground.m.value, seed=0)
    assert (playground.model.W == fresh.W).all()
    playground.step.click()
    assert playground.steps_taken == 10


def test_m_never_exceeds_n(playground):
    playground.n.value = 2
    assert playground.model.n == 2 and playground.model.m == 2 == playground.m.value


def test_two_dimensions_are_drawn_as_arrows():
    playground = tm.Playground(5, 2)
    assert playground._left.get_xlabel() == "hidden dimension 0"
    assert tm.Playground(5, 3)._left.get_xlabel() == "feature j"


def test_reset_brings_the_first_weights_back(playground):
    playground.step.click()
    playground.reset.click()
    assert playground.steps_taken == 0
    assert (playground.model.W == tm.ReLUOutputModel(8, 3, seed=0).W).all()


@pytest.mark.parametrize(
    "arguments", [{"n": 5, "m": 5}, {"n": 1, "m": 1}, {"n": 5, "m": 2, "sparsity": 1.0}]
)
def test_where_a_linear_model_can_be_exact_there_is_no_ratio(arguments):
    playground = tm.Playground(**arguments)
    playground.step.click()
    assert "a linear model could be exact here" in playground.line.value


def test_large_n_is_kept():
    assert tm.Playground(250, 2).model.n == 250


def test_it_stops_after_its_budget(monkeypatch):
    playground = tm.Playground(8, 3, budget=60)
    monkeypatch.setattr(playground, "_converged", lambda: False)

    async def watch():
        playground.start.click()
        await until(at_rest)

    live(watch())
    assert not playground.running
    assert "paused after 60 steps" in playground.line.value
    assert playground.steps_taken == 110


@pytest.fixture(scope="module")
def unseen():
    """One for tests that only ask it: making its picture takes most of their time."""
    return tm.Playground(8, 3)


@pytest.mark.parametrize(
    ("windows", "over"),
    [
        ([1.0] * 4, False),  # too early to tell
        ([1.0] * 5, True),
        ([0.9, 1.0, 1.1, 0.95, 0.9], True),
        ([1.0, 1.1, 1.1, 1.1, 0.9], False),  # noise, then progress
        ([1.0, 0.98, 0.96, 0.94, 0.92, 0.9], False),
        ([0.5, *[1.0] * 5, *[0.5] * 4], True),
    ],
)
def test_it_has_converged_when_four_windows_brought_no_progress(unseen, windows, over):
    unseen._windows, unseen._losses = (
        [],
        [loss for loss in windows for _ in range(500)] + [0.1] * 499,
    )
    assert unseen._converged() is over


def test_converged_it_rests_until_something_changes(playground, monkeypatch):
    monkeypatch.setattr(playground, "_converged", lambda: playground.sparsity.value == 0.9)

    async def there_and_back():
        playground.start.click()
        await until(at_rest)
        assert "converged: the loss no longer falls" in playground.line.value
        taken = playground.steps_taken
        playground.sparsity.value = 0.5
        await until(lambda: playground.steps_taken > taken)
        assert playground.running
        playground.sparsity.value = 0.9
        await until(at_rest)
        assert "converged: the loss no longer falls" in playground.line.value

    live(there_and_back())


def test_paused_it_stays_paused_when_something_changes(endless):
    async def pause_then_change():
        endless.start.click()
        await until(lambda: endless.steps_taken > 50)
        endless.start.click()
        await until(at_rest)
        endless.sparsity.value = 0.5
        assert at_rest()

    live(pause_then_change())
    assert "changed, same weights: press start" in endless.line.value


def test_it_stops_when_its_last_view_is_closed_and_comes_back(endless):
    async def close_the_view():
        endless._view_count = 1
        endless.start.click()
        await until(lambda: endless.steps_taken > 50)
        endless._view_count = 0
        await until(at_rest)
        assert not endless.running
        assert endless._canvas is None  # several MB, given back until it is shown again

    live(close_the_view())
    taken = endless.steps_taken
    endless.step.click()
    assert endless.steps_taken == taken + 10
    assert Image.open(io.BytesIO(endless.image.value)).size == (840, 352)


def test_divergence_is_said(playground):
    playground.lr.max = 30
    playground.lr.value = 1e20

    async def watch():
        playground.start.click()
        await until(at_rest)

    live(watch())
    assert "fresh weights, because loss or weights became NaN or infinite" in playground.line.value
    assert not playground.running
    playground.lr.value = 0.01
    playground.step.click()
    assert playground.steps_taken == 10


def test_two_playgrounds_do_not_disturb_each_other(playground):
    other = tm.Playground(8, 3, sparsity=0.9)
    other.sparsity.value = 0.0
    other._advance(20)
    assert playground.features.sparsity == 0.9 and playground.steps_taken == 50


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"n": 3, "m": 4}, ValueError, "m must be at most n = 3"),
        ({"n": 401}, ValueError, "n must be at most 400 in the playground, got 401"),
        ({"sparsity": 1.5}, ValueError, "sparsity must lie in"),
        ({"sparsity": [0.1, 0.2]}, ValueError, "sparsity must be one number"),
        (
            {"model_class": tm.TiedAutoencoder},
            ValueError,
            "model_class must be one of Linear, ReLU",
        ),
        ({"budget": 0}, ValueError, "budget must be at least 1"),
    ],
)
def test_bad_input_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        tm.Playground(**arguments)
