"""How long from a key press to changed pixels? In a real JupyterLab with a real Chromium.

    python benchmarks/latency.py [presses]

Three sliders over the same sparsities: the explorer; the usual way, `interactive_output` and
`plt.show()`, which draws no more than the explorer's three heatmaps; and the laboratory while it trains,
beside the last one that trained in the kernel (from the git history). The clock starts with the browser's
key event and stops when the first frame with the new picture has been drawn; for a laboratory that is
the first picture drawn after the training knew of the change. Then of the laboratory: pictures and steps
a second, the time from the move of a dragged arrow to the new loss, that from a reset to a trained model,
and what the laboratory takes of a core when it rests or is off the screen.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))
import toymodels as tm
from tests.browser.conftest import WebPage, web_page, web_server
from tests.browser.lab import Lab, launch_chromium, running_server
from tests.browser.test_hands import PENTAGON, PLANE, SETTLED, at, place, tip
from tests.frontend.bundling import bundle_tests

ROOT = Path(__file__).parent.parent

PRESSES = int(sys.argv[1]) if len(sys.argv) > 1 else 60

EXPLORER = "import toymodels as tm\ntm.explore.gram()"
USUAL = """
import ipywidgets as widgets, matplotlib.pyplot as plt, toymodels as tm
from toymodels.explore import SPARSITIES
models = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]
trained = {cls: cls(40, 5, 21, 0) for cls in models}
for model in trained.values():
    tm.train(model, tm.SparseFeatures(40, list(SPARSITIES)), steps=200, progress=False)
def show(S):
    fig, axes = plt.subplots(1, 3, figsize=(11.5, 4))
    for ax, model in zip(axes, trained.values()):
        ax.imshow(tm.gram(model.W[SPARSITIES.index(S)]), cmap="RdBu_r", vmin=-1, vmax=1)
    plt.show()
slider = widgets.SelectionSlider(options=SPARSITIES, value=0.9)
display(slider, widgets.interactive_output(show, {"S": slider}))
"""
LABORATORY_CELL = "import toymodels as tm\np = tm.Laboratory()\np"
KERNEL_LABORATORY_CELL = (
    "import toymodels as tm\np = tm.Playground(budget=10**7)\np._converged = lambda: False\np"
)
LAST_WITH_KERNEL_LABORATORY_CELL = "0b2e5ba"

SLIDER = ".jp-OutputArea-output :is(.toymodels-explorer input, .noUi-handle)"
# `look` is asked after each frame's drawing: a message comes when all callbacks of the frame are done
FRAMES = """
  const eachFrame = look => new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    const next = () => requestAnimationFrame(() => port2.postMessage(null));
    port1.onmessage = () => look() ? resolve(performance.now()) : next();
    next();
  });
