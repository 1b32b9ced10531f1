"""Drive JupyterLab as a student does: open, run all, drag, press keys, read what is shown."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# noise of JupyterLab itself, not of a notebook
HARMLESS = ("favicon", "ResizeObserver", "/api/me", "Failed to load resource", "WebGL", "GPU")

STATE = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const code = panel.content.widgets.filter(c => c.model.type === 'code');
  const cells = code.filter(c => c.model.sharedModel.source.trim());
  const outputs = cells.flatMap(c => c.model.outputs.toJSON());
  return {
    status: panel.sessionContext.session?.kernel?.status,
    cells: cells.length,
    done: cells.filter(c => c.model.executionCount !== null && c.model.executionState !== 'running').length,
    errors: outputs.filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue),
  };
}"""


VISIBLE_WIDTH = """() => {  // of the first explorer's picture
  const images = document.querySelectorAll('.widget-vbox img');
  let element = [...images].find(i => i.offsetParent);
  const {left, right} = element.getBoundingClientRect();
  let [a, b] = [left, right];
  for (; !element.classList.contains('widget-vbox'); element = element.parentElement)
    if (getComputedStyle(element).overflowX === 'hidden') {
      const box = element.getBoundingClientRect();
      [a, b] = [Math.max(a, box.left), Math.min(b, box.right)];
    }
  return b - a;
}"""


@contextmanager
def launch_chromium():
    """Chromium or Chrome of this machine, or playwright's own, if it was installed."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS + ["--no-sandbox"] * AS_ROOT)
        yield browser
        browser.close()


@contextmanager
def running_server(folder: Path):
    """JupyterLab on a free loopback port; yields (address, token, folder).

    In the folder are then `notebooks`, a copy of ours, and `server.log`.
    """
    shutil.copytree(NOTEBOOKS, folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, log = secrets.token_hex(16), folder / "server.log"
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = [
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder / 'notebooks'}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
    ]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{kind}_DIR": str(folder / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    with log.open("w") as out:
        process = subprocess.Popen(
            command + options + ["--allow-root"] * AS_ROOT, stdout=out, stderr=out, env=os.environ | own
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(f"{address}/api/status?token={token}", process, log)
        yield address, token, folder
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(url, process, log):
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(log.read_text())


class Lab:
    """One page of JupyterLab; `errors` collects what its console complains about."""

    def __init__(self, page, address: str, token: str, folder: Path):
        self.page, self.address, self.token, self.folder = page, address, token, folder
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.errors.append(message.text)

    def write(self, name: str, *cells: str) -> str:
        """Make a notebook of code cells and return its name."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.folder / name)
        return name

    def open(self, name: str):
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{name}?token={self.token}&reset")
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        self.page.wait_for_function(f"() => {kernel}?.status === 'idle'", timeout=90_000)

    def command(self, name: str, wait: bool = False):
        """Execute a JupyterLab command, without waiting for its end unless asked to."""
        call = f"jupyterapp.commands.execute('{name}')"
        self.page.evaluate(f"() => {call}" if wait else f"() => {{ {call} }}")

    def run_all(self, timeout: float = 120):
        """Clear, run every cell from the top, wait until all are done; no cell may fail."""
        self.command("notebook:clear-all-cell-outputs", wait=True)
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            f"() => {{ const s = ({STATE})(); "
            "return s.errors.length || (s.done === s.cells && s.status === 'idle'); }",
            timeout=timeout * 1000,
            polling=200,
        )
        state = self.state()
        assert not state["errors"], state["errors"]
        return state

    def state(self) -> dict:
        return self.page.evaluate(STATE)

    def evaluate(self, code: str) -> str:
        """Run code in the kernel, beside the cells, and return its value as text."""
        return self.page.evaluate(
            """async code => {
              const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const future = kernel.requestExecute({code, store_history: false});
              let text = '';
              future.onIOPub = m => {
                if (m.header.msg_type === 'execute_result') text = m.content.data['text/plain'];
                if (m.header.msg_type === 'error') text = m.content.evalue;
              };
              await future.done;
              return text;
            }""",
            code,
        )

    def shut_down_kernels(self):
        self.page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
