"""The web book, built once: no page asks anybody else, everything moves without a kernel, all links lead."""

import base64
import html
import json
import re
import subprocess
import sys
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urldefrag

import nbformat
import pytest

import toymodels as tm
from book.build import SOURCE
from book.editions import teachers_own
from tools.notebooks import ours

from .conftest import Quiet, files_server, shown, strict_page
from .lab import needs, until, violations

ROOT = Path(__file__).parent.parent.parent
MATHJAX = ROOT / "book" / "node_modules" / "mathjax"
CHAPTER4 = "notebooks/04_superposition_heatmaps.html"
MEGABYTE = 10**6


def build(folder, *options):
    needs(MATHJAX, "MathJax", "npm ci --prefix book")
    command = [sys.executable, "-m", "book.build", str(folder), *options]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return built.stdout


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of the built pages."""
    folder = tmp_path_factory.mktemp("book")
    build(folder)
    return folder / "html"


@pytest.fixture(scope="module")
def students(book):
    """The folder of the students' edition, for which no notebook is run again."""
    assert "notebooks 0 s" in build(book.parent, "--edition", "students")
    return book.parent / "students"


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


INSIDE = """selectors => selectors.map(selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const within = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
  return box.width > 0 && box.height > 0 && within;
})"""


@contextmanager
def front_page(browser, address, **look):
    """The first page, when its picture is there."""
    with strict_page(browser, address, **look) as page:
        page.goto(f"{address}/index.html")
        until(page, lambda: stands_at(page) == 0)
        yield page


def stands_at(page):
    """The position that the first page's picture rests at."""
    position = page.locator(".front .toymodels-explorer").get_attribute("data-position")
    return position and int(position)


def move(page, position):
    """Set the first page's slider; what is then said below the picture."""
    slider = page.locator(".front input")
    slider.evaluate(
        "(input, to) => { input.value = to; input.dispatchEvent(new Event('input')); }", position
    )
    until(page, lambda: stands_at(page) == position)
    return page.locator(".front .lines").inner_text()


def last_position(page):
    return int(page.locator(".front input").get_attribute("max"))


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (1280, 720)])
def test_the_first_screen_holds_the_whole_picture_and_its_slider(browser, address, width, height):
    look = {"viewport": {"width": width, "height": height}}
    with front_page(browser, address, **look, has_touch=width < 400) as page:
        parts = [".panel canvas", ".controls", ".lines", "#question", ".guesses"]
        assert page.evaluate(INSIDE, [f".front {part}" for part in parts]) == [True] * len(parts)
        box = page.locator(".front .panel canvas").bounding_box()
        assert min(box["width"], box["height"]) >= 340
        guesses = page.locator(".guesses button")
        assert all(
            min(b.bounding_box()["height"], b.bounding_box()["width"]) >= 44 for b in guesses.all()
        )
        assert page.locator("img[src$='.gif']").count() == 0
        assert page.locator(".front canvas").count() == 1


def test_a_new_arrow_comes_within_15_percent_of_the_track(browser, address):
    with front_page(browser, address) as page:
        assert "keeps 2 of the 5" in page.locator(".front .lines").inner_text()
        assert "keeps 3 of the 5" in move(page, int(0.15 * last_position(page)))


@pytest.mark.parametrize("guess", [None, 2, 4, 5])
def test_a_guess_is_answered_once_the_slider_has_been_at_its_end(browser, address, guess):
    with front_page(browser, address) as page:
        answer = page.locator(".front .answer")
        assert answer.inner_text() == "Drag the slider to its right end."
        buttons = page.locator(".guesses button")
        if guess is not None:
            buttons.get_by_text(f"{guess}", exact=True).click()
            assert answer.inner_text().startswith(f"You guessed {guess}. Drag")
        where = []  # the guess is right
        for position in range(1 + last_position(page)):
            assert "Chapter" not in answer.inner_text()
            said = move(page, position)
            if f"keeps {guess} of the 5" in said:
                where.append(said.split(":")[0])
        until(page, lambda: "Chapters 3 and 4 explain why" in answer.inner_text())
        own = f"You guessed {guess}. That is right from {where[0]} to {where[-1]}." if where else ""
        assert answer.inner_text().replace("\xa0", " ").startswith(own)
        assert ("guessed" in answer.inner_text()) == (guess is not None)
        buttons.nth(0).click()  # another one is answered at once
        assert answer.inner_text().startswith("You guessed 2. That is right from")
        pressed = [button.get_attribute("aria-pressed") for button in buttons.all()]
        assert pressed == ["true", "false", "false"]


