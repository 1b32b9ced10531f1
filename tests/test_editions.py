"""What students may see: an edition of a notebook and of a page. The built book: browser/test_book.py."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book.build import BOOK
from book.editions import YOURS, for_students, page_for, teachers_own
from tools.notebooks import VIEW


def picture(**more):
    return [new_output("display_data", {"image/png": "AAAA"} | more)]


def edition(*cells):
    return for_students(new_notebook(cells=list(cells))).cells


SECTION = new_markdown_cell("## 1.2 What comes back?")
PREDICTION = new_code_cell("# Type it, or leave None.\nguess_back, guess_lost = None, None")
SAW = new_markdown_cell("**What you saw.** All of it comes back.")


def test_solutions_are_left_out():
    solution = {"tags": ["solution"]}
    cells = edition(new_code_cell("x = 1"), new_code_cell("secret", metadata=solution))
    assert [cell.source for cell in cells] == ["x = 1"]


def test_after_a_prediction_nothing_stored_answers_it_until_the_next_section():
    first, second, third = (new_code_cell("draw(guess_back)", outputs=picture()) for _ in range(3))
    before, _, shown, _, after, last = edition(first, PREDICTION, second, SECTION, third, SAW)
    assert before.outputs == after.outputs == picture() and last == SAW
    assert [output.data for output in shown.outputs] == [{"text/html": YOURS}]


def test_what_was_seen_is_folded_after_a_prediction():
    *_, said = edition(SECTION, PREDICTION, SAW)
    begin, text, end = said.source.split("\n\n")
    assert begin == "<details><summary>What you saw</summary>" and end == "</details>"
    assert text == "All of it comes back."


def test_explorers_and_the_laboratory_stay():
    for kind in ("text/html", VIEW):
        moving = new_code_cell("tm.explore.gram()", outputs=picture(**{kind: "..."}) + picture())
        assert edition(PREDICTION, moving)[-1].outputs == moving.outputs


def test_the_notebook_itself_stays_as_it_is():
    answer = new_code_cell("draw()", outputs=picture())
    notebook = new_notebook(cells=[PREDICTION, answer])
    for_students(notebook)
    assert notebook.cells[1].outputs == picture()


def test_a_page_keeps_the_blocks_of_its_reader():
    page = "a\n% only teachers\nb\n% end\nc\n% only students\nd\n% end\n"
    assert page_for("teachers", page) == "a\nb\nc\n"
    assert page_for("students", page) == "a\nc\nd\n"


def test_the_index_says_what_is_for_teachers():
    index = (BOOK / "pages" / "index.md").read_text(encoding="utf-8")
    own = teachers_own(index)
    assert {"teach", "notebooks/lesson_50_minutes"} <= own
    assert not own & {"install", "laboratory", "notebooks/01_what_is_a_feature"}
