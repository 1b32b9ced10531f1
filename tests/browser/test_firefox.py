"""An explorer and the laboratory in Firefox, whose engine is not Chromium's."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import toymodels as tm

from .conftest import Quiet, WebPage, files_server, web_server
from .lab import needs

HERE = Path(__file__).parent
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>An explorer</title>
<link rel="icon" href="data:,">
{}
</html>"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What firefox.mjs saw, in one run of Firefox."""
    names = ("firefox-esr", "firefox")
    firefox = os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, names)), None)
    if firefox is None:
        missing = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        missing("no Firefox: install it (for example `apt install firefox-esr`)")
    needs(
        HERE / "node_modules" / "puppeteer-core",
        "puppeteer-core",
        "npm install --ignore-scripts --prefix tests/browser",
    )
    folder = tmp_path_factory.mktemp("firefox")
    explorer = tm.explore.gram(8, 2, [tm.ReLUOutputModel], [0.0, 0.9], steps=200)
    html = explorer._repr_mimebundle_()["text/html"]
    (folder / "explorer.html").write_text(PAGE.format(html), encoding="utf-8")
    with files_server(Quiet, folder) as home, web_server(WebPage) as laboratory:
        plane = f"{laboratory}?n=5&m=2&sparsity=0.95&last_importance=1"
        addresses = [f"{home}/explorer.html", f"{laboratory}?n=12&m=3", plane]
        run = subprocess.run(
            ["node", HERE / "firefox.mjs", firefox, *addresses],
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_key_moves_an_explorers_slider(seen):
    explorer = seen["explorer"]
    assert "failed" not in explorer, explorer
    before, after = explorer["before"], explorer["after"]
    assert before["words"].startswith("S = 0:")
    assert after["words"].startswith("S = 0.9:")
    assert before["picture"] != after["picture"]
    assert explorer["played"]["words"] == after["words"]


def test_pointer_and_keys_read_a_value(seen):
    explorer = seen["explorer"]
    value = r"feature {}(, alone at 1, gives itself a reading of .*| casts a shadow of .* on feature \d)"
    assert re.fullmatch(value.format(r"\d"), explorer["pointed"])
    assert re.fullmatch(value.format("0"), explorer["keyed"])


def test_the_laboratory_trains_and_a_slider_trains_it_on(seen):
    laboratory = seen["laboratory"]
    assert "failed" not in laboratory, laboratory
    assert laboratory["rest"] == 2000 < laboratory["on"]
    assert laboratory["before"] != laboratory["after"]
    assert "S = 0:" in laboratory["words"]


def test_a_hand_moves_an_arrow_and_a_bias_and_the_loss_follows(seen):
    hands = seen["hands"]
    assert "failed" not in hands, hands

    def loss(look):
        return int(re.search(r"loss is (\d+)(?:\.\d)?%", hands[look]["words"])[1])

    assert hands["before"]["state"] == "Settled"
    assert {hands[look]["state"] for look in ("dragged", "keyed", "shifted")} == {"By hand"}
    assert len({hands[look]["picture"] for look in hands}) == 4
    assert len({hands[look]["arrow"] for look in ("before", "dragged", "keyed")}) == 3
    assert loss("dragged") > loss("before") + 5
    assert loss("shifted") > loss("dragged") + 5  # one bias, at its lowest


def test_nothing_goes_wrong_in_the_console(seen):
    assert not seen["errors"]
