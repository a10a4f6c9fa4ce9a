# Anban (安班). `make` alone lists what can be done; scripts/setup/ does the work of getting ready.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
ready = python="$$(scripts/setup/find_python.sh)" && "$$python" -m scripts.setup
# What was compiled is kept: the tests start the program some hundred times.
unexport PYTHONDONTWRITEBYTECODE
# What runs beside each other prints one after the other, where make can do that. Three at once: of two, the first to
# end would leave a processor idle while the types, which run on one, are looked at last.
beside = $(MAKE) -j3 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Which tests: make test-fast ARGS="tests/models -k scan"
ARGS ?=
# How many test processes. A third one on two cores was not seen to be quicker, and a drill that measures failed beside it.
WORKERS ?= 2

##@ Use it

.PHONY: run
run: ## Get everything ready and start Anban with demo data (PORT is set by ANBAN_PORT)
	@$(ready) run
	@exec $(BIN)/anban run --demo

.PHONY: migrate
migrate: ## Bring the database of ANBAN_DATABASE_URL up to date
	@$(ready) python
	@$(BIN)/anban migrate

.PHONY: demo-reset
demo-reset: ## Put the demo data aside, so that the next run plants it anew
	@$(ready) demo-reset

.PHONY: fronts
fronts: ## Build the front ends that changed (console, phone, mini-program, font)
	@$(ready) fronts

##@ Check it

.PHONY: test
test: ## All checks: style, types, front ends, the whole suite on SQLite and MariaDB
	@$(ready) test
	@$(beside) types front-console front-miniprogram lint
	@echo "== tests on SQLite and MariaDB"
	@PYTHONHASHSEED=0 ANBAN_TEST_DATABASE=both $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-engines
test-engines: ## The whole suite with every test of the database on both engines, also those that `make test` runs by turns
	@$(ready) test
	@PYTHONHASHSEED=0 ANBAN_TEST_DATABASE=every $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-fast
test-fast: ## Only what needs no browser and no MariaDB (ARGS go to pytest)
	@$(ready) test-fast
	@ANBAN_TEST_DATABASE=sqlite $(BIN)/pytest -m "not browser and not slow" $(ARGS)

.PHONY: explore
explore: ## Property tests with other examples, round after round; prints each seed (ARGS: --minutes 5, --seed N, files)
	@$(ready) test-fast
	@$(BIN)/python -m scripts.explore $(ARGS)

.PHONY: mutants
mutants: ## Turn comparisons and conditions of rules, one at a time, and see that the chapter's tests notice (ARGS: --number 40)
	@$(ready) test-fast
	@$(BIN)/python -m scripts.mutants $(ARGS)

.PHONY: lint
lint: ## Style of the Python code
	@$(ready) python-test
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: types
types: ## Types of models/
	@$(ready) python-test
	@echo "== mypy"
	@$(BIN)/mypy

.PHONY: check-fronts
check-fronts: ## Style, types and tests of both front ends, and the mini-program's smoke test
	@$(ready) fronts
	@$(beside) front-console front-miniprogram

.PHONY: front-console front-miniprogram
front-console front-miniprogram: front-%:
	@for task in lint typecheck test $(if $(filter miniprogram,$*),smoke); do \
		echo "== $*: $$task"; \
		(cd static/$* && npm run --silent $$task) || exit 1; \
	done

.PHONY: format
format: ## Put the Python code in order
	@$(ready) python-test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: bench
bench: ## Measure against the floors (MariaDB, durable commits); a whole run writes docs/benchmarks/latest.*
	@$(ready) bench
	@$(BIN)/python -m scripts.bench $(ARGS)

.PHONY: drill
drill: ## kill -9 of web, worker, Redis, MariaDB 25 times each under load, and the proof that nobody was missed (ARGS: --celery, --kills 3)
	@$(ready) bench
	@$(BIN)/python -m scripts.drills.kills $(ARGS)

##@ Keep it

.PHONY: pins
pins: ## Write requirements*.txt anew, with the newest versions that setup.py allows
	@$(ready) pins

.PHONY: clean
clean: ## Remove what was built and installed here (the data in var/ stays)
	rm -rf .venv .make static/dist static/*/node_modules tests/bots/peer/node_modules *.egg-info build
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(wildcard server handlers miniprogram_api bots models scripts tests) -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
