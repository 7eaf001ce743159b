# factnotes: `make help` lists the targets. Only Python 3.11 and make are assumed.
PYTHON ?= python3.11
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes
export UV_COMPILE_BYTECODE := 1
DATA ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench lock record screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.venv/uv: requirements/uv.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; name another with make PYTHON=..."; exit 1; }
	@echo "Setting up .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/runtime: requirements/runtime.txt .venv/uv
	@echo "Installing what factnotes needs (about 1 GB, once)"
	@$(UV) -r requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/runtime
	@echo "Installing what its tests need"
	@$(UV) -r requirements/dev.txt
	@touch $@

lock: .venv/uv ## resolve the dependencies again, with hashes and without hosts
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build --group dev --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build -c requirements/dev.txt --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 -o requirements/runtime.txt
