"""The web book, built once: no page asks anybody else, everything moves without a kernel, all links lead."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urldefrag

import nbformat
import pytest

import toymodels as tm
from book.build import SOURCE
from tools.notebooks import ours

from .conftest import Quiet, files_server, strict_page
from .lab import needs, until, violations

ROOT = Path(__file__).parent.parent.parent
MATHJAX = ROOT / "book" / "node_modules" / "mathjax"
CHAPTER4 = "notebooks/04_superposition_heatmaps.html"
MEGABYTE = 10**6


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of the built pages."""
    needs(MATHJAX, "MathJax", "npm ci --prefix book")
    folder = tmp_path_factory.mktemp("book")
    command = [sys.executable, "-m", "book.build", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return folder / "html"


@pytest.fixture(scope="module")
def address(book):
    with files_server(Quiet, book) as address:
        yield address


def names(book):
    """The pages that a reader reads."""
    pages = (path.relative_to(book) for path in book.rglob("*.html"))
    return sorted(str(page) for page in pages if page.parts[0] != "_static")


def test_it_has_every_chapter(book):
    assert {f"notebooks/{path.stem}.html" for path in ours()} <= set(names(book))


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (768, "dark"), (1400, "light")])
def test_no_page_overflows_or_asks_anybody_else(browser, book, address, width, scheme):
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with strict_page(browser, address, **look) as page:
        for name in names(book):
            page.goto(f"{address}/{name}", wait_until="networkidle")
            wide = page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours(browser, book, address, scheme):
    with strict_page(browser, address, color_scheme=scheme) as page:
        for name in names(book):
            page.goto(f"{address}/{name}", wait_until="networkidle")
            if not page.locator("article.bd-article").count():
                continue
            found = [
                (violation["id"], node["html"])
                for violation in violations(page, "article.bd-article")
                if violation["impact"] in ("serious", "critical")
                for node in violation["nodes"]
                if "citation-list" not in node["html"]  # docutils' own: a list without list items
            ]
            assert not found, f"{name}: {json.dumps(found)}"


def test_on_every_explorer_an_arrow_key_changes_the_picture(browser, book, address):
    times = []
    moved = 0
    with strict_page(browser, address, viewport={"width": 1400, "height": 900}) as page:
        for name in names(book):
            page.goto(f"{address}/{name}", wait_until="networkidle")
            for explorer in page.locator(".toymodels-explorer").all():
                explorer.scroll_into_view_if_needed()
                until(page, lambda explorer=explorer: explorer.get_attribute("data-position"))
                took = explorer.evaluate(
                    """async explorer => {
                      const input = explorer.querySelector("input");
                      const canvases = [...explorer.querySelectorAll(".panel canvas")];
                      const seen = () => canvases.filter(c => c.width).map(c => c.toDataURL()).join();
                      const before = seen();
                      const drawn = new Promise(done => {
                        new MutationObserver(() => done(performance.now()))
                          .observe(explorer, { attributeFilter: ["data-position"] });
                      });
                      const pressed = performance.now();
                      input.value = +input.value + 1;
                      input.dispatchEvent(new Event("input"));
                      const took = await drawn - pressed;
                      return seen() !== before && took;
                    }"""
                )
                assert took is not False, f"{name}: an explorer does not move"
                times.append(took)
                moved += 1
    assert moved >= 12
    print(f"median {median(times):.0f} ms, {moved} explorers")


def trained(page, address):
    """What the laboratory on the page at an address says when it has finished."""
    page.goto(address)
    lab = page.locator(".toymodels-laboratory")
    lab.scroll_into_view_if_needed()
    until(page, lambda: lab.locator(".chip").inner_text() == "Settled")
    return lab.locator(".says").inner_text()


def test_the_laboratory_trains_without_a_kernel(browser, address):
    with strict_page(browser, address) as page:
        assert "of 40 features" in trained(page, f"{address}/{CHAPTER4}")


def test_the_laboratory_has_a_page_with_tasks_and_no_answers(browser, address):
    with strict_page(browser, address) as page:
        said = trained(page, f"{address}/laboratory.html")
        # the tasks begin without a pair, where a stray one would give a wrong first answer
        assert ", S = 0: 5 of 40 features" in said and "0 opposite pairs" in said
        text = page.locator("article").inner_text()
        assert "For the teacher" not in text and "Show the solution" not in text


