"""Sliders over a model of the reader's own, in a real JupyterLab, with chapter 3's own cells."""

from statistics import median

import nbformat
import pytest

from .lab import NOTEBOOKS

CHAPTER = "03_linear_vs_relu.ipynb"
MOST = 0.5  # seconds of computing for a picture; waiting depends on what else the machine does
PRESSES = 8
PICTURE = ".jp-OutputArea-output .widget-output img"
HANDLE = ".jp-OutputArea-output .noUi-handle"
# Presses a key, and resolves when another picture is there and decoded: the milliseconds that it took.
PRESS = """async key => {
  const before = document.querySelector('.jp-OutputArea-output .widget-output img').src;
  const handle = document.activeElement;
  const begun = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  for (;;) {
    const image = document.querySelector('.jp-OutputArea-output .widget-output img');
    if (image && image.src !== before) {
      await image.decode();
      return performance.now() - begun;
    }
    if (performance.now() - begun > 20000) return null;
    await new Promise(requestAnimationFrame);
  }
}"""


def cells():
    """What the sliders need of the chapter: imports, sizes, the class, the function."""
    notebook = nbformat.read(NOTEBOOKS / CHAPTER, as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    own = next(k for k, source in enumerate(code) if "class MyModel" in source)
    assert "@interact" in code[own + 1]
    sizes = next(source for source in code if source.startswith("n, m = "))
    return code[0], sizes, code[own], code[own + 1]


@pytest.fixture(scope="module")
def sliders(shared_lab):
    shared_lab.open(shared_lab.write("own.ipynb", *cells()))
    shared_lab.run_all()
    shared_lab.page.locator(PICTURE).wait_for()
    shared_lab.until(lambda: shared_lab.page.locator(HANDLE).count() == 2)
    return shared_lab


def shown(lab):
    """The sliders' values and the picture."""
    values = lab.page.locator(".jp-OutputArea-output .widget-readout").all_inner_texts()
    return values, lab.page.locator(PICTURE).get_attribute("src")


@pytest.mark.parametrize(("which", "name"), [(0, "S"), (1, "m")])
def test_a_key_on_either_slider_trains_and_draws_anew(sliders, which, name):
    before = shown(sliders)
    sliders.page.locator(HANDLE).nth(which).focus()
    took = [sliders.page.evaluate(PRESS, "ArrowLeft") for _ in range(PRESSES // (1 + which))]
    assert None not in took
    print(
        f"{name}: from key to picture, median {median(took):.0f} ms of {sorted(map(round, took))}"
    )
    after = shown(sliders)
    changed = [one != other for one, other in zip(before[0], after[0], strict=True)]
    assert changed == [k == which for k in range(2)]


def test_a_picture_takes_little_computing(sliders):
    """Then it follows the slider within half a second, as long as nothing else runs."""
    call = "begun = time.process_time(); train_and_draw(0.9, 5); time.process_time() - begun"
    took = [float(sliders.evaluate(f"import time; {call}")) for _ in range(5)]
    print(f"computing: median {median(took):.2f} s")
    assert median(took) < MOST


def test_while_a_slider_is_dragged_nothing_is_trained_and_then_once(sliders):
    page = sliders.page
    handle = page.locator(HANDLE).first
    handle.scroll_into_view_if_needed()
    values, picture = shown(sliders)
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x - 12 * step, y)
        page.wait_for_timeout(100)
    assert shown(sliders)[1] == picture
    page.mouse.up()
    sliders.until(lambda: page.locator(PICTURE).count() and shown(sliders)[1] != picture)
    assert shown(sliders)[0][0] != values[0]
    assert page.locator(PICTURE).count() == 1
