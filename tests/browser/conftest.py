"""A real JupyterLab and a real Chromium for the tests in this folder."""

import os

import pytest

from .lab import Lab, launch_chromium, running_server


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import Error

    try:
        with launch_chromium() as browser:
            yield browser
    except Error as error:
        if os.environ.get("REQUIRE_BROWSER"):
            raise
        pytest.skip(
            "no browser: install Chromium or Chrome (for example `apt install chromium`), "
            f"or run `playwright install chromium` ({str(error).splitlines()[0]})"
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def lab(browser, server):
    """A fresh page on the server; at the end nothing may have gone wrong in console or log."""
    address, token, folder = server
    log = folder / "server.log"
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    lab = Lab(context.new_page(), address, token, folder / "notebooks")
    already_logged = len(log.read_text())
    yield lab
    lab.shut_down_kernels()
    context.close()
    assert not lab.errors, lab.errors
    said = log.read_text()[already_logged:]
    assert "Traceback" not in said and "[E " not in said, said
