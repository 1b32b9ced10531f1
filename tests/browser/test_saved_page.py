"""A notebook saved as HTML with its widget state: the sliders move with no kernel and no outside request."""

import functools
import hashlib
import http.server
import os
import threading
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from .lab import VISIBLE_WIDTH

SCRIPTS = Path(__file__).parent / "node_modules"
CELLS = [
    "import toymodels as tm",
    "gram = tm.explore_gram(8, 2, [tm.LinearModel, tm.ReLUModel], [0.0, 0.5, 0.9], steps=40)\ngram",
    "tm.explore_samples(8, sparsities=[0.0, 0.5, 0.9])",
    "tm.explore_training(n=8, m=2, steps=40, positions=3)",
    "tm.explore_seeds(n=8, m=2, steps=40, seeds=3)",
]


@pytest.fixture(scope="module")
def saved_page(tmp_path_factory):
    """Address of the page, served with its scripts on loopback."""
    if not SCRIPTS.exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("run `npm install --prefix tests/browser` first")
        pytest.skip("widget scripts missing: install Node.js, then `npm install --prefix tests/browser`")
    folder = tmp_path_factory.mktemp("page")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120).execute()
    exporter = HTMLExporter(
        require_js_url="requirejs/require.js",
        jupyter_widgets_base_url="./",
        html_manager_semver_range="local",
        mathjax_url="",
    )
    (folder / "page.html").write_text(exporter.from_notebook_node(notebook)[0])
    (folder / "requirejs").symlink_to(SCRIPTS / "requirejs")
    (folder / "@jupyter-widgets").mkdir()
    (folder / "@jupyter-widgets/html-manager@local").symlink_to(SCRIPTS / "@jupyter-widgets/html-manager")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *args: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()


def picture(explorer):
    data = explorer.locator("img:visible").evaluate(
        "async image => [...new Uint8Array(await (await fetch(image.src)).arrayBuffer())]"
    )
    return hashlib.sha256(bytes(data)).hexdigest()


def test_all_explorers_move_without_a_kernel(browser, saved_page):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    refused = []

    def local_only(route):
        if route.request.url.startswith(("http://127.0.0.1:", "blob:", "data:")):
            return route.continue_()
        refused.append(route.request.url)
        return route.abort()

    context.route("**/*", local_only)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(saved_page)
    page.locator(".noUi-handle").nth(3).wait_for(timeout=30_000)
    explorers = page.locator(".jupyter-widgets.widget-vbox:has(.noUi-handle)")
    assert explorers.count() == 4
    for k in range(4):
        explorer = explorers.nth(k)
        handle = explorer.locator(".noUi-handle")
        handle.focus()
        seen, texts = set(), set()
        for key in ("Home", "ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
            page.wait_for_timeout(200)
            seen.add(picture(explorer))
            texts.add(explorer.locator("[aria-live=polite]").inner_text())
        assert len(seen) == len(texts) == 3
    whole = page.evaluate(VISIBLE_WIDTH)
    page.locator(".widget-toggle-button").nth(1).click()
    page.wait_for_timeout(200)
    assert page.evaluate(VISIBLE_WIDTH) < 0.6 * whole  # a window on the linear model's column
    context.close()
    assert not errors
    assert not refused
