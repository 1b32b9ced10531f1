"""The playground in a real JupyterLab: played, changed, closed, interrupted, restarted."""

import re

import pytest

from .conftest import clean_log

START = "import asyncio, hashlib, time\nimport toymodels as tm"
# never converged, however fast the machine: the tests look at it while it trains
PLAYGROUND = (
    "p = tm.Playground(40, 5, sparsity=0.99, budget=10**9); p._converged = lambda: False\np"
)
HANDLE = ".jp-OutputArea-output .noUi-handle"
IMAGE = ".jp-OutputArea-output img"
TEXT = "() => [...document.querySelectorAll('.jp-OutputArea-output .widget-html')].at(-1)?.innerText ?? ''"
SHOWN = """async () => {
  const image = document.querySelector('.jp-OutputArea-output img');
  await image.decode();
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map(b => b.toString(16).padStart(2, '0')).join('');
}"""
# of all playgrounds, whatever they say about themselves
LOOPS = "sum(task.get_coro().__name__ == '_train' for task in asyncio.all_tasks())"


@pytest.fixture(scope="module")
def notebook(shared_lab):
    shared_lab.open(shared_lab.write("playground.ipynb", START, PLAYGROUND, "1 + 1"))
    return shared_lab


@pytest.fixture
def playground(notebook, server):
    """A new playground in the one notebook, not yet started."""
    with clean_log(server):
        notebook.run_all()
        notebook.page.locator(IMAGE).first.wait_for()
        notebook.until(lambda: says(notebook, "Step 50,"))
        yield notebook
    errors, notebook.errors = notebook.errors, []
    assert not errors, errors


def press(lab, name):
    lab.page.locator(f".jp-OutputArea-output button:has-text('{name}')").first.click()


def says(lab, words):
    return words in lab.page.evaluate(TEXT)


def steps(lab):
    return int(re.search(r"Step (\d+)", lab.page.evaluate(TEXT))[1])


def start(lab):
    press(lab, "start")
    lab.until(lambda: steps(lab) > 50)


def goes_on(lab):
    before = steps(lab)
    return lab.until(lambda: steps(lab) > before)


def comes_to_rest(lab):
    """Whether no training loop is left in the kernel, so that nothing can change any more."""
    return lab.until(lambda: lab.evaluate(LOOPS) == "0")


def test_start_pause_step_and_reset(playground):
    first = playground.page.evaluate(SHOWN)
    start(playground)
    assert playground.evaluate(LOOPS) == "1"
    goes_on(playground)
    press(playground, "pause")
    assert comes_to_rest(playground)
    paused = int(playground.evaluate("p.steps_taken"))
    playground.until(lambda: says(playground, f"Step {paused},"))
    last = playground.evaluate("hashlib.sha256(p.image.value).hexdigest()").strip("'")
    assert last != first
    playground.until(lambda: playground.page.evaluate(SHOWN) == last)
    press(playground, "10 steps")
    playground.until(lambda: says(playground, f"Step {paused + 10},"))
    press(playground, "reset")
    playground.until(lambda: says(playground, "Step 0,"))
    assert says(playground, "reset: fresh weights")


def test_the_picture_follows_while_it_trains(playground):
    address = "() => document.querySelector('.jp-OutputArea-output img').src"
    start(playground)
    for _ in range(3):
        before = playground.page.evaluate(address)
        playground.until(lambda before=before: playground.page.evaluate(address) != before)


def test_sparsity_changes_while_it_trains_and_other_cells_run(playground):
    start(playground)
    playground.page.locator(HANDLE).first.focus()
    playground.page.keyboard.press("Home")
    playground.until(lambda: says(playground, "S = 0:"))
    assert playground.evaluate("float(p.features.sparsity)") == "0.0"
    assert playground.evaluate("6 * 7") == "42"
    assert goes_on(playground)


def test_a_hundred_keys_end_at_the_sliders_value(playground):
    page = playground.page
    start(playground)
    page.locator(HANDLE).first.focus()
    for k in range(100):
        page.keyboard.press("ArrowRight" if k % 7 < 5 else "ArrowLeft")
    label = page.locator(".widget-readout").first.inner_text()
    playground.settle()
    assert float(playground.evaluate("float(p.features.sparsity)")) == float(label)
    playground.until(lambda: says(playground, f"S = {label}:"))
    assert goes_on(playground)


def test_a_new_m_says_that_the_weights_are_fresh(playground):
    box = playground.page.locator(".jp-OutputArea-output input[type=number]").nth(1)
    box.fill("2")
    box.press("Enter")
    playground.until(lambda: says(playground, "fresh weights, because m changed"))
    assert playground.evaluate("p.model.W.shape") == "torch.Size([2, 40])"


def test_closing_the_view_stops_it(playground):
    start(playground)
    assert playground.evaluate("p.running") == "True"
    playground.command("notebook:clear-all-cell-outputs", wait=True)
    assert comes_to_rest(playground)
    assert playground.evaluate("p.running") == "False"


def test_running_the_cell_again_stops_the_old_one(playground):
    start(playground)
    assert playground.evaluate("old = p; old.running") == "True"
    playground.run_all()
    assert comes_to_rest(playground)
    assert playground.evaluate("old is not p, old.running") == "(True, False)"


def test_interrupting_a_cell_ends_the_cell_and_not_the_playground(playground):
    start(playground)
    playground.interrupt()  # no cell runs: nothing to interrupt
    assert goes_on(playground)
    asleep = playground.begin("print('asleep'); time.sleep(600)", "asleep")
    playground.interrupt()
    assert asleep() == "KeyboardInterrupt"
    assert playground.evaluate("1 + 1") == "2"
    assert goes_on(playground)


def test_after_a_restart_the_cells_give_a_new_playground(playground):
    start(playground)
    playground.restart()
    assert playground.evaluate("'p' in globals()") == "False"
    playground.run_all()
    playground.until(lambda: says(playground, "Step 50,"))
    start(playground)
    assert goes_on(playground)
