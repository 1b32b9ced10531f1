"""The students' edition holds no solution; tests/browser/test_chapters.py runs it."""

import html
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from tools.notebooks import ours

ROOT = Path(__file__).parent.parent
NAMES = [path.name for path in ours()]


def write(folder, *address):
    command = [sys.executable, "-m", "book.handouts", str(folder), *address]
    subprocess.run(command, check=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def handouts(tmp_path_factory):
    return write(tmp_path_factory.mktemp("handouts"))


@pytest.mark.parametrize("name", NAMES)
def test_a_handout_holds_no_solution_and_no_output(handouts, name):
    notebook = nbformat.read(handouts / name, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "_solution" not in text and "A solution is folded" not in text
    assert "For the teacher" not in text
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_one_page_to_print_holds_every_cell_of_the_students_edition_and_no_more(handouts):
    page = (handouts / "to_print.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|src=", page)
    cells = [cell for name in NAMES for cell in nbformat.read(handouts / name, as_version=4).cells]
    assert len(re.findall(r'<div class="cell [^"]*code_cell', page)) == sum(
        cell.cell_type == "code" for cell in cells
    )
    assert page.count("<section>") == len(NAMES)
    said = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "tm.explore.gram()" in said and "share_of_zeros = None" in said
    assert "_solution" not in said and "For the teacher" not in said
    assert "(Picture: Dimensions per feature against sparsity for 400 features" in said


def test_whatever_a_handout_shows_or_links_comes_with_it(handouts):
    for name in NAMES:
        cells = nbformat.read(handouts / name, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([\w.]+)\)", text):
            assert (handouts / target).exists(), f"{name} names {target}"


def test_the_lessons_screens_are_pictures_for_slides(handouts):
    pictures = sorted((handouts / "screens").iterdir())
    assert [path.name for path in pictures] == [f"{k}.png" for k in range(1, 7)]
    for path in pictures:
        width, height = Image.open(path).size
        assert width >= 1200 and height >= 500


def test_an_address_gives_a_cell_that_installs_what_is_missing(tmp_path):
    write(tmp_path, "https://example.org/course")
    for name in NAMES:
        first = nbformat.read(tmp_path / name, as_version=4).cells[0].source
        assert "%pip install --quiet git+https://example.org/course" in first
        assert 'find_spec("toymodels") is None' in first
