"""What is printed fits its paper: the lesson's notes are two sheets."""

import re

import pytest

from book.handouts import LESSON, notes_to_print, read


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_lessons_notes_are_two_sheets(browser, paper):
    page = browser.new_page()
    page.set_content(notes_to_print(read(LESSON)))
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper))) == 2
    page.close()
