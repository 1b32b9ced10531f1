"""Write the students' edition: every chapter without solutions, and without stored outputs.

python -m book.handouts folder [address] [--laboratory address]      (`make handouts`)

With the notebooks come a page of each to print, and the module as a file that pip installs. Beside the
folder, `lesson_for_the_teacher` gets the lesson's screens as pictures for slides, its notes and keys to
print, and the lesson for students, which a teacher gives away when it is over.
"""

import argparse
import base64
import copy
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import numpy as np
import segno
from latex2mathml.converter import convert
from matplotlib.figure import Figure
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ClearOutputPreprocessor

import toymodels as tm
from book.editions import for_students
from tools.notebooks import NOTEBOOKS, ours

LESSON = NOTEBOOKS / "lesson_50_minutes.ipynb"
ROOT = NOTEBOOKS.parent
# Colab has PyTorch and the rest, and pins parts of Jupyter that the course would replace
INSTALL = """# Installs the course where it is missing, as in Colab
import sys
from importlib.util import find_spec

in_colab = "google.colab" in sys.modules
if find_spec("toymodels") is None:
    options = "--quiet --no-deps" if in_colab else "--quiet"
    %pip install {{options}} {archive}
if in_colab:      # the laboratory is a widget of its own
    %pip install --quiet anywidget
    from google.colab import output
    output.enable_custom_widget_manager()"""
REQUIREMENTS = """# The course, and the versions that it was tested with
--constraint constraints.txt
./{wheel}
"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 44em; margin: 1em auto; padding: 0 1em; font: 11pt/1.4 Georgia, serif; }}
h1, h2, h3 {{ break-after: avoid; font-family: sans-serif; line-height: 1.2; }}
.code_cell {{ break-inside: avoid; margin: 0.8em 0; border: 1px solid #999; padding: 0 0.6em; }}
pre {{ font: 9pt/1.35 monospace; white-space: pre-wrap; }}
summary::after {{ content: " (folded; in the notebook)"; font-style: italic; }}
img {{ max-width: 100%; }}
{style}
</style>
{body}
</html>
"""
# Two sheets of A4, or of US letter, which is shorter
TWO_PAGES = """@page { margin: 10mm; }
body { max-width: none; margin: 0; padding: 0; columns: 2; column-gap: 7mm; font: 9.2pt/1.28 sans-serif; }
h1 { margin: 0 0 0.3em; font-size: 15pt; }
h2 { clear: both; margin: 0.9em 0 0.2em; font-size: 11.5pt; }
p, ul, ol { margin: 0.3em 0; }
ul, ol { padding-left: 1.5em; }
.cell:has(img) { break-after: avoid; }
img { display: block; max-height: 35mm; margin: 1mm 0; }"""
# A sheet for each section, in letters for the wall
SHEETS = """@page { size: landscape; }
body { font: 20pt/1.5 sans-serif; }
.cell { min-height: 95vh; break-after: page; }
li { margin: 0.6em 0; }"""


# Code, which stays as it is, or a formula on lines of its own, or one in the text
FORMULA = re.compile(r"(```.*?```|`[^`]*`)|\$\$(.+?)\$\$|\$(\S|\S[^$]*?\S)\$", re.S)
QUESTION = re.compile(r"^(\d\. |\*\*[A-Z]\.\*\* )", re.M)  # or a task: 1. or **A.**
QUIET_ZONE = 4  # squares of white that a QR code needs around it


def handout(path: Path) -> nbformat.NotebookNode:
    """The notebook as students get it: nothing is stored below a cell."""
    notebook, _ = ClearOutputPreprocessor().preprocess(for_students(read(path)), {})
    return notebook


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def to_print(notebook: nbformat.NotebookNode) -> str:
    """A chapter of the students' edition as a page of HTML that needs nothing around it."""
    shown = with_pictures(for_students(notebook))
    return PAGE.format(title=title(notebook), style="", body=in_html(shown))


def title(notebook: nbformat.NotebookNode) -> str:
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def with_pictures(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy in which the pictures of the text are in the text, and each picture is described."""

    def data(found: re.Match) -> str:
        alt, name = found.groups()
        content = base64.b64encode((NOTEBOOKS / name).read_bytes()).decode()
        return f"![{alt}](data:image/{Path(name).suffix[1:]};base64,{content})"

    copied = copy.deepcopy(notebook)
    for cell in copied.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"!\[([^\]]+)\]\(([\w.]+)\)", data, cell.source)
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.metadata["image/png"] = {"alt": cell.metadata.alt}
    return copied


def notes_to_print(lesson: nbformat.NotebookNode) -> str:
    """The lesson on two sheets for the teacher: minutes, small screens, what to say, keys, what to skip."""
    cells = []
    for cell in lesson.cells:
        tags = cell.metadata.get("tags", [])
        if "screen" in tags:
            picture = cell.outputs[0].data["image/png"]
            text = f'<img src="data:image/png;base64,{picture}" alt="{cell.metadata.alt}">'
        elif cell.cell_type == "markdown" and "solution" in tags:
            text = re.sub(r"<details><summary>(.*?)</summary>|</details>", r"**\1**", cell.source)
            text = text.replace("****", "")
        elif cell.source.startswith("## L."):
            heading, *lines = cell.source.splitlines()
            questions = [line for line in lines if re.match(r"\d\. ", line)]
            text = "\n".join([heading, "", *questions])
        else:
            continue
        cells.append(nbformat.v4.new_markdown_cell(text))
    while cells[-1].source.startswith("## L."):  # a section without notes
        cells.pop()
    cells.insert(0, nbformat.v4.new_markdown_cell("# Notes and keys for the lesson"))
    body = in_html(nbformat.v4.new_notebook(cells=cells))
    return PAGE.format(title="Notes and keys for the lesson", style=TWO_PAGES, body=body)


def questions_to_show(lesson: nbformat.NotebookNode) -> str:
    """The lesson's questions and tasks, without the keys, for the projector or to print."""
    asked = [
        c for c in lesson.cells if re.search(r"^## L\.", c.source) and QUESTION.search(c.source)
    ]
    body = in_html(nbformat.v4.new_notebook(cells=asked))
    return PAGE.format(title="Questions and tasks of the lesson", style=SHEETS, body=body)


def in_html(notebook: nbformat.NotebookNode) -> str:
    """The notebook's cells in HTML, with formulas typeset."""
    exporter = HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_anchor_links=True
    )
    plain, formulas = without_formulas(notebook)
    body, _ = exporter.from_notebook_node(plain)
    return re.sub(r"FORMULA(\d+)X", lambda found: formulas[int(found[1])], body)


