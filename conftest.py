"""nbval compares what a chapter prints; what moves is an explorer's HTML, and that is not stored."""


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):  # a notebook
        collector.skip_compare += ("text/html",)