def test_a_tap_on_a_figure_opens_it_alone(browser, address):
    with strict_page(browser, address) as page:
        page.goto(f"{address}/notebooks/02_sparse_data.html")
        page.locator(".cell_output img:not(.stored img)").first.click()
        until(page, lambda: page.url.endswith(".png"))


def test_opened_as_a_file_it_shows_explorers_and_mathematics(browser, book):
    context = browser.new_context()
    page = context.new_page()
    page.goto((book / "notebooks" / "01_what_is_a_feature.html").as_uri())
    explorer = page.locator(".toymodels-explorer").first
    until(page, lambda: explorer.get_attribute("data-position") == "0")
    page.locator(".toymodels-explorer input").first.press("ArrowRight")
    until(page, lambda: explorer.get_attribute("data-position") == "1")
    page.goto((book / "reference.html").as_uri())
    page.locator("mjx-container").first.wait_for()
    context.close()


def test_text_and_first_picture_come_before_any_script(browser, book, address):
    with strict_page(browser, address, java_script_enabled=False) as page:
        page.goto(f"{address}/notebooks/01_what_is_a_feature.html")
        picture = page.locator(".toymodels-explorer img").first
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        assert "A small network had to squeeze" in page.inner_text("article")


class Page(HTMLParser):
    """Links, anchors, pictures and scripts of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.pictures, self.scripts = [], set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids.add(given.get("id"))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "img":
            self.pictures.append(given)
        if tag == "script" and "src" in given:
            self.scripts.append(given["src"])


def test_internal_links_lead_somewhere_and_pictures_have_a_text(book):
    read = {name: Page(book / name) for name in names(book)}
    for name, page in read.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            path, anchor = urldefrag(unquote(link.split("?")[0]))
            target = (book / name).parent / path if path else book / name
            assert target.resolve().exists(), f"{name}: {link}"
            where = str(target.resolve().relative_to(book.resolve()))
            if anchor and where in read:
                assert anchor in read[where].ids, f"{name}: {link}"
        for picture in page.pictures:
            assert picture.get("alt", "").strip(), f"{name}: {picture.get('src', '')[:80]}"


def test_pages_and_scripts_are_light(book):
    """Of a chapter its page and its pictures; of scripts what all pages share."""
    for name in names(book):
        page = Page(book / name)
        own = [book / name]
        here = (book / name).parent
        own += [here / p["src"] for p in page.pictures if not p["src"].startswith("data:")]
        weight = sum(path.resolve().stat().st_size for path in set(own))
        assert weight < 2 * MEGABYTE, f"{name}: {weight / MEGABYTE:.1f} MB"
    shared = [p for p in (book / "_static").rglob("*.js") if p.parent.name != "locales"]
    packed = sum(
        len(subprocess.run(["gzip", "-c", str(p)], capture_output=True, check=True).stdout)
        for p in shared
    )
    assert packed < MEGABYTE, f"{packed / MEGABYTE:.2f} MB of scripts"


@pytest.mark.parametrize(
    ("words", "chapter"),
    [
        ("pentagon", "notebooks/04_superposition_heatmaps"),
        ("sparsity", "notebooks/02_sparse_data"),
        ("dead output", "notebooks/04_superposition_heatmaps"),
    ],
)
def test_a_search_lands_on_the_right_chapter(browser, address, words, chapter):
    with strict_page(browser, address) as page:
        page.goto(f"{address}/search.html?q={words.replace(' ', '+')}")
        page.locator("#search-results li a").first.wait_for()
        page.wait_for_timeout(500)
        found = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
        assert any(chapter in link for link in found[:4]), found


@pytest.mark.parametrize("path", ours(), ids=lambda path: path.stem)
def test_sources_lead_to_the_bibliography(book, path):
    page = (book / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    named = SOURCE.findall(nbformat.read(path, as_version=4).cells[-1].source)
    assert named and page.count('href="../bibliography.html#id') == len(named)


def test_the_reference_has_every_public_name(book):
    """Those of the core, and those behind each door."""
    ids = Page(book / "reference.html").ids
    rooms = {"toymodels": tm} | {f"toymodels.{door}": getattr(tm, door) for door in tm.DOORS}
    public = {f"{room}.{name}" for room in rooms for name in dir(rooms[room]) if name[0] != "_"}
    assert not public - set(rooms) - ids


def test_solutions_are_folded(browser, address):
    with strict_page(browser, address) as page:
        page.goto(f"{address}/notebooks/03_linear_vs_relu.html")
        solution = page.get_by_text("best_linear_solution(m, importance, variance)").first
        assert not solution.is_visible()
