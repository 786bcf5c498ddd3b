PYTHON ?= python3
# Debian's packages that some tests need and pip cannot bring; `make test-all` installs them.
APT_PACKAGES =

BIN = .venv/bin
# Each environment is installed again when the requirements it was installed from change.
RUNTIME = .venv/.runtime
DEV = .venv/.dev
BENCH = .venv/.bench

.DEFAULT_GOAL := help
.PHONY: help run load check test test-all lint format openapi lock bench clean apt-packages

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: load ## Load the register and serve it on this machine
	exec $(BIN)/python -m app serve

load: $(RUNTIME) ## Build the database from seed/
	$(BIN)/python -m app load

check: $(RUNTIME) ## Check the seeds: every quote, date and reference
	$(BIN)/python -m app check

test: $(DEV) ## Run the tests; one whose program is missing is skipped, and says so
	$(BIN)/pytest --cov

test-all: export CITYPACT_TEST_ALL = 1
test-all: apt-packages test ## Install what the skipped tests need, then run all; none may skip

lint: $(DEV) ## Check style, types, layers and the Dockerfile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile

format: $(DEV) ## Mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

openapi: $(RUNTIME) ## Write the contract, tests/openapi.json, for review
	$(BIN)/python -m app openapi > tests/openapi.json

# Hashes of every published file, so that the pins hold on any architecture. --isolated and --no-emit-*:
# nothing of the pip settings of the machine that writes them.
COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-options --pip-args=--isolated pyproject.toml

lock: $(DEV) ## Pin the requirements anew from pyproject.toml (UPGRADE=1: at their newest)
	$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra bench --output-file requirements-bench.txt

# Soul-cli comes from npm, where nothing but its version is pinned: it is run here, against our own data, and nowhere else.
SOUL = soul-cli@0.8.2

bench: $(DEV) $(BENCH) ## Compare with peers; SIZES="1000 100000 1000000" needs an hour and 40 GB, wrk measures best
	$(BIN)/python -m tests.benchmark

$(BENCH): requirements-bench.txt | .venv
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	npm install --silent --no-save --prefix .venv/bench $(SOUL)
	touch $@

clean: ## Remove all that is not committed: environment, database, caches
	rm -rf .venv .citypact .coverage* htmlcov .*_cache .hypothesis
	find app migrations tests -name __pycache__ -prune -exec rm -rf {} +

.venv:
	$(PYTHON) -m venv .venv

$(RUNTIME): requirements.txt | .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(DEV): requirements-dev.txt | .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

apt-packages:
	$(if $(APT_PACKAGES),apt-get update -qq && apt-get install -qq --no-install-recommends $(APT_PACKAGES))
