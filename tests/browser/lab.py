"""Drive JupyterLab as a student does: open, run all, drag, press keys, read what is shown."""

import os
import re
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
import pytest

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
NEWS = "@jupyterlab/apputils-extension:announcements"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# what JupyterLab itself complains about in the console; each was seen, none comes from a notebook
HARMLESS = (
    # its debugger asks every new kernel for its state; a restart right then leaves the question unanswered
    "Could not restore the debugger state: Canceled future for debug_request",
)

# ipykernel 6 listens to its control channel a moment before it has the lock that it answers under. The server
# asks every starting kernel on that channel who it is. An early question meets no lock and is lost with this
# report; the server repeats it every 0.5 s until it is answered, and lets nobody else ask before.
# Any other line between, or another error at the end, and it is not this report.
CONTROL_LOCK_NOT_YET_THERE = re.compile(
    r"ERROR:tornado\.general:Uncaught exception in ZMQStream callback\n"
    r"(?:Traceback .*\n|  .*\n|KeyError: '_control_lock'\n|During handling of the above .*\n|\n)*"
    r"traitlets\.traitlets\.TraitError: The '_control_lock' trait of an IPythonKernel instance "
    r"expected a Lock, not the NoneType None\.\n"
)
# A kernel of ipykernel 6 that is told to end while a question waits on its control channel never answers it:
# Python warns of the answer's coroutine into a stream whose loop is closed by then. Nothing of a notebook's
# is in it, and the kernel was to end. Any other coroutine, or another error at the end, is no such report.
QUESTION_LEFT_AT_THE_END = re.compile(
    r"Exception ignored in: <coroutine object Kernel\.dispatch_control at 0x[0-9a-f]+>\n"
    r"Traceback .*\n(?:  .*\n)*RuntimeError: Event loop is closed\n"
)
# ordinary lines of the server; they may stand in the middle of what a kernel says
ORDINARY = re.compile(r"^\[[IDW] .*\n", re.M)
PACE = 20  # milliseconds between two looks at a condition
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"

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


def complaints(log: str) -> str:
    """What is wrong according to a part of the server's log, kernels included; empty if nothing is."""
    deaths = "".join(re.findall(r".*KernelRestarter: restarting kernel.*\n", log))
    said = ORDINARY.sub("", log)
    for report in (CONTROL_LOCK_NOT_YET_THERE, QUESTION_LEFT_AT_THE_END):
        said = report.sub("", said)
    return deaths + (said if "Traceback" in said or "[E " in said else "")


@contextmanager
def launch_chromium():
    """Chromium or Chrome of this machine, or playwright's own, if it was installed."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS + ["--no-sandbox"] * AS_ROOT
        )
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
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
    ]
    options = [
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder / 'notebooks'}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
    ]
    own = {
        f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    own |= {
        f"JUPYTERLAB_{kind}_DIR": str(folder / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")
    }
    # as `make lab` does, but in this server's own settings
    disable = [sys.executable, "-m", "jupyter", "labextension", "disable", "--level=user", NEWS]
    subprocess.run(disable, env=os.environ | own, check=True, capture_output=True)
    with log.open("w") as out:
        process = subprocess.Popen(
            command + options + ["--allow-root"] * AS_ROOT,
            stdout=out,
            stderr=out,
            env=os.environ | own,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(f"{address}/api/status?token={token}", process, log)
        yield address, token, folder
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert not complaints(log.read_text()), complaints(log.read_text())


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


def until(page, condition, seconds: float = 30):
    """Look at a page again and again until the condition holds; its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {seconds} s"
        page.wait_for_timeout(PACE)
    return value


def needs(path: Path, name: str, command: str) -> None:
    """Without an npm package the test is skipped, or fails where it must not be."""
    if path.exists():
        return
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(f"run `{command}` first")
    pytest.skip(f"{name} is missing: install Node.js, then `{command}`")


def violations(page, where: str) -> list[dict]:
    """What axe-core finds in the part of the page that the selector names."""
    needs(AXE, "axe-core", "npm install --prefix tests/browser")
    page.evaluate(AXE.read_text())
    only = "{ resultTypes: ['violations'] }"  # what passes is not described: that takes most of the time
    return page.evaluate(f"() => axe.run('{where}', {only}).then(result => result.violations)")


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
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
        )
        notebook.metadata.kernelspec = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, self.folder / name)
        return name

    def open(self, name: str):
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{name}?token={self.token}&reset")
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        self.page.wait_for_function(f"() => {kernel}?.status === 'idle'", timeout=90_000)

    def begin(self, code: str, said: str):
        """Have the kernel run code, and return once it has printed something; a function awaits its end.

        The function returns the name of the error that ended it, or nothing.
        """
        self.page.evaluate(
            """async ([code, said]) => {
              const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const future = kernel.requestExecute({code, store_history: false});
              const heard = new Promise(resolve => {
                future.onIOPub = m => { if (m.content.text?.includes(said)) resolve(); };
              });
              window.begun = future.done;
              await heard;
            }""",
            [code, said],
        )
        return lambda: self.page.evaluate("async () => (await window.begun).content.ename")

    def until(self, condition, seconds: float = 30):
        """Look again and again until the condition holds; its value."""
        return until(self.page, condition, seconds)

    def command(self, name: str, wait: bool = False):
        """Execute a JupyterLab command, without waiting for its end unless asked to."""
        call = f"jupyterapp.commands.execute('{name}')"
        self.page.evaluate(f"() => {call}" if wait else f"() => {{ {call} }}")

    def run_all(self, timeout: float = 300):
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

    def restart(self):
        """Restart the kernel; on return it is idle and has answered on its control channel as well."""
        self.page.evaluate(f"() => {KERNEL}.restart()")
        self.page.wait_for_function(f"() => {KERNEL}.status === 'idle'", timeout=90_000)
        self.settle_control()

    def settle_control(self):
        """On return the kernel has answered what it was asked on its control channel before."""
        question = "{type: 'request', seq: 0, command: 'debugInfo'}"
        reply = self.page.evaluate(
            f"async () => (await {KERNEL}.requestDebug({question}).done).content"
        )
        assert reply["success"], reply

    def interrupt(self):
        """Interrupt the kernel; on return the signal has been sent."""
        self.page.evaluate(f"() => {KERNEL}.interrupt()")

    def shut_down_kernels(self):
        """End all kernels, the one of the open notebook when it has started and answered."""
        kernel = "window." + KERNEL.replace(".", "?.")
        if self.page.evaluate(f"() => !!{kernel} && {kernel}.status !== 'dead'"):
            up = f"['idle', 'busy'].includes({kernel}?.status)"
            self.page.wait_for_function(f"() => {up}", timeout=90_000)
            self.settle_control()
        self.page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
