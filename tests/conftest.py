"""Shared by all tests: reproducible property tests, one place for the models."""

import signal

import pytest
import torch
from hypothesis import settings

import toymodels as tm

torch.set_num_threads(
    1
)  # of tensors this small a second thread only waits, on a busy machine for seconds
settings.register_profile("default", max_examples=25, deadline=None, derandomize=True)
settings.load_profile("default")

# Where tests run in the background the shell has switched Ctrl-C off, for all child processes too;
# here it works, and so it does in the processes that tests start and interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]


@pytest.fixture(params=MODELS, ids=lambda cls: cls.__name__)
def model_class(request):
    return request.param
