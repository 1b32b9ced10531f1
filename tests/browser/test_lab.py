"""What counts as wrong in the server's log, so that the other tests here see it."""

import pytest

from .lab import complaints

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
    ],
)
def test_ordinary_lines_and_the_early_question_to_a_kernel_are_no_complaint(log):
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
        "[E 2026-01-01 12:00:00.000 ServerApp] Uncaught exception GET /lab\n",
        "[I 2026-01-01 12:00:00.000 ServerApp] AsyncIOLoopKernelRestarter: restarting kernel (1/5)\n",
    ],
)
def test_everything_else_is(log):
    assert complaints(log)
