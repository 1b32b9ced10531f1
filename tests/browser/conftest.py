"""A real JupyterLab and a real Chromium for the tests in this folder."""

import os
from contextlib import contextmanager

import pytest

from .lab import Lab, complaints, launch_chromium, running_server


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import Error

    chromium = launch_chromium()
    try:
        browser = chromium.__enter__()
    except Error as error:
        if os.environ.get("REQUIRE_BROWSER") or "Executable doesn't exist" not in str(error):
            raise
        pytest.skip(
            "no browser: install Chromium or Chrome (for example `apt install chromium`), "
            f"or run `playwright install chromium` ({str(error).splitlines()[0]})"
        )
    yield browser
    chromium.__exit__(None, None, None)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("lab")) as server:
        yield server


@contextmanager
def clean_log(server):
    """Meanwhile nothing may go wrong according to the server's log, kernels included."""
    log = server[2] / "server.log"
    already_logged = len(log.read_text())
    yield
    said = complaints(log.read_text()[already_logged:])
    assert not said, said


@contextmanager
def visit(browser, server):
    """A fresh page on the server; at the end nothing may have gone wrong in console or log."""
    address, token, folder = server
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    lab = Lab(context.new_page(), address, token, folder / "notebooks")
    with clean_log(server):
        try:
            yield lab
            lab.shut_down_kernels()
        finally:
            context.close()
    assert not lab.errors, lab.errors


@pytest.fixture
def lab(browser, server):
    """A page of its own for a test."""
    with visit(browser, server) as lab:
        yield lab


@pytest.fixture(scope="module")
def shared_lab(browser, server):
    """One page and its kernel for all tests of a file: opening JupyterLab takes longer than most tests."""
    with visit(browser, server) as lab:
        yield lab
