# Everything from a bare clone: Python 3.11 or newer, pip and the package registries are enough.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
DATABASE := resources/codes.db
LOCK := packaging/requirements.txt
LOCK_DEV := packaging/requirements-dev.txt

INPUTS := packaging/database_inputs.txt
DATABASE_FROM := $(filter-out $(wildcard $(shell sed -n 's/^!//p' $(INPUTS))),$(wildcard $(shell grep -v '^[#!]' $(INPUTS))))

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Two processes and more where there are cores for them; a process that runs out of tests takes over another's.
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

.PHONY: help setup data data-full run test test-fast lint torture soak bench package release smoke screenshots lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Make the virtual environment with everything that developing needs
	@:

data: $(DATABASE) ## Compile the code database, resources/codes.db
	@:

data-full: $(VENV)/.run ## Compile all code sets from the official files: FROM=DIR, else fetched from CMS and CDC
	@$(BIN)/python -m build $(if $(FROM),--from "$(FROM)",--fetch)
	@touch $(DATABASE)

run: $(VENV)/.run $(DATABASE) ## Run the program; make run ARGS="lookup appendicitis" passes arguments on
	@exec $(BIN)/python -m app $(ARGS)

lint: $(VENV)/.dev ## Check format, lint, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache

test: lint $(DATABASE) ## Run lint and all tests; make test ARGS="-k name" narrows
	$(PYTEST) $(ARGS)

test-fast: $(VENV)/.dev $(DATABASE) ## After every change: ruff, and the tests that are not slow, in under a minute
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(PYTEST) -m "not slow" $(ARGS)

torture: $(VENV)/.dev $(DATABASE) ## Kill and fail at every rename, deletion and flush and up to 80 writes of each scenario: 2,500 times in half an hour
	CODARIUM_TORTURE=160 $(PYTEST) tests/intake/torture $(ARGS)

soak: $(VENV)/.dev $(DATABASE) ## Type 20,000 keystrokes in the real window and open 2,000 codes: the memory after each thousand, in a quarter of an hour
	CODARIUM_SOAK=20000 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q tests/ui/soak $(ARGS)

bench: $(VENV)/.dev $(DATABASE) ## Measure speed, memory and relevance beside other ways; ARGS="--readme" renews the README, "--db FILE" takes that database
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -s \
		--override-ini=addopts="--strict-config --strict-markers" --benchmark-only tests/benchmarks $(ARGS)

package: $(VENV)/.dev $(DATABASE) ## Build the executable: dist/codarium/ and dist/codarium-VERSION-linux-ARCH.tar.xz
	$(BIN)/python packaging/package.py

release: data-full ## Build the executable with the full database
	@$(MAKE) package

smoke: $(VENV)/.dev ## Test the packaged executable as on another machine
	$(BIN)/python -m pytest -q --override-ini=addopts= tests/packaging $(ARGS)

screenshots: $(VENV)/.dev $(DATABASE) ## Take pictures of the real window, into dist/screenshots
	$(BIN)/python packaging/screenshots.py $(ARGS)

lock: $(VENV)/.dev ## Pin what pyproject.toml asks for; make lock ARGS=--upgrade takes newer versions
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --group data --group editable --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) --output-file $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --group data --group editable --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --constraint $(LOCK) $(ARGS) --output-file $(LOCK_DEV)

clean: ## Remove everything that was made
	rm -rf $(VENV) dist $(DATABASE) .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The interpreter is tried and not only looked up: a version switcher's shim exists for versions that are not active.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3 python); do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version)"; "$$python" -m venv $(VENV); exit; \
		fi; \
	done; \
	echo "Codarium needs Python 3.11 or newer with venv (on Debian: apt install python3 python3-venv);" \
		"say which with: make PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.run: $(LOCK) pyproject.toml | $(BIN)/python
	@echo "Installing what the program needs"
	@$(PIP) install --require-hashes -r $(LOCK)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(LOCK_DEV) $(VENV)/.run
	@echo "Installing what developing needs"
	@$(PIP) install --require-hashes -r $(LOCK_DEV)
	@touch $@

$(DATABASE): $(DATABASE_FROM) | $(VENV)/.run
	@$(BIN)/python -m build
	@touch $@
