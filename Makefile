# Everything here sets itself up: it takes git, make and Python 3.11 or newer.
#
#   make test    every test, the house rules included
#   make demo    the whole loop on examples/fraud, told step by step
#   make demo-databricks  the same over the Databricks REST API, on this machine
#   make check   ruff, mypy and import-linter
#   make bench   figures: medians, and ratios to `python -c pass` and to Terraform
#   make docs    the transcripts in README.md and the comment in examples/github, made anew
#   make schemas schemas/*.json, from the kinds

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
ARGS ?=

.PHONY: help install test demo demo-databricks check bench docs schemas clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

$(READY): pyproject.toml .ci/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mlplan needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@echo "Setting up $(VENV); this happens once."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint .ci/constraints.txt
	@touch $@

install: $(READY)

test: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

demo: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/fraud/demo.sh

demo-databricks: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/fraud/demo.sh "$(CURDIR)/build/demo-databricks" databricks

check: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python tests/benchmarks/bench.py $(ARGS)

docs: $(READY)
	@$(BIN)/python -m pytest -q tests/house/test_readme.py tests/house/test_comment.py --update

schemas: $(READY)
	@$(BIN)/mlplan schema --out schemas

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
