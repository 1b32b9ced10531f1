"""An explorer and the laboratory in WebKit, the engine of Safari and of every browser on an iPad."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import toymodels as tm

from .conftest import Quiet, WebPage, files_server, web_server
from .lab import AXE, needs
from .test_firefox import PAGE

HEAVIEST = 60  # seconds to wait for what a slow machine shows late
LISTEN = "window.wrong = []; addEventListener('error', error => wrong.push(error.message))"
LABORATORY = ".toymodels-laboratory"
SECOND = ".grip:nth-of-type(3)"


@pytest.fixture(scope="module")
def screen():
    """A display that nobody sees; its number is the one that Xvfb finds free."""
    if shutil.which("Xvfb") is None or shutil.which("WebKitWebDriver") is None:
        missing = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        missing("no WebKit: install it (for example `apt install webkit2gtk-driver xvfb`)")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as xvfb:
        yield f":{xvfb.stdout.readline().decode().strip()}"
        xvfb.terminate()


@pytest.fixture(scope="module")
def webkit(screen):
    from selenium import webdriver

    (mini,) = Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(mini)
    options.add_argument("--automation")
    driver = shutil.which("WebKitWebDriver")
    service = webdriver.WebKitGTKService(driver, env={**os.environ, "DISPLAY": screen})
    with webdriver.WebKitGTK(options, service) as browser:
        browser.set_window_size(1300, 900)
        yield browser


class Page:
    """A page in WebKit, with what a reader does there."""

    def __init__(self, browser, address: str, ready: str):
        self.browser = browser
        browser.get(address)
        browser.execute_script(LISTEN)
        self.until(lambda: self.all(ready))

    def until(self, is_so):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, HEAVIEST, poll_frequency=0.05).until(lambda _: is_so())

    def all(self, selector: str) -> list:
        return self.browser.find_elements("css selector", selector)

    def one(self, selector: str):
        return self.browser.find_element("css selector", selector)

    def text(self, selector: str) -> str:
        return self.one(selector).text

    def changed(self, selector: str, before: str) -> str:
        self.until(lambda: self.text(selector) not in ("", before))
        return self.text(selector)

    def picture(self, selector: str) -> str:
        return self.browser.execute_script(
            "return document.querySelector(arguments[0]).toDataURL()", selector
        )

    def state(self, selector: str, name: str) -> str:
        return self.one(selector).get_attribute(f"data-{name}")

    @property
    def hand(self):
        from selenium.webdriver import ActionChains

        return ActionChains(self.browser, duration=50)

    def press(self, selector: str, *keys: str) -> None:
        from selenium.webdriver import Keys

        self.one(selector).send_keys(*(getattr(Keys, key) for key in keys))

    def barriers(self, where: str) -> list[str]:
        """What axe-core finds in the part of the page that the selector names."""
        needs(AXE, "axe-core", "npm install --prefix tests/browser")
        self.browser.execute_script(AXE.read_text(encoding="utf-8"))
        return self.browser.execute_async_script(
            "const [where, done] = arguments;"
            "axe.run(where).then(found => done(found.violations.map(one => one.id + ': ' + one.help)))",
            where,
        )


@pytest.fixture
def explorer(webkit, tmp_path):
    sizes = (8, 2, [tm.ReLUOutputModel], [0.0, 0.9])
    html = tm.explore.gram(*sizes, steps=200)._repr_mimebundle_()["text/html"]
    page = PAGE.format(html + "<p style='height: 3000px'>below</p>")
    (tmp_path / "explorer.html").write_text(page, encoding="utf-8")
    with files_server(Quiet, tmp_path) as home:
        yield Page(webkit, f"{home}/explorer.html", ".toymodels-explorer[data-position]")
    assert not webkit.execute_script("return wrong")


@pytest.fixture
def laboratory(webkit):
    """Opens a laboratory with a setting."""
    with web_server(WebPage) as home:
        yield lambda setting: Page(webkit, f"{home}?{setting}", f"{LABORATORY}[data-taken]")
    assert not webkit.execute_script("return wrong")


def test_keys_pointer_and_play_move_an_explorer(explorer):
    def place():
        return explorer.state(".toymodels-explorer", "position")

    first, words, picture = place(), explorer.text(".lines"), explorer.picture(".panel canvas")
    explorer.press("input[type=range]", "ARROW_RIGHT")
    explorer.until(lambda: place() != first)
    assert words.startswith("S = 0:") and explorer.text(".lines").startswith("S = 0.9:")
    assert explorer.picture(".panel canvas") != picture
    explorer.hand.move_to_element(explorer.one(".panel canvas")).perform()
    pointed = explorer.changed(".said", "")
    assert re.match(r"feature \d(, alone at 1, gives| casts a shadow of)", pointed)
    explorer.press(".panel canvas", "HOME")
    assert explorer.changed(".said", pointed).startswith("feature 0")
    explorer.one("button.play").click()  # at the end: it begins anew
    explorer.until(lambda: place() == first)
    explorer.until(lambda: place() != first)


def test_the_wheel_over_a_picture_scrolls_the_page_and_changes_nothing(explorer):
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    place, words = explorer.state(".toymodels-explorer", "position"), explorer.text(".lines")
    origin = ScrollOrigin.from_element(explorer.one(".panel canvas"))
    explorer.hand.scroll_from_origin(origin, 0, 200).perform()
    explorer.until(lambda: explorer.browser.execute_script("return scrollY") > 100)
    assert explorer.state(".toymodels-explorer", "position") == place
    assert explorer.text(".lines") == words


def test_axe_finds_nothing(explorer, laboratory):
    assert not explorer.barriers(".toymodels-explorer")
    assert not laboratory("n=5&m=2").barriers(LABORATORY)


def test_the_laboratory_trains_and_a_slider_trains_it_on(laboratory):
    page = laboratory("n=12&m=3")
    page.until(lambda: page.text(".chip") == "Settled")
    page.until(lambda: page.state(LABORATORY, "taken") == "2000")
    picture = page.picture("canvas.view")
    page.press(".dial input", "HOME")
    page.until(lambda: int(page.state(LABORATORY, "taken")) > 2100)
    page.until(lambda: page.text(".chip") == "Settled")
    assert "S = 0:" in page.text(".says")
    assert page.picture("canvas.view") != picture


def test_a_hand_moves_an_arrow_and_a_bias_and_the_loss_follows(laboratory):
    page = laboratory("n=5&m=2&sparsity=0.95&last_importance=1")
    page.until(lambda: page.text(".chip") == "Settled")

    def loss() -> float:
        return float(re.search(r"loss is (\d+(?:\.\d)?)%", page.text(".says"))[1])

    trained, words = loss(), page.text(".says")
    grip, view = page.all(".grip")[2], page.one("canvas.view").rect
    across = view["x"] + view["width"] / 2 - grip.rect["x"]  # to the middle of the picture
    down = view["y"] + view["height"] / 2 - grip.rect["y"]
    hand = page.hand.move_to_element(grip).click_and_hold()
    hand.move_by_offset(int(across / 2), int(down / 2)).release().perform()
    words = page.changed(".says", words)
    dragged, state = loss(), page.text(".chip")
    assert dragged > trained + 5 and state == "By hand"
    page.one(".by-hand summary").click()
    page.press(".bias input[type=range]", "HOME")  # the lowest bias
    page.changed(".says", words)
    assert loss() > dragged + 5
