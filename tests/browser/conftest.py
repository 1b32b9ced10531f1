"""A real JupyterLab and a real Chromium for the tests in this folder."""

import json
import os
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

import pytest

from tests.frontend.bundling import BUNDLES, bundle_tests

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


class Quiet(SimpleHTTPRequestHandler):
    """A folder's files, and nothing in the log."""

    def log_message(self, *said):
        pass


class WebPage(Quiet):
    """The laboratory's bundle as it is, and a page of ten lines around it."""

    forbids_workers = False
    parts = None  # the path of parts.js, see the fixture of that name

    def do_GET(self):
        if self.path == "/parts.js" and self.parts:
            return self.answer(self.parts.read_bytes(), "text/javascript")
        if not self.path.startswith("/index.html"):
            return super().do_GET()
        page = b"""<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The laboratory</title>
<link rel="icon" href="data:,">
<main id="here"></main>
<script src="laboratory-page.js"></script>
<script>window.end = toymodelsLaboratory(document.getElementById("here"));</script>
</html>"""
        return self.answer(page, "text/html")

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if self.forbids_workers:
            self.send_header("Content-Security-Policy", "worker-src 'none'")
        self.end_headers()
        self.wfile.write(body)


class StrictWebPage(WebPage):
    forbids_workers = True


@contextmanager
def files_server(handler, folder):
    """Serves a folder on loopback; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def web_server(handler):
    """Serves the laboratory on loopback; yields the address of its page."""
    with files_server(handler, BUNDLES) as home:
        yield f"{home}/index.html"


@contextmanager
def strict_page(browser, home, **look):
    """A page of a browser; no request may go elsewhere than to the address `home`, no error be said."""
    context = browser.new_context(**look)
    page = context.new_page()
    wrong = []

    def request(route):
        url = route.request.url
        if url.startswith((home, "blob:", "data:")):
            route.continue_()
        else:
            wrong.append(f"request to {url}")
            route.abort()

    page.route("**/*", request)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    try:
        yield page
    finally:
        context.close()
    assert not wrong, wrong


@contextmanager
def web_page(browser, address, **look):
    """A page of the laboratory, opened by `open(setting)` and unfolded, as strict."""
    look = {"viewport": {"width": 1000, "height": 800}} | look
    with strict_page(browser, address.rsplit("/", 1)[0], **look) as page:

        def open_page(**setting):
            page.goto(f"{address}?{urlencode(setting)}")
            page.wait_for_selector(".toymodels-laboratory[data-taken]")
            unfold(page)
            return page

        page.open = open_page
        yield page


@pytest.fixture(scope="session")
def web():
    with web_server(WebPage) as address:
        yield address


@pytest.fixture(scope="session")
def parts(tmp_path_factory):
    """What tests use of the front end besides its bundles, as the module ./parts.js of a WebPage."""
    folder = tmp_path_factory.mktemp("parts")
    bundle_tests(folder)
    WebPage.parts = folder / "parts.js"


@pytest.fixture
def page(browser, web):
    """A page of the laboratory without a kernel; `page.open(n=5, m=2)` opens it."""
    with web_page(browser, web, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


def unfold(page):
    """Opens all parts of the laboratory that are folded at first."""
    page.evaluate(
        """() => document.querySelectorAll(".toymodels-laboratory details").forEach(part => {
          part.open = true;
        })"""
    )


def shown(page) -> dict:
    """What laboratory the page shows: its setting, and the steps taken."""
    root = page.locator(".toymodels-laboratory[data-shown]").first  # waits for the first picture
    setting = json.loads(root.get_attribute("data-shown"))
    return setting | {"taken": int(root.get_attribute("data-taken"))}
