PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test lint bench

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "migration-agent needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/.ready

# The main job on a copy of the sample project: a request in plain English to a checked migration file.
demo: setup
	rm -rf build/demo && mkdir -p build && cp -R evals/projects/inner_odyssey build/demo
	$(BIN)/migration-agent new --project build/demo --model builtin "$$(cat evals/demo.txt)"

# Compiled modules are kept even where the environment forbids it: the tests start the command line many times.
test: setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Ratios against the same work done with Postgres's and Supabase's own tools, one JSON object a line.
bench: setup
	$(BIN)/python -m evals.bench