def without_formulas(
    notebook: nbformat.NotebookNode,
) -> tuple[nbformat.NotebookNode, list[str]]:
    """A copy with the marks FORMULA0X, FORMULA1X, ... in the text, and what they stand for in MathML.

    A browser typesets MathML without a script, and so on paper, too.
    """
    formulas = []

    def mark(found: re.Match) -> str:
        code, own_line, in_text = found.groups()
        if code:
            return code
        formulas.append(convert(own_line or in_text, display="block" if own_line else "inline"))
        return f"FORMULA{len(formulas) - 1}X"

    copied = copy.deepcopy(notebook)
    for cell in copied.cells:
        if cell.cell_type == "markdown":
            cell.source = FORMULA.sub(mark, cell.source)
    return copied, formulas


def first_screen(laboratory: str) -> bytes:
    """PNG, the lesson's first screen with the laboratory's address, in type and as a QR code."""
    code = np.array([list(row) for row in segno.make(laboratory, micro=False).matrix])
    fig = Figure(figsize=(8, 4.5), dpi=160)
    fig.text(0.5, 0.86, "Sixteen things in five numbers", ha="center", fontsize=28)
    fig.text(0.5, 0.05, laboratory, ha="center", fontsize=min(24, 800 / len(laboratory)))
    ax = fig.add_axes((0.25, 0.14, 0.5, 0.68))
    ax.imshow(np.pad(code, QUIET_ZONE), cmap="binary", interpolation="nearest")
    ax.axis("off")
    picture = io.BytesIO()
    fig.savefig(picture, format="png")
    return picture.getvalue()


def screens(path: Path) -> list[bytes]:
    """PNG, the stored pictures of a notebook's cells with the tag `screen`."""
    cells = read(path).cells
    shown = [cell for cell in cells if "screen" in cell.metadata.get("tags", [])]
    pictures = [
        output.data["image/png"] for cell in shown for output in cell.outputs if "data" in output
    ]
    return [base64.b64decode(picture) for picture in pictures]


def wheel(folder: Path) -> Path:
    """The module as a file that pip installs, in the folder; older ones there are removed."""
    for old in folder.glob("toymodels-*.whl"):
        old.unlink()
    with TemporaryDirectory() as copied:  # a build leaves files behind
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copied)
        unneeded = shutil.ignore_patterns("node_modules", "src", "__pycache__")
        shutil.copytree(ROOT / "toymodels", Path(copied) / "toymodels", ignore=unneeded)
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
        subprocess.run([*build, str(folder), copied], check=True)
    (built,) = folder.glob("toymodels-*.whl")
    return built


def teachers(folder: Path) -> Path:
    """What is not for students lies beside their folder, so that nobody gives it away with the rest."""
    return folder.resolve().parent / "lesson_for_the_teacher"


def write(folder: Path, address: str = "", laboratory: str = "") -> None:
    """Write all handouts, and what they link: the page of symbols, stored pictures."""
    own = teachers(folder)
    for place in (folder / "to_print", own):
        place.mkdir(parents=True, exist_ok=True)
    files = {own / f"{k}.png": picture for k, picture in enumerate(screens(LESSON))}
    if laboratory:
        files[own / "0.png"] = first_screen(laboratory)
    files[own / "notes.html"] = notes_to_print(read(LESSON)).encode()
    files[own / "questions.html"] = questions_to_show(read(LESSON)).encode()
    for beside in (NOTEBOOKS / "summary.md", *NOTEBOOKS.glob("*.png")):
        files[folder / beside.name] = beside.read_bytes()
    for path in ours():
        notebook, page = handout(path), f"{path.stem}.html"
        if address:
            archive = f"{address}/archive/refs/tags/v{tm.__version__}.zip"
            notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(archive=archive)))
        files[(own if path == LESSON else folder) / path.name] = (
            f"{nbformat.writes(notebook)}\n".encode()
        )
        files[own / page if path == LESSON else folder / "to_print" / page] = to_print(
            read(path)
        ).encode()
    files[folder / "constraints.txt"] = (ROOT / "constraints.txt").read_bytes()
    files[folder / "requirements.txt"] = REQUIREMENTS.format(wheel=wheel(folder).name).encode()
    for path, content in sorted(files.items()):
        path.write_bytes(content)
        print(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "address",
        nargs="?",
        default="",
        help="of the course's repository: notebooks then begin with a cell that installs this version's tag",
    )
    parser.add_argument(
        "--laboratory", default="", help="address of its page, for the lesson's first screen"
    )
    write(**vars(parser.parse_args()))