# Moves the slider by three positions, and counts the different pictures of half a second.
PICTURES = """async () => {
  const canvas = document.querySelector(".front .panel canvas");
  const input = document.querySelector(".front input");
  const seen = new Set([canvas.toDataURL()]);
  input.value = 3;
  input.dispatchEvent(new Event("input"));
  for (const end = performance.now() + 500; performance.now() < end; ) {
    await new Promise(requestAnimationFrame);
    seen.add(canvas.toDataURL());
  }
  return seen.size;
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_arrows_glide_and_nothing_moves_unasked(browser, address, motion):
    with front_page(browser, address, reduced_motion=motion) as page:
        page.wait_for_load_state("networkidle")
        before = page.screenshot()
        page.wait_for_timeout(1000)
        assert page.screenshot() == before
        seen = page.evaluate(PICTURES)
        assert seen == 2 if motion == "reduce" else seen > 3, seen


def test_the_first_page_leads_to_forty_in_five_and_to_chapter_1(browser, address):
    with front_page(browser, address) as page:
        page.get_by_role("link", name="Start chapter 1").click()
        page.wait_for_url("**/notebooks/01_what_is_a_feature.html")
        page.go_back()
        page.get_by_role("link", name="Forty in five? Train it here").click()
        page.locator(".toymodels-laboratory[data-taken]").wait_for()
        setting = shown(page)
        assert [setting[name] for name in ("n", "m", "sparsity")] == [40, 5, 0.9]


def test_each_card_has_its_picture_and_leads_to_its_chapter(browser, address):
    with front_page(browser, address) as page:
        for path in ours():
            if path.stem.startswith("lesson"):
                continue
            card = page.locator(".cards li").filter(has=page.locator(f"a[href*='{path.stem}']"))
            card.scroll_into_view_if_needed()
            picture = card.locator("img")
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
            assert len(picture.get_attribute("alt")) > 20
            card.click(position={"x": 10, "y": 10})  # anywhere
            page.wait_for_url(f"**/{path.stem}.html")
            page.go_back()


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


def test_of_the_sliders_that_need_a_kernel_the_picture_is_left(browser, address):
    with strict_page(browser, address) as page:
        page.goto(f"{address}/notebooks/03_linear_vs_relu.html")
        cell = page.locator(".cell", has_text="@interact")
        assert cell.locator(".cell_output img").count() == 1
        assert cell.locator("input, .widget-output").count() == 0
        text = page.locator("article").inner_text()
        assert "interactive(children" not in text
        assert "The book has no kernel and shows the picture without its sliders." in text


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
    page.goto((book / "index.html").as_uri())
    page.locator(".guesses button").first.click()
    move(page, last_position(page))
    until(page, lambda: "That is right" in page.locator(".front .answer").inner_text())
    page.goto((book / "reference.html").as_uri())
    page.locator("mjx-container").first.wait_for()
    context.close()


def test_text_and_first_picture_come_before_any_script(browser, book, address):
    with strict_page(browser, address, java_script_enabled=False) as page:
        page.goto(f"{address}/notebooks/01_what_is_a_feature.html")
        picture = page.locator(".toymodels-explorer img").first
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        assert "A small network had to squeeze" in page.inner_text("article")
        page.goto(f"{address}/index.html")
        picture = page.locator(".front .toymodels-explorer img")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        assert picture.is_visible() and not page.locator(".front button").first.is_visible()


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


def test_a_chapter_that_was_read_to_its_end_has_a_mark_that_stays(browser, address):
    marked = ".bd-links a:has(.read)"
    with strict_page(browser, address, viewport={"width": 1400, "height": 900}) as page:
        page.goto(f"{address}/notebooks/02_sparse_data.html", wait_until="networkidle")
        assert page.locator(marked).count() == 0
        page.locator(".prev-next-area").scroll_into_view_if_needed()
        until(page, lambda: page.locator(marked).count() == 1)
        page.goto(f"{address}/index.html")
        assert "2. Sparse data" in page.locator(marked).inner_text()
        assert page.locator(marked).count() == 1


def test_on_a_telephone_a_chapter_has_its_contents_and_the_way_on(browser, address):
    with strict_page(browser, address, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"{address}/notebooks/02_sparse_data.html", wait_until="networkidle")
        page.locator("button.secondary-toggle").first.click()
        section = page.locator(".bd-sidebar-secondary a, dialog a").get_by_text("2.6 How can two")
        section.first.click()
        until(page, lambda: "#" in page.url)
        ways = page.locator(".prev-next-area a")
        assert ["1. What is a feature?" in ways.nth(0).inner_text(), ways.count()] == [True, 2]


def test_solutions_are_folded(browser, address):
    with strict_page(browser, address) as page:
        page.goto(f"{address}/notebooks/03_linear_vs_relu.html")
        solution = page.get_by_text("best_linear_solution(m, importance, variance)").first
        assert not solution.is_visible()


def plain(text):
    """A page or a source without tags, marks and white space, to find one in the other."""
    return re.sub(r"[\s*$`\\]+|</?[a-zA-Z!][^>]*>", "", html.unescape(text))


def pieces(source):
    """What is long enough to be recognised in a page: whole lines of code, stretches of text."""
    found = {plain(piece) for line in source.splitlines() for piece in re.split(r"[*$`()]+", line)}
    return {piece for piece in found if len(piece) >= 22}


def cells_of(path):
    return nbformat.read(path, as_version=4).cells


def told(students):
    """Everything that the students' edition says, in whatever file."""
    kinds = {".html", ".js", ".json", ".txt", ".ipynb", ".md", ".inv"}
    files = [path for path in students.rglob("*") if path.suffix in kinds]
    files = [path for path in files if "mathjax" not in path.parts]
    return {path.name: plain(path.read_text("utf-8", "replace")) for path in files}


