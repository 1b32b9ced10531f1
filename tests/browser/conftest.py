"""A real JupyterLab and a real Chromium for the tests in this folder."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from .lab import Lab, find_chromium

ROOT = Path(__file__).parent.parent.parent
REQUIRED = bool(os.environ.get("REQUIRE_BROWSER"))
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _as_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=FLAGS + ["--no-sandbox"] * _as_root()
            )
        except Error as error:
            if REQUIRED:
                raise
            pytest.skip(
                "no browser: install Chromium or Chrome (for example `apt install chromium`), "
                f"or run `playwright install chromium` ({str(error).splitlines()[0]})"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """JupyterLab on a free loopback port, serving a copy of the notebooks: (address, token, folder, log)."""
    folder = tmp_path_factory.mktemp("lab")
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, home = secrets.token_hex(16), tmp_path_factory.mktemp("jupyter")
    log = home / "server.log"
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = [
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
    ]
    command += options + ["--allow-root"] * _as_root()
    isolated = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    isolated["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    isolated["JUPYTERLAB_WORKSPACES_DIR"] = str(home / "workspaces")
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | isolated)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(f"{address}/api/status?token={token}", process, log)
        yield address, token, folder, log
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(url, process, log):
    for _ in range(240):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(log.read_text())


@pytest.fixture
def lab(browser, server):
    """A fresh page on the server; at the end nothing may have gone wrong in console or log."""
    address, token, folder, log = server
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    lab = Lab(page, address, token, folder)
    already_logged = len(log.read_text())
    yield lab
    lab.shut_down_kernels()
    context.close()
    assert not lab.errors, lab.errors
    said = log.read_text()[already_logged:]
    assert "Traceback" not in said and "[E " not in said, said
