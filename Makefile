# Two commands need nothing but Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types tests test-claude benchmarks mutants screenshots constraints wheel clean

demo: $(READY)
	@$(BIN)/exito-tui demo

test: lint types tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# Four at a time, as tests wait for a third of their time: two cores have enough to do. What Python
# compiles is kept: each of many processes would compile it again.
tests: export PYTHONDONTWRITEBYTECODE =
tests: $(READY)
	$(BIN)/python -W error -m pytest -n 4 $(PYTEST)

# No part of `test`: fetches Claude Code (under its own terms) into .claude-code, and runs it shut in.
test-claude: $(READY)
	$(BIN)/python -m real_claude $(ONLY)

benchmarks: $(READY)
	$(BIN)/python -m benchmarks $(ONLY)

mutants: $(READY)
	$(BIN)/python -m mutants $(ONLY)

screenshots: $(READY)
	$(BIN)/python screenshots/take.py

wheel: $(READY)
	$(BIN)/python -m hatchling build

# Needs uv, and a network: the newest versions that pyproject.toml allows, with their hashes.
constraints:
	@{ echo '# Every package that exito-tui and its tests use, pinned by version and hash. Remade by `make constraints`.'; \
	  uv pip compile pyproject.toml --extra dev --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q; } > constraints.new
	@mv constraints.new constraints.txt

# A private virtual environment with the pinned packages, and this project in it as it lies here.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "exito-tui needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf $(VENV) .claude-code dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
