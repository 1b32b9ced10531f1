"""Explorers and playground in a real JupyterLab: dragged, keyed, played, abused."""

import re
import time

import pytest

from .lab import VISIBLE_WIDTH

START = "import hashlib, psutil, time\nimport toymodels as tm"
EXPLORER = (
    "e = tm.explore_gram(8, 2, [tm.LinearModel, tm.ReLUModel], [i / 20 for i in range(20)], steps=40)\n"
    "[hashlib.sha256(frame).hexdigest() for frame in e.frames]"
)
HANDLE = ".jp-OutputArea-output .noUi-handle"
IMAGE = ".jp-OutputArea-output img"
MEMORY = "print('MEMORY', psutil.Process().memory_info().rss / 2**20)"
SHOWN = """async () => {
  const images = [...document.querySelectorAll('.jp-OutputArea-output img')].filter(i => i.offsetParent);
  const image = images[0];
  await image.decode();
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map(b => b.toString(16).padStart(2, '0')).join('');
}"""


def outputs(lab):
    return lab.page.locator(".jp-OutputArea-output").all_inner_texts()


def memory(lab):
    return float(re.findall(r"MEMORY ([\d.]+)", "\n".join(outputs(lab)))[-1])


class Shown:
    """What an explorer shows now: slider label, text and picture must agree."""

    def __init__(self, lab):
        self.page = lab.page
        self.hashes = re.findall(r"'([0-9a-f]{64})'", "\n".join(outputs(lab)))

    def label(self):
        return self.page.locator(".widget-readout").first.inner_text()

    def agree(self):
        label = self.label()
        position = round(float(label) * 20)
        assert (
            f"S = {label}:"
            in self.page.locator(".jp-OutputArea-output [aria-live=polite]").first.inner_text()
        )
        assert self.page.evaluate(SHOWN) == self.hashes[position]
        return position


@pytest.fixture
def explorer(lab, request):
    lab.open(lab.write(f"{request.node.name}.ipynb", START, EXPLORER, "e", "time.sleep(0)"))
    lab.run_all()
    lab.page.locator(HANDLE).first.wait_for()
    return Shown(lab)


def test_keys_drag_play_and_choice(explorer):
    page, handle = explorer.page, explorer.page.locator(HANDLE).first
    assert explorer.agree() == 0
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert explorer.agree() == 3
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    assert explorer.agree() == 0
    box = page.locator(".noUi-base").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(*[handle.bounding_box()[k] + 5 for k in "xy"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], middle, steps=30)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert explorer.agree() == 19
    widths = []
    for choice in (1, 2, 0):
        page.locator(".widget-toggle-button").nth(choice).click()
        page.wait_for_timeout(200)
        assert explorer.agree() == 19
        widths.append(page.evaluate(VISIBLE_WIDTH))
    assert widths[2] == pytest.approx(widths[0] + widths[1], abs=2)  # each column, then the whole
    handle.focus()
    page.keyboard.press("Home")
    page.locator(".widget-play button").first.click()
    page.wait_for_function("() => +document.querySelector('.widget-readout').innerText >= 0.2")
    page.locator(".widget-play button").first.click()  # pause
    page.wait_for_timeout(600)
    stopped = explorer.agree()
    page.wait_for_timeout(900)
    assert explorer.agree() == stopped


def test_three_hundred_events_end_at_the_sliders_value(explorer):
    page = explorer.page
    explorer.page.locator(HANDLE).first.focus()
    start = time.monotonic()
    for k in range(300):
        page.keyboard.press("ArrowRight" if (k // 17) % 2 == 0 else "ArrowLeft")
        page.wait_for_timeout(10)
    assert time.monotonic() - start < 30
    page.wait_for_timeout(500)
    explorer.agree()


def test_it_moves_while_another_cell_runs(explorer, lab):
    lab.page.evaluate(
        "() => { const k = jupyterapp.shell.currentWidget.sessionContext.session.kernel;"
        " window.busy = k.requestExecute({code: 'import time; time.sleep(6)'}).done; }"
    )
    lab.page.wait_for_timeout(300)
    explorer.page.locator(HANDLE).first.focus()
    for expected in (1, 2, 3):
        explorer.page.keyboard.press("ArrowRight")
        explorer.page.wait_for_timeout(150)
        assert explorer.agree() == expected
    assert lab.state()["status"] == "busy"
    lab.page.evaluate("() => window.busy")
    assert explorer.agree() == 3


def test_the_kernel_learns_the_position(explorer, lab):
    explorer.page.locator(HANDLE).first.focus()
    explorer.page.keyboard.press("Home")
    explorer.page.keyboard.press("ArrowRight")
    explorer.page.wait_for_timeout(500)
    assert "'0.05'" in lab.evaluate("e.slider.value")


def test_interrupt_and_restart(explorer, lab):
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    lab.page.wait_for_timeout(500)
    explorer.page.locator(HANDLE).first.focus()
    explorer.page.keyboard.press("ArrowRight")
    explorer.page.wait_for_timeout(200)
    assert explorer.agree() == 1
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    lab.page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )
    lab.run_all()
    lab.page.locator(HANDLE).first.wait_for()
    explorer.page.locator(HANDLE).first.focus()
    explorer.page.keyboard.press("ArrowRight")
    explorer.page.wait_for_timeout(200)
    assert Shown(lab).agree() == 1


def test_running_the_cells_ten_times_keeps_memory(lab):
    playground = "p = tm.Playground(8, 2, budget=300); p.start.click(); p"
    lab.open(lab.write("ten_times.ipynb", START, EXPLORER, "e", playground, MEMORY))
    lab.run_all()
    lab.run_all()
    before = memory(lab)
    for _ in range(10):
        lab.run_all()
    lab.page.wait_for_timeout(500)
    assert memory(lab) - before < 30
    lab.page.locator(HANDLE).first.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_timeout(200)
    Shown(lab).agree()
