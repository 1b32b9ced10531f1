"""Run All in the students' edition of every chapter, in a real JupyterLab: no check is attempted then."""

import nbformat
import pytest

from book.handouts import handout
from tools.notebooks import ours

SAID = """() => jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code')
  .map(cell => [cell.model.sharedModel.source, cell.model.outputs.toJSON()])
  .filter(([source]) => /^tm\\.check/m.test(source))
  .map(([source, outputs]) => [source, outputs.map(({data}) => data?.['text/plain'] ?? '').join('')])"""


@pytest.mark.parametrize("path", ours(), ids=lambda path: path.stem)
def test_run_all_finishes_without_error_and_nothing_is_attempted(shared_lab, path):
    name = f"students_{path.name}"
    nbformat.write(handout(path), shared_lab.folder / name)
    shared_lab.open(name)
    state = shared_lab.run_all()
    assert state["done"] == state["cells"] > 10
    checks = shared_lab.page.evaluate(SAID)
    original = path.read_text(encoding="utf-8")
    assert bool(checks) == ("tm.check." in original)
    for source, said in checks:
        assert "ot attempted" in said and "✓" not in said and "✗" not in said, source


PICTURES = """() => {
  const below = document.querySelector('#jp-main-statusbar').getBoundingClientRect().top;
  const frames = [...document.querySelectorAll('.toymodels-explorer .panel')];
  return [below, frames.map(frame => frame.getBoundingClientRect())];
}"""


@pytest.mark.parametrize(
    "name", ["01_what_is_a_feature.ipynb", "02_sparse_data.ipynb", "03_linear_vs_relu.ipynb"]
)
def test_a_chapter_opens_with_a_whole_picture_on_the_first_screen(lab, name):
    lab.page.set_viewport_size({"width": 1366, "height": 768})
    lab.open(name)
    lab.command("notebook:run-cell", wait=True)  # the title
    lab.page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    lab.command("notebook:run-cell", wait=True)
    lab.page.wait_for_selector(".toymodels-explorer .panel canvas")
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(0)")
    below, frames = lab.until(lambda: lab.page.evaluate(PICTURES))
    assert max(frame["height"] for frame in frames) >= 240  # rows of bars beside it are lower
    for frame in frames:
        assert frame["top"] > 0 and frame["bottom"] <= below
