# `make run` and `make test` do all the set-up: an own .venv with the pinned packages, nothing else on the machine changes.
# PYTHON may name any Python 3.10 - 3.12:  make run PYTHON=python3.11
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
UV = VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q

.PHONY: run test check browser

run: .venv/installed
	$(BIN)/python app.py $(ARGS)

# A worker for each core, up to four, and one thread in each: workers that share their cores stall each other.
test: .venv/installed-tests browser
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

.venv/installed: requirements.txt engine/synthetic/requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 10) <= v <= (3, 12) else "Python 3.10 to 3.12 is needed; this is %d.%d. Say for example: make run PYTHON=python3.11" % v)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.9.9
	$(UV) -r requirements.txt
	$(UV) --no-deps -r engine/synthetic/requirements.txt
	@touch $@

.venv/installed-tests: .venv/installed tests/requirements.txt
	$(UV) -r tests/requirements.txt
	@touch $@

# The browser tests need a Chromium; where it cannot be had they are skipped, and pytest says so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null) \
	|| echo "No Chromium here and none could be installed: the browser tests will be skipped."
