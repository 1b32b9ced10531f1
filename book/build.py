"""Build the web book: run the notebooks, take their moving parts into files, hand them to Sphinx.

python -m book.build [folder] [--edition students]      (default: book/_build; `make book`)

The pages are then in folder/html, those of the students' edition in folder/students. They fetch nothing from
elsewhere, and need no kernel: what moves in them is the explorers' own HTML, and the laboratory's script.
"""

import argparse
import base64
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import nbformat
from pybtex.database import parse_file

from book import front
from book.editions import for_students, page_for, teachers_own
from tools.notebooks import STATE, VIEW, executed, ours
from toymodels.explore.explorer import HINT, SCRIPT

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
LABORATORY = ROOT / "toymodels" / "frontend" / "bundles" / "laboratory-page.js"
MATHJAX = BOOK / "node_modules" / "mathjax" / "es5"
EXPLORER = "toymodels-explorer"
# Authors, year and title, as the last cell of a chapter names its sources
SOURCE = re.compile(r'[A-Z]\w+(?: et al\.| and [A-Z]\w+)? \d{4}, "([^"]+)"')
STILL = re.compile(r"\(stills/(\w+)/(\w+)\.png\)")
LONGEST_CELL = 300  # seconds; the slowest needs a tenth of it
EDITIONS = {"everything": "html", "students": "students"}  # and the folder of their pages
MODULE_FILES = {".py", ".js", ".json"}


def with_shared_script(page: str, address: str) -> str:
    """An explorer's HTML, with the script that all explorers share as a file.

    page: as Explorer makes it. address: of the folder of static files, from the page.
    """
    own = f"<script>\n{SCRIPT.strip()}\n"
    if own not in page or HINT not in page:
        raise ValueError(f"page must be an explorer's, with its script in it, got {page!r:.200}")
    page = page.replace(own, f'<script src="{address}/explorer.js"></script>\n<script>\n')
    return page.replace(HINT, "This is a still picture. With JavaScript it gets a slider.")


def place_of_laboratory(setting: dict, picture: str, alt: str) -> str:
    """Where the laboratory goes: its still picture, until book.js puts the live one there."""
    return (
        f'<div class="laboratory" data-setting="{html.escape(json.dumps(setting))}">'
        f'<img src="data:image/png;base64,{picture}" alt="{html.escape(alt)}">'
        "<p>This is a still picture. With JavaScript the network trains here.</p></div>"
    )


def cited(sources: str, bibliography: dict[str, str]) -> str:
    """The last cell of a chapter with authors and years as links to the bibliography.

    bibliography: title -> key. A title may be named by its beginning, with … at its end; one that is
    missing is an error.
    """

    def role(found: re.Match) -> str:
        beginning = found[1].removesuffix("…")
        keys = [key for title, key in bibliography.items() if title.startswith(beginning)]
        if len(keys) != 1:
            raise LookupError(f"references.bib has {len(keys)} titles that begin with {found[1]!r}")
        return f'{{cite:t}}`{keys[0]}`, "{found[1]}"'

    return SOURCE.sub(role, sources)


def titles(path: Path) -> dict[str, str]:
    """Title -> key of what is in a bibliography."""
    return {entry.fields["title"]: key for key, entry in parse_file(path).entries.items()}


def prepare(notebook: nbformat.NotebookNode, bibliography: dict[str, str]) -> None:
    """Make of an executed notebook what the book shows. bibliography: title -> key."""
    notebook.cells[-1].source = cited(notebook.cells[-1].source, bibliography)
    states = notebook.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook.cells:
        tags = cell.metadata.setdefault("tags", [])
        if cell.cell_type != "code":
            continue
        if "solution" in tags:
            tags.append("hide-cell")
        alt = cell.metadata.get("alt", "")
        cell.metadata["mystnb"] = {"image": {"alt": alt}}
        if "hide-input" in tags:
            cell.metadata["mystnb"] |= {
                "code_prompt_show": "Show the code",
                "code_prompt_hide": "Hide the code",
            }
        setting = None  # of a laboratory; its still picture is the next output
        for output in cell.outputs:
            data = output.get("data", {})
            if EXPLORER in data.get("text/html", ""):
                data["text/html"] = with_shared_script(data["text/html"], "../_static")
                data.pop("image/png", None)
            elif VIEW in data:
                setting = states[data[VIEW]["model_id"]]["state"].get("setting")
                data.clear()  # without a kernel the sliders of `interact` would be dead
            elif setting is not None:
                data["text/html"] = place_of_laboratory(setting, data.pop("image/png"), alt)
        cell.outputs = [o for o in cell.outputs if o.get("data") or o.get("name") == "stdout"]


