"""The students' edition holds no solution; tests/browser/test_chapters.py runs it."""

import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
import segno
from PIL import Image

import toymodels as tm
from book.handouts import INSTALL, first_screen, to_print
from tools.notebooks import ours

ROOT = Path(__file__).parent.parent
NAMES = [path.name for path in ours()]
LESSON = "lesson_50_minutes.ipynb"


def write(folder, *address):
    command = [sys.executable, "-m", "book.handouts", str(folder), *address]
    subprocess.run(command, check=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def handouts(tmp_path_factory):
    return write(tmp_path_factory.mktemp("made") / "handouts")


def notebook_in(handouts, name):
    """A handout; the lesson's lies beside the others, until it is over."""
    folder = handouts.with_name("lesson_for_the_teacher") if name == LESSON else handouts
    return nbformat.read(folder / name, as_version=4)


@pytest.mark.parametrize("name", NAMES)
def test_a_handout_holds_no_solution_and_no_output(handouts, name):
    notebook = notebook_in(handouts, name)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "_solution" not in text and "A solution is folded" not in text
    assert "For the teacher" not in text
    assert not any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_to_print_holds_every_cell_of_a_chapter_and_its_pictures(handouts, name):
    folder = (
        handouts.with_name("lesson_for_the_teacher") if name == LESSON else handouts / "to_print"
    )
    page = (folder / name.replace(".ipynb", ".html")).read_text(encoding="utf-8")
    assert not re.search(r"<script|<link", page)
    cells = notebook_in(handouts, name).cells
    assert len(re.findall(r'<div class="cell [^"]*code_cell', page)) == sum(
        cell.cell_type == "code" for cell in cells
    )
    said = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "_solution" not in said and "For the teacher" not in said
    pictures = re.findall(r"<img\b[^>]*>", page)
    assert pictures and all('src="data:image/' in picture for picture in pictures)
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)


def test_on_paper_nothing_answers_a_prediction(handouts):
    page = (handouts / "to_print" / "04_superposition_heatmaps.html").read_text(encoding="utf-8")
    stored = nbformat.read(ROOT / "notebooks" / "04_superposition_heatmaps.ipynb", as_version=4)
    shown = [cell for cell in stored.cells if cell.get("outputs") and "guess_" in cell.source]
    pictures = [o.data["image/png"] for cell in shown for o in cell.outputs if "data" in o]
    assert pictures and not [picture for picture in pictures if picture.strip() in page]
    assert page.count('class="yours"') >= len(shown)


def test_whatever_a_handout_shows_or_links_comes_with_it(handouts):
    for name in NAMES:
        cells = notebook_in(handouts, name).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([\w.]+)\)", text):
            assert (handouts / target).exists(), f"{name} names {target}"


def test_students_do_not_get_the_lesson_before_it_is_given(handouts):
    assert not [path for path in handouts.rglob("*") if "lesson" in path.name]


def test_the_lessons_screens_are_pictures_for_slides(handouts):
    pictures = sorted(handouts.with_name("lesson_for_the_teacher").glob("*.png"))
    assert [path.name for path in pictures] == [f"{k}.png" for k in range(7)]
    for path in pictures:
        width, height = Image.open(path).size
        assert width >= 1200 and height >= 400


def test_the_lessons_notes_are_a_page_to_print(handouts):
    page = (handouts.with_name("lesson_for_the_teacher") / "notes.html").read_text(encoding="utf-8")
    lesson = nbformat.read(ROOT / "notebooks" / "lesson_50_minutes.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    assert page.count("For the teacher,") == text.count("For the teacher,") > 9
    assert "Let <math" in page and "if you are late" in page  # a question of the quiz; what to skip
    assert page.count("<img ") == 7 and "<details" not in page and "**" not in page
    assert not re.search(r"<script|<link", page) and len(re.findall("<h2", page)) == 9


def test_the_lessons_questions_are_a_page_without_the_keys(handouts):
    page = (handouts.with_name("lesson_for_the_teacher") / "questions.html").read_text("utf-8")
    assert re.findall(r"<h2[^>]*>L\.(\d+)", page) == ["1", "5", "7", "9"]
    assert len(re.findall("<li>", page)) == 3 + 5 + 4
    assert len(re.findall(r"<strong>[ABC]\.", page)) == 3
    assert "Key" not in page and "For the teacher" not in page
    assert not re.search("<script|<link", page)


def test_formulas_are_typeset_on_paper_and_code_keeps_its_dollars():
    text = "Column $i$ of `a $b$ c`, and\n\n$$\\hat x = \\mathrm{ReLU}(W^\\top h + b)$$\n\nends at $1 - S$."
    page = to_print(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]))
    assert page.count("<math ") == 3 and page.count('display="block"') == 1
    assert "a $b$ c" in page and "FORMULA" not in page
    said = re.sub(r"<[^>]+>", "", page)
    assert "hat x" not in said and "ReLU" in said


def test_no_formula_of_the_course_stays_as_it_was_typed(handouts):
    pages = (handouts / "to_print").glob("*.html")
    page = "".join(path.read_text(encoding="utf-8") for path in pages)
    text = re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.S)
    assert "<math " in text and "FORMULA" not in text
    assert not re.search(r"\$|\\[a-zA-Z]+", text)


def test_the_first_screen_has_the_laboratorys_address_as_a_code():
    address = "https://example.org/book/laboratory.html"
    dark = np.array(Image.open(io.BytesIO(first_screen(address))).convert("L")) < 128
    drawn = dark[130:620, 320:960]  # between the title and the address
    rows, columns = (np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0))
    drawn = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    code = np.array([list(row) for row in segno.make(address, micro=False).matrix], dtype=bool)
    middles = (np.arange(len(code)) + 0.5) / len(code)
    seen = drawn[np.ix_(*((middles * size).astype(int) for size in drawn.shape))]
    assert (seen == code).all()


def test_an_address_gives_a_cell_that_installs_the_tag_of_this_version(tmp_path):
    handouts = write(tmp_path / "handouts", "https://example.org/course")
    archive = f"https://example.org/course/archive/refs/tags/v{tm.__version__}.zip"
    for name in NAMES:
        first = notebook_in(handouts, name).cells[0].source
        assert f"%pip install {{options}} {archive}" in first
        assert 'find_spec("toymodels") is None' in first


def test_the_cell_does_nothing_where_the_course_is_installed(tmp_path):
    """As IPython runs it; what it does in Colab is not tried anywhere."""
    cell = INSTALL.format(archive="https://example.org/none.zip")
    code = "from IPython.core.interactiveshell import InteractiveShell as S; import sys; "
    code += "result = S.instance().run_cell(sys.argv[1]); sys.exit(not result.success)"
    run = subprocess.run(
        [sys.executable, "-c", code, cell], capture_output=True, text=True, cwd=tmp_path
    )
    assert run.returncode == 0 and run.stdout == "", run.stdout


def test_the_folder_installs_itself(handouts, tmp_path):
    """What pip reads in the folder names the module's file, which has what the notebooks import."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*install, tmp_path, "-r", "requirements.txt"], cwd=handouts, check=True)
    code = "import toymodels as tm; tm.plot.gram, tm.Laboratory; print(tm.__file__, tm.__version__)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [str(tmp_path / "toymodels" / "__init__.py"), tm.__version__]
    assert (handouts / "constraints.txt").read_bytes() == (ROOT / "constraints.txt").read_bytes()
