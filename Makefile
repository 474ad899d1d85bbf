# The one menu of the project: `make help`.
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
TOOLS := $(VENV)/tools
# Bench of speed: `make bench ONLY=sheets`.
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help setup system demo test lint bench screenshots package format lock

help: ## say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## install what is missing, into .venv

system:
	@packaging/system-packages.sh $(PACKAGES)

$(STAMP): requirements.lock pyproject.toml packaging/system-packages.txt
	@packaging/system-packages.sh desktop
	python3 -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	test -x $(PY) || $(TOOLS)/bin/uv venv --quiet --allow-existing --python python3 $(VENV)
	$(TOOLS)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock
	$(TOOLS)/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	@touch $(STAMP)

demo: setup ## the main job on real input: window, portal, mails caught (offscreen without a display)
	$(VENV)/bin/preau demo

test: setup ## every test, in random order, three at a time: they wait for servers and windows more than they reckon
	@packaging/system-packages.sh tests
	$(PY) -m pytest -n 3 -q

lint: setup ## style, types and the direction of imports
	$(VENV)/bin/ruff check app tests
	$(VENV)/bin/ruff format --check app tests
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

bench: setup ## speed, as ratios to floors measured in the same run
	$(PY) -m tests.bench $(ONLY)

screenshots: setup ## render every screen and page into ./screenshots, and the README's pictures
	@packaging/system-packages.sh tests
	$(PY) -m tests.screenshots

package: setup ## the desktop as one folder without Python, in dist/preau, then tried elsewhere
	@packaging/system-packages.sh desktop package
	$(PY) -m PyInstaller packaging/desktop.spec --noconfirm --distpath dist --workpath build --log-level WARN
	packaging/check-package.sh dist/preau $(PY)

format: setup ## put the code into its usual form
	$(VENV)/bin/ruff check --fix-only --quiet app tests
	$(VENV)/bin/ruff format app tests

lock: setup ## compile requirements.lock again from pyproject.toml
	$(TOOLS)/bin/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-annotate \
		--no-header --no-emit-index-url --python-version 3.11 --quiet -o requirements.lock