def test_the_students_edition_holds_no_solution_and_no_key(students):
    secret, open_to_all = set(), ""
    for path in ours():
        for cell in cells_of(path):
            if "solution" in cell.metadata.get("tags", []):
                secret |= pieces(cell.source)
            else:
                open_to_all += plain(cell.source)
    for page in (ROOT / "book" / "pages").glob("*.md"):
        for answers in re.findall(r"<details>(.*?)</details>", page.read_text("utf-8"), re.S):
            secret |= pieces(answers)
    secret = {piece for piece in secret if piece not in open_to_all}
    assert len(secret) > 120
    for name, text in told(students).items():
        assert not [piece for piece in secret if piece in text], name


def test_the_students_edition_has_no_page_for_teachers_and_no_lesson(students, book):
    index = (ROOT / "book" / "pages" / "index.md").read_text(encoding="utf-8")
    own = {f"{name}.html" for name in teachers_own(index)}
    assert {"teach.html", "module.html", "notebooks/lesson_50_minutes.html"} <= own
    assert set(names(book)) - set(names(students)) == own
    assert {"laboratory.html", "install.html"} <= set(names(students))
    text = "".join(told(students).values())
    assert not re.search("lesson_50_minutes|teach.html|Showthesolution|Forteachers", text)


def test_the_students_edition_stores_no_answer_to_a_prediction(students, book):
    """What a cell shows that compares with the guess; an explorer answers only if it is moved."""
    text = "".join(told(students).values())
    pictures = {path.read_bytes() for path in students.rglob("*.png")}
    found = 0
    for path in ours():
        for cell in cells_of(book.parent / "run" / path.name):
            compares = re.search(r"\bguess_\w+", cell.source) and cell.get("outputs")
            if path.stem.startswith("lesson") or not compares:
                continue
            for output in cell.outputs:
                data = output.get("data", {})
                said = pieces(output.get("text", ""))
                # The heads of a table's rows and columns are no answers
                told_by_code = plain(cell.source)
                said = {one for one in said if re.search(r"\d", one) and one not in told_by_code}
                assert not [piece for piece in said if piece in text], path.name
                if "image/png" in data and "text/html" not in data:
                    assert base64.b64decode(data["image/png"]) not in pictures, cell.id
                found += 1
    assert found > 40


def test_links_of_the_students_edition_lead_somewhere(students):
    test_internal_links_lead_somewhere_and_pictures_have_a_text(students)


def test_what_moves_still_moves_in_the_students_edition(browser, students):
    with files_server(Quiet, students) as address, strict_page(browser, address) as page:
        assert "of 40 features" in trained(page, f"{address}/laboratory.html")
        page.goto(f"{address}/notebooks/04_superposition_heatmaps.html")
        explorers = page.locator(".toymodels-explorer")
        until(page, lambda: explorers.first.get_attribute("data-position"))
        assert page.locator(".laboratory").count() == 1 and explorers.count() >= 2
        assert page.locator(".yours").count() > 5
        folded = page.locator("details", has_text="What you saw")
        assert folded.count() > 2 and folded.first.get_attribute("open") is None
