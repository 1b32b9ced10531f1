"""How long from a key press to changed pixels? In a real JupyterLab with a real Chromium.

    python benchmarks/latency.py [presses]

Three sliders over the same 21 sparsities: the explorer; the usual way, `interactive_output` and
`plt.show()`, which draws no more than the explorer's three heatmaps; and the playground while it trains.
The clock starts with the browser's key event and stops in the first frame in which the new picture is
there; for the playground that is the first picture drawn after the kernel saw the change. Last, the
playground's pictures per second and what drawing costs its training.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.browser.lab import Lab, launch_chromium, running_server

PRESSES = int(sys.argv[1]) if len(sys.argv) > 1 else 60

EXPLORER = "import toymodels as tm\ntm.explore_gram()"
USUAL = """
import ipywidgets as widgets, matplotlib.pyplot as plt, toymodels as tm
from toymodels import SPARSITIES
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
PLAYGROUND = (
    "import toymodels as tm\np = tm.Playground(budget=10**7)\np._converged = lambda: False\np"
)

SLIDER = ".jp-OutputArea-output :is(.toymodels-explorer input, .noUi-handle)"
WATCH = """(settled) => {
  const image = () => [...document.querySelectorAll('.jp-OutputArea-output img')].find(i => i.offsetParent);
  const loaded = image => image?.complete && image.naturalWidth ? image.src : undefined;
  // an explorer's canvas tells its position; a picture has a new address
  const canvas = () => document.querySelector('.toymodels-explorer canvas');
  const shown = () => canvas()?.dataset.position ?? loaded(image());
  const label = () => document.querySelector('.jp-OutputArea-output .widget-readout').innerText;
  const text = () => [...document.querySelectorAll('.jp-OutputArea-output .widget-html')].at(-1)?.innerText;
  const before = shown();
  let pressed = null;
  document.addEventListener('keydown', e => { pressed = e.timeStamp }, {capture: true, once: true});
  window.answer = new Promise(resolve => {
    const look = () => {
      const there = shown() !== undefined && shown() !== before;
      if (pressed !== null && there && (!settled || text().includes(`S = ${label()}:`)))
        resolve(performance.now() - pressed);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""


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


def main():
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as (address, token, _),
        launch_chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        lab = Lab(page, address, token, Path(folder) / "notebooks")

        def open_and_run(name, cell):
            lab.open(lab.write(name, cell))
            lab.run_all()
            page.locator(SLIDER).first.wait_for()
            page.wait_for_timeout(1000)

        open_and_run("explorer.ipynb", EXPLORER)
        explorer = report("explorer", latencies(lab))
        open_and_run("usual.ipynb", USUAL)
        usual = report("interactive_output + plt.show()", latencies(lab))
        print(f"{'explorer is faster by':34s} {usual / explorer:.1f} times")
        open_and_run("playground.ipynb", PLAYGROUND)
        page.locator("button:has-text('start')").first.click()
        page.wait_for_timeout(1000)
        report("playground, while it trains", latencies(lab, settled=True))
        lab.evaluate(
            "import time; pictures = [0]\n"
            "p.image.observe(lambda c: pictures.__setitem__(0, pictures[0] + 1), 'value')\n"
            "begin = time.monotonic(), p.steps_taken"
        )
        page.wait_for_timeout(5000)
        live, fps = eval(
            lab.evaluate(
                "t = time.monotonic() - begin[0]; ((p.steps_taken - begin[1]) / t, pictures[0] / t)"
            )
        )
        lab.evaluate(
            "p._pause(''); begin = time.monotonic(), p.steps_taken; p._advance(1e9, seconds=4)"
        )
        alone = float(lab.evaluate("(p.steps_taken - begin[1]) / (time.monotonic() - begin[0])"))
        print(
            f"{'playground':34s} {fps:.1f} pictures a second, {live / alone:.0%} of the speed without"
        )
        lab.shut_down_kernels()


if __name__ == "__main__":
    main()
