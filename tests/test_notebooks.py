"""Rules that every notebook keeps, found by glob. That they run and print what is stored is nbval's part."""

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.stem[0].isdigit()]
MOST_WORDS = 90  # of a cell of text: more is a wall
MACHINE = re.compile(
    r"/(home|root|tmp|Users|work|opt)/\w|[A-Z]:\\Users|site-packages|0x[0-9a-f]{8}"
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def lines_of(cell):
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def test_there_are_chapters_and_they_count_up():
    assert [path.stem[:2] for path in CHAPTERS] == [f"{i:02d}" for i in range(1, len(CHAPTERS) + 1)]
    assert len(CHAPTERS) >= 4


def test_it_is_valid_and_small(path, notebook):
    nbformat.validate(notebook)
    assert path.stat().st_size < 1_000_000


def test_every_cell_was_run_in_order_without_error(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error"]
    assert not [o for o in outputs if o.output_type == "stream" and o.name == "stderr"]


def test_outputs_hold_text_and_pictures_but_no_dead_widget(notebook):
    kinds = {
        kind for cell in code_cells(notebook) for o in cell.outputs for kind in o.get("data", {})
    }
    assert "image/png" in kinds
    assert kinds <= {"text/plain", "image/png"}, "run `make notebooks`"
    assert "widgets" not in notebook.metadata


def test_nothing_tells_of_the_machine_it_ran_on(notebook):
    for cell in notebook.cells:
        assert not MACHINE.search(cell.source)
        for output in cell.get("outputs", []):
            printed = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert not MACHINE.search(printed), printed


def test_no_output_says_bare_true_or_false(notebook):
    """A number, a count or a sentence says more."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            printed = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert not re.search(r"\b(True|False|None)\W*$", printed, re.M), printed


def test_metadata_is_plain(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "alt"}


def test_every_picture_is_told_in_words(notebook):
    for cell in code_cells(notebook):  # for exported pages; the kernel never sees it
        drawn = any("image/png" in output.get("data", {}) for output in cell.outputs)
        assert drawn == (len(cell.metadata.get("alt", "").split()) >= 12), cell.source


def test_cells_are_short_and_not_empty(notebook):
    assert all(cell.source.strip() for cell in notebook.cells)
    lengths = [lines_of(cell) for cell in code_cells(notebook)]
    assert median(lengths) <= 8
    assert max(lengths) <= 20
    for cell in notebook.cells[:-1]:  # the last one lists sources
        assert cell.cell_type == "code" or len(cell.source.split()) <= MOST_WORDS, cell.source


def test_code_lines_fit_a_laptop_with_the_side_bar_open(notebook):
    """At 1366 pixels JupyterLab's cells hold 118 columns; other fonts are a little wider."""
    for cell in code_cells(notebook):
        assert max(map(len, cell.source.splitlines())) <= 110, cell.source


def test_headings_are_in_order(path, notebook):
    if path in CHAPTERS:
        name = chapter = str(int(path.stem[:2]))
    else:
        name = path.stem.split("_")[0].capitalize()
        chapter = name[0]
    headings = re.findall(
        r"^(#+) (.*)$", re.sub(r"```.*?```", "", text(notebook), flags=re.S), re.M
    )
    titles = [title for level, title in headings if level == "#"]
    assert len(titles) == 1 and titles[0].startswith(f"{name}. ")
    sections = [title for level, title in headings if level == "##"]
    numbered = [title for title in sections if title != "Key points"]
    for i, title in enumerate(numbered, start=1):
        assert re.fullmatch(rf"{chapter}\.{i} .*  \*.*\d+ min\*", title), title
    assert sections[-1] == "Key points"


def test_goals_minutes_and_sources_are_told(notebook):
    opening = text(notebook).split("\n## ")[0]  # what moves may come before them
    assert re.search(r"After this (chapter|appendix|lesson) you can", opening)
    assert re.search(r"About \d+ minutes\. You need: ", opening)
    assert "Sources:" in notebook.cells[-1].source


def test_the_minutes_of_the_sections_fit_the_chapters(notebook):
    total = int(re.search(r"About (\d+) minutes", text(notebook))[1])
    parts = sum(map(int, re.findall(r"^## .*?(\d+) min\*$", text(notebook), re.M)))
    assert 0.8 * total <= parts <= 1.25 * total


def minutes(path):
    """Of reading and of exercises, the sums of a notebook's sections."""
    told = text(nbformat.read(path, as_version=4))
    sections = re.findall(r"^## (.*?)  \*.*?(\d+) min\*$", told, re.M)
    practice = sum(int(count) for title, count in sections if "Exercise" in title)
    return sum(int(count) for _, count in sections) - practice, practice


def test_readme_and_front_page_tell_the_sums_of_the_sections():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    front = (ROOT / "book" / "pages" / "index.md").read_text(encoding="utf-8")
    for path in [*CHAPTERS, ROOT / "notebooks" / "appendix_nine_claims.ipynb"]:
        sums = " + ".join(str(count) for count in minutes(path) if count)
        assert f"(notebooks/{path.name}) | {sums} |" in readme, path.name
        card = front.split(f"(notebooks/{path.name})")[1].split("\n- ")[0]
        assert f"*{sums} minutes*" in card, path.name


def test_the_teachers_page_tells_how_long_the_first_four_chapters_take():
    page = (ROOT / "book" / "pages" / "teach.md").read_text(encoding="utf-8")
    assert f"The sections take {sum(minutes(path)[0] for path in CHAPTERS[:4])} minutes" in page
    left_out = re.search(r"leave out (.*?), which take (\d+) minutes", page)
    told = "".join(text(nbformat.read(path, as_version=4)) for path in CHAPTERS[:4])
    parts = [
        int(re.search(rf"^## {re.escape(name)} .*?(\d+) min\*$", told, re.M)[1])
        for name in re.findall(r"\d\.\d", left_out[1])
    ]
    assert sum(parts) == int(left_out[2])


def test_the_lesson_leaves_minutes_of_its_fifty_and_each_section_has_its_notes():
    lesson = nbformat.read(ROOT / "notebooks" / "lesson_50_minutes.ipynb", as_version=4)
    sections = list(map(int, re.findall(r"^## L\.\d .*?(\d+) min\*$", text(lesson), re.M)))
    spans = re.findall(r"For the teacher, minutes (\d+) to (\d+)<", text(lesson))
    assert [int(end) - int(begin) for begin, end in spans] == sections
    assert [begin for begin, _ in spans] == ["0"] + [end for _, end in spans[:-1]]
    assert 45 <= int(spans[-1][1]) <= 47  # no class keeps to the minute
    tags = [cell.metadata.get("tags", []) for cell in lesson.cells]
    assert sum("screen" in tag for tag in tags) == 7  # the first has the laboratory's address


def test_links_between_chapters_lead_somewhere(path, notebook):
    targets = re.findall(r"\]\(([\w.]+)\)", text(notebook))
    assert "summary.md" in targets, "every chapter leads to the page of symbols and words"
    for target in targets:
        assert (path.parent / target).exists(), target


def test_no_cell_swallows_an_error_or_reaches_the_network(notebook):
    for cell in code_cells(notebook):
        assert not re.search(
            r"^\s*except|raises-exception|https?://|urllib|requests|fetch_", cell.source, re.M
        )
        assert "nbval-skip" not in str(cell.metadata)
