.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
SCRIPTS := tests/browser/node_modules
# JupyterLab and Chromium refuse to run as root unless told to
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help setup lab test lint notebooks bench clean

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## create .venv and install the pinned dependencies
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 lab")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(SCRIPTS): tests/browser/package.json
	npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix tests/browser
	@touch $@

lab: $(READY) ## open JupyterLab on chapter 1
	$(BIN)/jupyter lab --ip=127.0.0.1 $(ROOT) --LabApp.default_url=/lab/tree/notebooks/01_what_is_a_feature.ipynb

test: $(READY) $(if $(shell command -v npm),$(SCRIPTS)) ## run every test: unit, notebooks (nbval), browser
	$(BIN)/python -m pytest

lint: $(READY) ## check style, with ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: $(READY) ## execute all notebooks and store their outputs
	$(BIN)/python tests/store_outputs.py

bench: $(READY) ## measure speed: the engine against usual ways, quality, then the sliders in a browser
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/quality.py
	$(BIN)/python benchmarks/latency.py

clean: ## remove .venv and caches
	rm -rf .venv $(SCRIPTS) .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf
