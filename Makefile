.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
COURSE := .venv/course
TOOLS := .venv/tools
NO_NEWS := .venv/no-news
SCRIPTS := tests/browser/node_modules
MATHJAX := book/node_modules
FRONTEND := toymodels/frontend/node_modules
NPM := $(shell command -v npm)
# JupyterLab and Chromium refuse to run as root unless told to
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# An environment that was moved or copied still points to its old place: make it anew
$(shell test ! -e .venv || test "$$(cat .venv/place 2>/dev/null)" = "$$(pwd -P)" || rm -f .venv/course .venv/tools .venv/no-news)

.PHONY: help setup lab test test-oldest test-newest lint frontend notebooks book handouts grade bench clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup: $(TOOLS) ## install what contributors need into .venv: the course and the test tools

# What a student needs; `make lab` installs no more than this
$(COURSE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v[:2] <= (3, 14) and f"The course runs on Python 3.11 to 3.14, and this is {v[0]}.{v[1]}. Install one of those and name it: make PYTHON=python3.12 lab")'
	@echo "Installing the course into .venv. It takes a few minutes; pip says what it fetches."
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$PIP_EXTRA_INDEX_URL" ]; then \
	    echo "On Linux PyTorch may bring 4 GB of GPU libraries that the course does not need;"; \
	    echo "book/pages/teach.md, 'Linux, PyTorch without CUDA', shows how to do without (Ctrl-C stops this)."; fi
	$(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --constraint constraints.txt --editable .
	@pwd -P > .venv/place
	@touch $@

# JupyterLab asks at its first start whether it may fetch news, in a box over the notebook
$(NO_NEWS): $(COURSE)
	@$(PY) -m jupyter labextension disable @jupyterlab/apputils-extension:announcements 2>/dev/null
	@touch $@

$(TOOLS): $(COURSE)
	@echo "Installing the test tools into .venv."
	$(PY) -m pip install --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(SCRIPTS): tests/browser/package.json
	npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix tests/browser
	@touch $@

$(MATHJAX): book/package-lock.json
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix book
	@touch $@

$(FRONTEND): toymodels/frontend/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix toymodels/frontend
	@touch $@

lab: $(NO_NEWS) ## open JupyterLab on chapter 1
	$(PY) -m jupyter lab --ip=127.0.0.1 $(ROOT) --LabApp.default_url=/lab/tree/notebooks/01_what_is_a_feature.ipynb

test: $(TOOLS) $(if $(NPM),$(SCRIPTS) $(MATHJAX) $(FRONTEND)) ## run every test: unit, notebooks (nbval), browser
	$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-oldest: ## run the tests, but for the browser's, with the oldest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear .venv-oldest
	$(PYTHON) tools/oldest.py > .venv-oldest/constraints.txt
	.venv-oldest/bin/python -m pip install --constraint .venv-oldest/constraints.txt --editable '.[dev]'
	.venv-oldest/bin/python -m pytest --ignore tests/browser

test-newest: ## run the tests, but for the browser's, with the newest versions that pip finds
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --editable '.[dev]'
	.venv-newest/bin/python -m pytest --ignore tests/browser

lint: $(TOOLS) $(if $(NPM),$(FRONTEND)) ## check style: Python with ruff, JavaScript with biome (needs npm)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(if $(NPM),npm run --silent lint --prefix toymodels/frontend)

frontend: $(FRONTEND) ## bundle the JavaScript of explorers and laboratory anew (needs npm)
	node toymodels/frontend/build.mjs

notebooks: $(TOOLS) ## execute the chapters and store their outputs (a notebook of yours: name it)
	$(PY) -m tests.store_outputs

book: $(TOOLS) $(MATHJAX) ## build the web book into book/_build/html; EDITION=students: without solutions (needs npm)
	$(PY) -m book.build $(if $(EDITION),--edition $(EDITION))

handouts: $(TOOLS) ## write the students' edition, without solutions and answers, into handouts/
	$(PY) -m book.handouts handouts $(REPOSITORY) $(if $(LABORATORY),--laboratory $(LABORATORY))

grade: $(if $(FOLDER),$(COURSE)) ## mark the notebooks in a folder: make grade FOLDER=handed_in (also CSV, POINTS, SECONDS)
	@test -d "$(FOLDER)" || { echo "Name the folder of hand-ins: make grade FOLDER=handed_in"; exit 1; }
	$(PY) -m book.grade "$(FOLDER)" $(if $(CSV),--csv "$(CSV)") $(if $(POINTS),--points "$(POINTS)") $(if $(SECONDS),--seconds $(SECONDS))

bench: $(TOOLS) $(FRONTEND) ## measure speed: the engine against usual ways, quality, then the sliders in a browser
	$(PY) benchmarks/engine.py
	$(PY) benchmarks/quality.py
	$(PY) benchmarks/latency.py

# By name: a student's own folders may be called anything
clean: ## remove .venv and caches, nothing else
	rm -rf .venv .venv-oldest .venv-newest .pytest_cache .ruff_cache .hypothesis toymodels.egg-info $(SCRIPTS) $(MATHJAX) $(FRONTEND) book/_build
	rm -rf __pycache__ $(addsuffix /__pycache__,toymodels $(addprefix toymodels/,plot explore check laboratory))
	rm -rf $(addsuffix /__pycache__,tests $(addprefix tests/,plot explore check laboratory browser frontend) benchmarks tools book)
