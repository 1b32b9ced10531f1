"""What counts as wrong in the server's log, so that the other tests here see it."""

import pytest

from .lab import NEWS, NOTEBOOKS, complaints

LOCK = """\
ERROR:tornado.general:Uncaught exception in ZMQStream callback
Traceback (most recent call last):
  File "traitlets/traitlets.py", line 652, in get
    value = obj._trait_values[self.name]
            ~~~~~~~~~~~~~~~~~^^^^^^^^^^^
KeyError: '_control_lock'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "ipykernel/kernelbase.py", line 301, in dispatch_control
    async with self._control_lock:
               ^^^^^^^^^^^^^^^^^^
traitlets.traitlets.TraitError: The '_control_lock' trait of an IPythonKernel instance expected a Lock, \
not the NoneType None.
"""
LEFT = """\
Exception ignored in: <coroutine object Kernel.dispatch_control at 0x7fee75ad6c50>
Traceback (most recent call last):
  File "warnings.py", line 537, in _warn_unawaited_coroutine
    warn(msg, category=RuntimeWarning, stacklevel=2, source=coro)
  File "asyncio/base_events.py", line 519, in _check_closed
    raise RuntimeError('Event loop is closed')
RuntimeError: Event loop is closed
"""
ORDINARY = "[I 2026-01-01 12:00:00.000 ServerApp] Connecting to kernel 1.\n"
OTHER = 'Traceback (most recent call last):\n  File "widget.py", line 1, in f\nValueError: bad\n'


@pytest.mark.parametrize(
    "log",
    [
        "",
        ORDINARY,
        LOCK,
        LOCK + ORDINARY + LOCK,
        LOCK.replace("KeyError", ORDINARY + "KeyError"),
        LEFT,
        LOCK + ORDINARY + LEFT,
    ],
)
def test_ordinary_lines_and_questions_at_a_kernels_beginning_and_end_are_no_complaint(log):
    assert complaints(log) == ""


@pytest.mark.parametrize(
    "log",
    [
        OTHER,
        LOCK + OTHER,
        OTHER + LOCK,
        LOCK.replace("KeyError: '_control_lock'", "ValueError: bad"),
        LOCK.replace("'_control_lock' trait of", "'other' trait of"),
        "ERROR:tornado.general:Uncaught exception in ZMQStream callback\n" + OTHER + LOCK,
        LEFT + OTHER,
        LEFT.replace("dispatch_control", "dispatch_shell"),
        LEFT.replace("RuntimeError: Event loop is closed", "RuntimeError: bad"),
        "[E 2026-01-01 12:00:00.000 ServerApp] Uncaught exception GET /lab\n",
        "[I 2026-01-01 12:00:00.000 ServerApp] AsyncIOLoopKernelRestarter: restarting kernel (1/5)\n",
    ],
)
def test_everything_else_is(log):
    assert complaints(log)


def test_jupyterlab_does_not_ask_about_news_once_make_has_switched_it_off(lab):
    makefile = (NOTEBOOKS.parent / "Makefile").read_text(encoding="utf-8")
    assert f"$(PY) -m jupyter labextension disable {NEWS} " in makefile
    lab.open(lab.write("news.ipynb", "1"))
    has = "name => jupyterapp.hasPlugin(name)"
    assert lab.page.evaluate(has, NEWS.replace("announcements", "notification"))
    assert not lab.page.evaluate(has, NEWS)
