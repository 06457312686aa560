# The two commands: `make demo` and `make test`. Both set everything up first; a second time they find nothing to do.
# PYTHON names another interpreter: make demo PYTHON=python3.12
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint check bench growth pictures bundle try-bundle supply lock docs clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  ## .venv with the command `outcomes`, and Pango where it is missing
	@$(PYTHON) scripts/setup.py

setup-dev:  ## the same, and what tests and linters need
	@$(PYTHON) scripts/setup.py --dev

demo: setup  ## build the sample program in demo/ and its report
	@$(VENV)/outcomes demo demo --force

test: setup-dev  ## all tests
	@$(VENV)/python -m pytest -n auto

lint: setup-dev  ## ruff, strict types, one direction of imports
	@$(VENV)/ruff check . && $(VENV)/ruff format --check . && $(VENV)/mypy && $(VENV)/lint-imports

check: test lint  ## what CI runs

bench: setup-dev  ## speed against DuckDB's own read, and against pandas
	@$(VENV)/python -m benchmarks

pictures: setup-dev  ## draw the page pictures of tests/ and docs/ anew; look at what changed
	@$(VENV)/python -m tests.demo.pictures

growth: setup-dev  ## what a build costs from 1 to 10 million calls (docs/scale.md)
	@$(VENV)/python -m benchmarks.growth --agencies 4 --month --rows 1000000 10000000

bundle: setup-dev  ## dist/: wheels, fonts and an install script in one archive, for machines without a network
	@$(VENV)/python scripts/bundle.py

try-bundle: bundle  ## install it with networking off and build the demo (Linux, as root)
	@sh scripts/try_bundle.sh

supply: setup-dev  ## pins, hashes and licences of all packages, without a network
	@$(VENV)/python scripts/supply.py

lock:  ## pin the dependencies anew (needs uv)
	@sh scripts/lock.sh --upgrade

docs: setup  ## write the generated data dictionary anew
	@$(VENV)/outcomes dictionary --output docs/dictionary

clean:  ## forget .venv and what the demo made
	rm -rf .venv demo dist
