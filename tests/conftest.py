"""Shared by all tests: reproducible property tests, one place for the models."""

import pytest
from hypothesis import settings

import toymodels as tm

settings.register_profile("default", max_examples=25, deadline=None, derandomize=True)
settings.load_profile("default")

MODELS = [tm.LinearModel, tm.ReLUModel, tm.ReLUOutputModel]


@pytest.fixture(params=MODELS, ids=lambda cls: cls.__name__)
def model_class(request):
    return request.param