def stills(index: str, folder: Path) -> None:
    """The pictures of the cards: `stills/<notebook>/<cell>.png` in the index is what that cell has stored."""
    for name, cell_id in STILL.findall(index):
        cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        outputs = [output for cell in cells if cell.id == cell_id for output in cell.outputs]
        pictures = [output.data["image/png"] for output in outputs if "data" in output]
        if len(pictures) != 1:
            raise LookupError(
                f"index.md takes its still from cell {cell_id} of {name}, which must have one "
                f"picture, got {len(pictures)}. Has the cell another id now?"
            )
        (folder / name).mkdir(parents=True)
        (folder / name / f"{cell_id}.png").write_bytes(base64.b64decode(pictures[0]))


def scripts(static: Path) -> None:
    """MathJax, and the laboratory as a plain script: pages opened as files may not import modules."""
    mathjax = static / "mathjax"
    shutil.copytree(MATHJAX / "output" / "chtml" / "fonts", mathjax / "output" / "chtml" / "fonts")
    shutil.copy(MATHJAX / "tex-chtml.js", mathjax)
    (static / "explorer.js").write_text(SCRIPT, encoding="utf-8")
    shutil.copy(LABORATORY, static)


def run(folder: Path) -> list[Path]:
    """The notebooks, executed, in the folder. What was run after the last change there is not run again."""
    folder.mkdir(parents=True, exist_ok=True)
    module = [path for path in (ROOT / "toymodels").rglob("*") if path.suffix in MODULE_FILES]
    changed = max(path.stat().st_mtime for path in module)
    done = [folder / path.name for path in ours()]
    stale = [
        path
        for path, to in zip(ours(), done, strict=True)
        if not to.exists() or to.stat().st_mtime < max(changed, path.stat().st_mtime)
    ]
    with ProcessPoolExecutor(2) as pool:  # a kernel trains on one core
        for path, notebook in zip(
            stale, pool.map(executed, stale, repeat(LONGEST_CELL)), strict=True
        ):
            nbformat.write(notebook, folder / path.name)
    return done


def sources(folder: Path, notebooks: list[Path], edition: str) -> None:
    """Everything that Sphinx reads. notebooks: executed ones."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BOOK / "pages", folder)
    shutil.copy(BOOK / "conf.py", folder)
    static = folder / "_static"
    shutil.copytree(BOOK / "static", static)
    scripts(static)
    left_out = choose_pages(folder, edition)
    stills((folder / "index.md").read_text(encoding="utf-8"), folder / "stills")
    opening = front.picture()
    moving = with_shared_script(opening.html, "_static")
    (folder / "front.html").write_text(front.section(opening, moving), encoding="utf-8")
    chapters = folder / "notebooks"
    chapters.mkdir()
    for beside in (ROOT / "notebooks" / "summary.md", *(ROOT / "notebooks").glob("*.png")):
        shutil.copy(beside, chapters)
    bibliography = titles(folder / "references.bib")
    for path in notebooks:
        if f"notebooks/{path.stem}" in left_out:
            continue
        notebook = nbformat.read(path, as_version=4)
        if edition == "students":
            notebook = for_students(notebook)
        prepare(notebook, bibliography)
        nbformat.write(notebook, chapters / path.name)


def choose_pages(folder: Path, edition: str) -> set[str]:
    """Make the pages in the folder those of an edition. Returns the documents that it leaves out."""
    index = (folder / "index.md").read_text(encoding="utf-8")
    left_out = teachers_own(index) if edition == "students" else set()
    for path in folder.glob("*.md"):
        if path.stem in left_out:
            path.unlink()
        else:
            reader = "students" if edition == "students" else "teachers"
            text = page_for(reader, path.read_text(encoding="utf-8"))
            path.write_text(text, encoding="utf-8")
    return left_out


def build(folder: Path, edition: str) -> Path:
    """An edition's pages, in the folder that is returned; a warning of Sphinx is an error."""
    if not MATHJAX.exists():
        sys.exit("MathJax is missing: install Node.js, then `npm ci --prefix book`")
    begun = time.perf_counter()
    notebooks = run(folder / "run")
    ran = time.perf_counter()
    sources(folder / "source", notebooks, edition)
    written = folder / EDITIONS[edition]
    shutil.rmtree(written, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html"]
    # Not among the pages: what Sphinx keeps for itself holds this machine's paths
    command += ["-d", str(folder / "doctrees")]
    surroundings = dict(os.environ)
    if edition == "students":
        surroundings.pop("REPOSITORY", None)  # its buttons lead to the solutions
    subprocess.run([*command, str(folder / "source"), str(written)], check=True, env=surroundings)
    done = time.perf_counter()
    print(f"{written / 'index.html'}: notebooks {ran - begun:.0f} s, pages {done - ran:.0f} s")
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=BOOK / "_build")
    parser.add_argument("--edition", choices=EDITIONS, default="everything")
    given = parser.parse_args()
    build(given.folder.resolve(), given.edition)