"""
WATCH = (
    """(settled) => {"""
    + FRAMES
    + """
  const image = () => [...document.querySelectorAll('.jp-OutputArea-output img')].find(i => i.offsetParent);
  const loaded = image => image?.complete && image.naturalWidth ? image.src : undefined;
  // an explorer tells the position that it drew last; a picture has a new address
  const explorer = () => document.querySelector('.toymodels-explorer');
  const shown = () => explorer()?.dataset.position ?? loaded(image());
  const label = () => document.querySelector('.jp-OutputArea-output .widget-readout').innerText;
  const text = () => [...document.querySelectorAll('.jp-OutputArea-output .widget-html')].at(-1)?.innerText;
  const before = shown();
  let pressed = null;
  document.addEventListener('keydown', e => { pressed = e.timeStamp }, {capture: true, once: true});
  const there = () => shown() !== undefined && shown() !== before;
  const look = () => pressed !== null && there() && (!settled || text().includes(`S = ${label()}:`));
  window.answer = eachFrame(look).then(now => now - pressed);
}"""
)


def latencies(lab, settled=False):
    """Press arrow keys back and forth over the whole slider; milliseconds of each press."""
    page, times = lab.page, []
    handle = page.locator(SLIDER).first
    handle.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(1000)
    for k in range(PRESSES):
        page.evaluate(WATCH, settled)
        page.keyboard.press("ArrowRight" if (k // 20) % 2 == 0 else "ArrowLeft")
        times.append(page.evaluate("() => window.answer"))
        page.wait_for_timeout(120 + 13 * (k % 7))
    return times


def report(name, times):
    ordered = sorted(times)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    print(
        f"{name:34s} median {statistics.median(times):6.0f} ms   95th percentile {p95:6.0f} ms",
        flush=True,
    )
    return statistics.median(times)


LABORATORY_ROOT = ".jp-OutputArea-output .toymodels-laboratory"
# The sparsity that the picture was drawn with is the one that the slider was moved to
CHANGE = (
    """async k => {"""
    + FRAMES
    + """
  const root = document.querySelector(".toymodels-laboratory");
  const slider = root.querySelector(".dial input");
  slider.value = +slider.value + (k % 40 < 20 ? -1 : 1);
  const begin = performance.now();
  slider.dispatchEvent(new Event("input"));
  const wanted = +root.querySelector(".dial output").textContent;
  return await eachFrame(() => JSON.parse(root.dataset.shown).sparsity === wanted) - begin;
}"""
)
# From the pointer's move to another loss in the words
DRAGGED = (
    """() => {"""
    + FRAMES
    + """
  const says = document.querySelector(".says");
  const before = says.textContent;
  let moved = null;
  document.addEventListener("pointermove", e => { moved = e.timeStamp }, { capture: true, once: true });
  const look = () => moved !== null && says.textContent !== before;
  window.answer = eachFrame(look).then(now => now - moved);
}"""
)
# It comes to rest after its schedule: Train is pressed again at once
WATCHED = """async seconds => {
  const root = document.querySelector(".toymodels-laboratory");
  const start = root.querySelector("button.start");
  const begin = performance.now();
  let pictures = 0, steps = 0, before = +root.dataset.taken;
  while (performance.now() - begin < 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    if (start.textContent.includes("Train")) start.click();
    if (+root.dataset.taken === before) continue;
    pictures += 1;
    steps += Math.max(0, +root.dataset.taken - before);
    before = +root.dataset.taken;
  }
  const passed = (performance.now() - begin) / 1000;
  return [pictures / passed, steps / passed];
}"""
RESET = """async steps => {
  const root = document.querySelector(".toymodels-laboratory");
  const begin = performance.now();
  [...root.querySelectorAll("button")].find(b => b.textContent === "reset").click();
  while (+root.dataset.taken >= steps) await new Promise(requestAnimationFrame);
  while (+root.dataset.taken < steps) await new Promise(requestAnimationFrame);
  return (performance.now() - begin) / 1000;
}"""
TRAINED = """async steps => {
  const { responder } = await import("./parts.js");
  const set = { sparsity: Array(40).fill(0.9), hiddenReLU: false, outputReLU: true,
    importance: Array.from({ length: 40 }, (_, i) => 1 - (0.9 * i) / 39) };
  const respond = responder();
  let ask = { fresh: { n: 40, m: 5, seed: 0 }, set, schedule: { lr: 0.03, steps: 2000, batch: 128 } };
  return steps.map(most => { const a = respond({ ...ask, most }); ask = {}; return [[...a.W], [...a.b]]; });
}"""


def steps_until_trained(page):
    """After how many steps the laboratory's first seed is within 3% of tm.train's loss, and stays there."""
    every = 100
    found = page.evaluate(TRAINED, [every] * 20)
    features, importance = tm.SparseFeatures(40, 0.9), tm.linear_importance(40)
    model = tm.ReLUOutputModel(40, 5, seed=0)
    tm.train(model, features, importance, progress=False)
    ours = tm.mean_loss(model, features, importance)
    near = []
    for W, b in found:
        theirs = tm.ReLUOutputModel.from_weights(torch.tensor(W).reshape(40, 5).mT, torch.tensor(b))
        near.append(bool(tm.mean_loss(theirs, features, importance) < 1.03 * ours))
    assert near[-1], "the laboratory's model is not as good as tm.train's"
    return every * (1 + max((k + 1 for k, good in enumerate(near) if not good), default=0))


def share_of_a_core(browser, page, seconds=5):
    """What all of Chromium's processes take of one core."""
    session = browser.new_browser_cdp_session()

    def used():
        return sum(p["cpuTime"] for p in session.send("SystemInfo.getProcessInfo")["processInfo"])

    begin = used()
    page.wait_for_timeout(1000 * seconds)
    return (used() - begin) / seconds


