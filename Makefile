# `make run` and `make test` do all the set-up: an own .venv with the pinned packages, nothing else on the machine changes.
# PYTHON may name any Python 3.10 - 3.12:  make run PYTHON=python3.11
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: run test browser

run:
	$(PYTHON) app.py $(ARGS)

# A worker for each core, up to four, and one thread in each: workers that share their cores stall each other.
test: .venv/installed-tests browser
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

.venv/installed-tests: requirements.txt engine/synthetic/requirements.txt tests/requirements.txt
	$(PYTHON) -m composer_app.environment
	$(BIN)/python -m uv pip install -q --python $(BIN)/python -r tests/requirements.txt
	@touch $@

# The browser tests need a Chromium; where it cannot be had they are skipped, and pytest says so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null) \
	|| echo "No Chromium here and none could be installed: the browser tests will be skipped."
