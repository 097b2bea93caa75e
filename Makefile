# Two commands do all the set-up on a fresh machine: make demo, make test.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEV := .venv/.dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo run test check storm trials bench docs pins clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN) ## play one whole renewal against the sandbox, with live progress
	@$(BIN)/python -m sandbox.demo

run: $(RUN) ## the same sandbox and bot, kept running, to play brand, agent and SaaS team by hand
	@$(BIN)/python -m sandbox.demo --keep

test: $(DEV) ## the whole test suite, with branch coverage of bot and handlers
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest -n 3 --dist loadfile $(TESTS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report

check: $(DEV) ## lint, types, layer contracts, generated pages, known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m docs.audit

storm: $(DEV) ## 201 renewals while everything fails by turns, or one storm: SEED=7 N=50 DB=postgresql
	@{ test -n "$(SEED)" && echo "$(SEED) $(DB)" || printf '1 sqlite\n2 postgresql\n3 sqlite\n'; } | N=$(or $(N),67) \
		xargs -P 3 -L 1 sh -c 'SEED=$$0 DB=$$1 exec $(BIN)/python -m pytest -p no:cacheprovider tests/storm/test_storm.py'

trials: $(DEV) ## storms, a burst with kills, a release under way, a full disk, a day of outage: half an hour
	@TRIALS=1 $(BIN)/python -m pytest tests/storm tests/wholeway/test_several_machines.py tests/wholeway/test_disk_full.py tests/wholeway/test_kill.py tests/wholeway/test_restarts.py tests/wholeway/test_outage.py

bench: $(DEV) ## measure every figure beside its baselines, ten minutes; BENCH=--quick two
	@$(BIN)/python -m bench $(BENCH)

docs: $(DEV) ## write the generated parts of README and docs anew
	$(BIN)/python -m docs.generate

pins: ## compile requirements.txt and requirements-dev.txt from their short lists
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements-dev.in -o requirements-dev.txt

clean: ## remove what these commands made
	rm -rf .venv var .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what the bot runs on (once)"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): $(RUN)
	@echo "installing what the tests need (once)"
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@
