"""Write the students' edition: every notebook without solutions, and without stored outputs.

python -m book.handouts folder [address] [--laboratory address]      (`make handouts`)

It is written as notebooks and as one page to print. For the teacher there are the lesson's screens, as
pictures for slides, and its notes and keys as a page to print.
"""

import argparse
import base64
import copy
import io
import re
from pathlib import Path

import nbformat
import numpy as np
import segno
from latex2mathml.converter import convert
from matplotlib.figure import Figure
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

from tools.notebooks import NOTEBOOKS, ours

LESSON = NOTEBOOKS / "lesson_50_minutes.ipynb"
INSTALL = """# Installs the course where it is missing, as in Colab
from importlib.util import find_spec

if find_spec("toymodels") is None:
    %pip install --quiet git+{address}"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Superposition, in toy models: {title}</title>
<style>
body {{ max-width: 44em; margin: 1em auto; padding: 0 1em; font: 11pt/1.4 Georgia, serif; }}
section {{ break-before: page; }}
h1, h2, h3 {{ break-after: avoid; font-family: sans-serif; line-height: 1.2; }}
.code_cell {{ break-inside: avoid; margin: 0.8em 0; border: 1px solid #999; padding: 0 0.6em; }}
pre {{ font: 9pt/1.35 monospace; white-space: pre-wrap; }}
summary::after {{ content: " (folded; in the notebook)"; font-style: italic; }}
img {{ width: 16em; }}
</style>
<h1>Superposition, in toy models</h1>
<p>{words}</p>
{body}
</html>
"""


# Code, which stays as it is, or a formula on lines of its own, or one in the text
FORMULA = re.compile(r"(```.*?```|`[^`]*`)|\$\$(.+?)\$\$|\$(\S|\S[^$]*?\S)\$", re.S)
QUIET_ZONE = 4  # squares of white that a QR code needs around it


def handout(path: Path) -> nbformat.NotebookNode:
    """The notebook as students get it."""
    notebook = nbformat.read(path, as_version=4)
    for step in (TagRemovePreprocessor(remove_cell_tags={"solution"}), ClearOutputPreprocessor()):
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def to_print(notebooks: list[nbformat.NotebookNode]) -> str:
    """All of them as one page of HTML that needs nothing around it."""
    sections = [f"<section>\n{in_html(without_pictures(n))}\n</section>" for n in notebooks]
    words = "Students' edition, without answers. Pictures and sliders are in the notebooks."
    return PAGE.format(title="students' edition", words=words, body="\n".join(sections))


def notes_to_print(lesson: nbformat.NotebookNode) -> str:
    """The lesson's notes and keys for the teacher, below the headings and beside small screens."""
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
            text = cell.source.splitlines()[0]
        else:
            continue
        cells.append(nbformat.v4.new_markdown_cell(text))
    body = in_html(nbformat.v4.new_notebook(cells=cells))
    return PAGE.format(
        title="notes for the lesson", words="Notes and keys for the teacher.", body=body
    )


def in_html(notebook: nbformat.NotebookNode) -> str:
    """The notebook's cells in HTML, with formulas typeset."""
    exporter = HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_anchor_links=True
    )
    plain, formulas = without_formulas(notebook)
    body, _ = exporter.from_notebook_node(plain)
    return re.sub(r"FORMULA(\d+)X", lambda found: formulas[int(found[1])], body)


def without_pictures(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy in which a picture of the text is its description: the page needs nothing around it."""
    copied = copy.deepcopy(notebook)
    for cell in copied.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"!\[([^\]]+)\]\([^)]+\)", r"*(Picture: \1)*", cell.source)
    return copied


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
    cells = nbformat.read(path, as_version=4).cells
    shown = [cell for cell in cells if "screen" in cell.metadata.get("tags", [])]
    pictures = [
        output.data["image/png"] for cell in shown for output in cell.outputs if "data" in output
    ]
    return [base64.b64decode(picture) for picture in pictures]


def write(folder: Path, address: str = "", laboratory: str = "") -> None:
    """Write all handouts, and what they link: the page of symbols, stored pictures."""
    handouts = {path.name: handout(path) for path in ours()}
    files = {f"screens/{k}.png": picture for k, picture in enumerate(screens(LESSON))}
    if laboratory:
        files["screens/0.png"] = first_screen(laboratory)
    for beside in (NOTEBOOKS / "summary.md", *NOTEBOOKS.glob("*.png")):
        files[beside.name] = beside.read_bytes()
    files["screens/notes.html"] = notes_to_print(nbformat.read(LESSON, as_version=4)).encode()
    files["to_print.html"] = to_print(list(handouts.values())).encode()
    for name, notebook in handouts.items():
        if address:
            notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(address=address)))
        files[name] = f"{nbformat.writes(notebook)}\n".encode()
    (folder / "screens").mkdir(parents=True, exist_ok=True)
    for name, content in sorted(files.items()):
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "address",
        nargs="?",
        default="",
        help="of the course's repository: notebooks then begin with a cell that installs it, as in Colab",
    )
    parser.add_argument(
        "--laboratory", default="", help="address of its page, for the lesson's first screen"
    )
    write(**vars(parser.parse_args()))
