"""Run All in every chapter, in a real JupyterLab."""

import pytest

from tests.test_notebooks import NOTEBOOKS


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS])
def test_run_all_finishes_without_error(shared_lab, name):
    shared_lab.open(name)
    state = shared_lab.run_all()
    assert state["done"] == state["cells"] > 10
