"""The JavaScript: bundles are those of their sources, and what needs no page is tested by Node."""

import re

import pytest

from tests.frontend.bundling import BUNDLES, FRONTEND, bundle_tests, run_node


def test_the_committed_bundles_are_those_of_the_sources(tmp_path):
    """If not: `make frontend`."""
    run = run_node(FRONTEND / "build.mjs", tmp_path)
    assert run.returncode == 0, run.stderr
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    committed = {path.name: path.read_text(encoding="utf-8") for path in BUNDLES.iterdir()}
    assert set(made) == set(committed)
    assert [name for name in made if made[name] != committed[name]] == []


@pytest.mark.parametrize("path", sorted(BUNDLES.glob("*.js")), ids=lambda path: path.name)
def test_a_bundle_fetches_nothing_and_can_be_read(path):
    text = path.read_text(encoding="utf-8")
    assert text.isascii()
    assert "http" not in text and not re.search(r"^import ", text, re.M)
    assert not re.search(r"\n\s*\n", text)  # a blank line ends HTML in Markdown
    assert max(map(len, text.split("\n"))) <= 300  # not minified


def test_what_needs_no_page_does_what_it_should(tmp_path):
    """The tests of tests/frontend: scales, settings and addresses, the trainer, the session."""
    bundle_tests(tmp_path)
    run = run_node("--test", "--test-reporter=tap", tmp_path)
    failed = re.findall(r"^ *not ok .*", run.stdout, re.M)
    assert run.returncode == 0, "\n".join([*failed, run.stdout])
    assert int(re.search(r"^# pass (\d+)", run.stdout, re.M)[1]) > 30
