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
        assert "not attempted" in said and "✓" not in said and "✗" not in said, source
