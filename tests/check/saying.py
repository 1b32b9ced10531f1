"""What a verdict says."""


def assert_says(verdict, says):
    """That a verdict holds these words on one line, and is right where they begin with ✓."""
    assert says in verdict.text, verdict
    assert repr(verdict) == str(verdict) == verdict.text
    assert len(verdict.text.splitlines()) == 1
    assert verdict.text[0] == {"○": "○", "✓": "✓"}.get(says[0], "✗"), verdict
    assert bool(verdict) == says.startswith("✓")
