# factnotes: `make help` lists the targets. Only Python 3.11 and make are assumed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes
export UV_COMPILE_BYTECODE := 1
DATA ?= ../shared/data
SUITE ?= seed-verdict
PROMPTS ?= predict_verdict@1 predict_verdict@3
MODEL ?= $(FACTNOTES_MODEL)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# Prefect keeps its own files with the project's; the rest of its settings are in flows/__init__.py.
export PREFECT_HOME := $(CURDIR)/.factnotes/prefect
export DO_NOT_TRACK := 1
# Tests start many processes: none of them should have to compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test quick fuzz check audit format bench evaluate lock record screenshots clean

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

.factnotes/seeded: $(wildcard seeds/reference/* seeds/world/*) .venv/runtime
	@echo "Building the evidence index from seeds/"
	@$(BIN)/factnotes index seeds/reference
	@$(BIN)/factnotes init
	@touch $@

demo: .factnotes/seeded ## check the seed article with the embedded default: no key, no network
	@$(BIN)/python -m flows.check_article seeds/articles/putin-trump-call.txt

/usr/bin/chromium:
	@echo "Installing Debian's Chromium for the browser tests"
	@$(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq -y --no-install-recommends chromium >/dev/null

/usr/bin/pg_createcluster:
	@echo "Installing Debian's PostgreSQL for the test of a whole cluster"
	@$(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq -y --no-install-recommends postgresql >/dev/null

/usr/bin/soffice:
	@echo "Installing Debian's LibreOffice Writer for the tests of Word files (90 MB)"
	@$(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq -y --no-install-recommends libreoffice-writer-nogui >/dev/null

# Four workers on two cores: a library that shares its sums among threads of its own only makes them wait for each other.
test quick: export OPENBLAS_NUM_THREADS := 1
test: .venv/dev /usr/bin/chromium /usr/bin/pg_createcluster ## run all tests
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

quick: .venv/dev ## run the quick tests, most of them, with few examples: no browser, database or other process
	@$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile --hypothesis-profile quick -m "not (browser or database or process or slow)"

FUZZ ?= 20000
GUIDED ?= 1000000
fuzz: .venv/dev ## try garbage on everything that reads what comes from outside: FUZZ examples of each property
	@FACTNOTES_FUZZ=$(FUZZ) $(BIN)/pytest tests/project/test_fuzz.py tests/core/test_addressed.py --hypothesis-profile fuzz
	@if $(BIN)/python -c "import atheris" 2>/dev/null; then \
	  PYTHONPATH=$(CURDIR) $(BIN)/python tests/support/guided_fuzz.py $(GUIDED) .venv/fuzz; \
	else echo "fuzz: not guided by coverage: $(BIN)/uv pip install --python $(BIN)/python atheris"; fi

check: .venv/dev ## format, lint, types, import contracts, dependencies, known dangers, live prompts and their floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/bandit --quiet --recursive pipeline flows 2>/dev/null
	@$(BIN)/factnotes prompts check
	@$(BIN)/factnotes eval gate

format: .venv/dev ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev ## measure, and keep the figures in benchmarks/results; DATA=folder names the data sets
	@$(BIN)/python -m benchmarks --data $(DATA)

evaluate: .venv/dev ## compare prompts and claims a call with a model: MODEL=openai:name, SUITE=, PROMPTS=, BASE_URL=
	@test -n "$(MODEL)" || { echo "Name a model: make evaluate MODEL=openai:some-model"; exit 1; }
	@$(BIN)/factnotes eval run $(SUITE) --model "$(MODEL)" $(if $(BASE_URL),--base-url $(BASE_URL)) \
	  $(foreach prompt,$(PROMPTS),--prompt $(prompt)) --claims-per-call 1 --claims-per-call 8

record: .venv/dev ## record a model's replies anew, from RECORD_BASE_URL, RECORD_MODEL, RECORD_API_KEY
	@$(BIN)/pytest tests/llm/test_recorded_model.py tests/check/test_recorded_article.py --record-mode=rewrite

screenshots: .venv/dev /usr/bin/chromium ## photograph the desk anew for the README
	@$(BIN)/python -m tests.support.screenshots

clean: ## remove the store, the index and the runs; .venv stays
	@rm -rf .factnotes runs

audit: .venv/uv ## ask for known faults of the locked packages; says where no source of advisories is reached
	@$(BIN)/uv tool run --quiet pip-audit --requirement requirements/runtime.txt --disable-pip --require-hashes \
	  --progress-spinner off >.venv/audit.txt 2>&1; \
	if grep -E "^Found [0-9]+ known" .venv/audit.txt; then cat .venv/audit.txt; exit 1; fi; \
	unasked=$$(grep -c "could not be audited" .venv/audit.txt); \
	if [ "$$unasked" -gt 0 ]; then echo "audit: skipped for $$unasked packages: no advisories on them are reached from here"; \
	elif grep -q "^No known vulnerabilities found" .venv/audit.txt; then echo "audit: no known faults"; \
	else echo "audit: skipped: pip-audit or its source of advisories is not reached from here (.venv/audit.txt says more)"; fi

lock: .venv/uv ## resolve the dependencies again, with hashes and without hosts
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build --group dev --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build -c requirements/dev.txt --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 -o requirements/runtime.txt