@contextmanager
def checkout(commit):
    """An earlier version of the repository in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", ROOT, "worktree"]
        subprocess.run([*git, "add", "--detach", folder, commit], check=True, capture_output=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", folder], check=True)


@contextmanager
def lab_page(browser, environment=None):
    """JupyterLab and a page on it; `open_and_run(name, cell, until)` runs one cell there."""
    with (
        patch.dict(os.environ, environment or {}),
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as (address, token, _),
    ):
        page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        lab = Lab(page, address, token, Path(folder) / "notebooks")

        def open_and_run(name, cell, until):
            lab.open(lab.write(name, cell))
            lab.run_all()
            page.locator(until).first.wait_for()
            page.wait_for_timeout(1000)

        lab.open_and_run = open_and_run
        yield lab
        lab.shut_down_kernels()
        page.context.close()  # its laboratory would go on training


def measure_sliders(lab):
    lab.open_and_run("explorer.ipynb", EXPLORER, SLIDER)
    explorer = report("explorer", latencies(lab))
    lab.open_and_run("usual.ipynb", USUAL, SLIDER)
    usual = report("interactive_output + plt.show()", latencies(lab))
    print(f"{'explorer is faster by':34s} {usual / explorer:.1f} times")


def measure_laboratory(lab):
    page = lab.page
    lab.open_and_run("laboratory.ipynb", LABORATORY_CELL, LABORATORY_ROOT + "[data-taken]")
    runs = [page.evaluate(WATCHED, 10) for _ in range(5)]
    pictures, steps = (statistics.median(column) for column in zip(*runs, strict=True))
    print(
        f"{'laboratory':34s} {pictures:.0f} pictures and {steps:.0f} steps a second (medians of 5 runs)"
    )
    times = []
    page.evaluate(f"() => {{ ({WATCHED})(1000); }}")
    for k in range(PRESSES):
        times.append(page.evaluate(CHANGE, k))
        page.wait_for_timeout(40 + 13 * (k % 7))
    report("laboratory, while it trains", times)


def measure_web_page(browser):
    """Without JupyterLab around it: what the laboratory alone takes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        web_server(WebPage) as address,
        web_page(browser, address) as page,
    ):
        bundle_tests(Path(folder))
        WebPage.parts = Path(folder) / "parts.js"
        page.open()
        page.wait_for_timeout(4000)
        needed = steps_until_trained(page)
        seconds = statistics.median(page.evaluate(RESET, needed) for _ in range(5))
        print(f"{'from reset to tm.train + 3%':34s} {seconds:.2f} s ({needed} steps)")
        page.wait_for_timeout(4000)
        print(f"{'at rest, share of a core':34s} {share_of_a_core(browser, page):.1%}")
        page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
        page.get_by_role("slider", name="steps a picture").press("Home")
        page.locator("button.start").click()
        page.evaluate("() => { document.body.style.paddingTop = '9000px'; window.scrollTo(0, 0); }")
        page.wait_for_timeout(1000)
        print(f"{'off the screen, share of a core':34s} {share_of_a_core(browser, page):.1%}")


def measure_drag(browser):
    """A pentagon's arrow, made shorter and longer by the mouse: when does the loss follow?"""
    with web_server(WebPage) as address, web_page(browser, address) as page:
        page.add_init_script(PLANE)
        page.open(**PENTAGON)
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(1000)
        page.mouse.move(*tip(page, 0))
        begin, _ = place(page, 0)
        page.mouse.down()
        times = []
        for k in range(PRESSES):
            length = 0.3 + 0.02 * abs((k + 10) % 40 - 20)  # each has another loss
            x, y = at(page, begin, length)
            page.evaluate(DRAGGED)
            page.mouse.move(x, y)
            times.append(page.evaluate("() => window.answer"))
            page.wait_for_timeout(40 + 13 * (k % 7))
        report("drag of an arrow, to the new loss", times)


def measure_kernel_laboratory(lab):
    page = lab.page
    lab.open_and_run("laboratory.ipynb", KERNEL_LABORATORY_CELL, SLIDER)
    page.locator("button:has-text('start')").first.click()
    page.wait_for_timeout(1000)
    report("kernel laboratory, while it trains", latencies(lab, settled=True))
    lab.evaluate(
        "import time; pictures = [0]\n"
        "p.image.observe(lambda c: pictures.__setitem__(0, pictures[0] + 1), 'value')\n"
        "begin = time.monotonic(), p.steps_taken"
    )
    page.wait_for_timeout(10_000)
    live = "t = time.monotonic() - begin[0]; (pictures[0] / t, (p.steps_taken - begin[1]) / t)"
    pictures, steps = json.loads(lab.evaluate(live).replace("(", "[").replace(")", "]"))
    print(
        f"{'kernel laboratory':34s} {pictures:.0f} pictures and {steps:.0f} steps a second (batch 512)"
    )


def main():
    with launch_chromium() as browser:
        with lab_page(browser) as lab:
            measure_sliders(lab)
            measure_laboratory(lab)
        measure_drag(browser)
        measure_web_page(browser)
        known = ["git", "-C", ROOT, "cat-file", "-e", LAST_WITH_KERNEL_LABORATORY_CELL]
        if subprocess.run(known, capture_output=True).returncode:
            print("the kernel laboratory is not measured: its commit is not in this copy's history")
            return
        with (
            checkout(LAST_WITH_KERNEL_LABORATORY_CELL) as old,
            lab_page(browser, {"PYTHONPATH": old}) as lab,
        ):
            measure_kernel_laboratory(lab)


if __name__ == "__main__":
    main()
