# What can be done here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run setup test check test-fast style types mend lock bench bench-storage bench-peers \
	drill screenshots conformance test-machine clean python sbom
MAKEFLAGS += --no-print-directory

PORT ?= 8000
DATA ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# The tests start the program some hundred times: what was compiled once is kept, also where
# somebody has asked Python to keep nothing.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
RUNTIME := .venv/ready-to-run
READY := .venv/ready-to-work
TESTS ?=
AXE := build/axe/node_modules/axe-core/axe.min.js
TWILIO := build/twilio/node_modules/twilio/package.json

help: ## list what can be done, as you see
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1@\2/p' $(MAKEFILE_LIST) \
		| while IFS=@ read -r name says; do printf '  make %-15s %s\n' "$$name" "$$says"; done

run: $(RUNTIME) ## try it: everything at once, on http://localhost:8000 (PORT=… DATA=folder to keep what you do)
	@exec $(BIN)/watchword demo --port "$(PORT)" $(if $(DATA),--data "$(DATA)")

setup: $(READY) ## make a place to work in: .venv with all that the checks need

test: style types $(AXE) $(TWILIO) ## all that a change must pass: form, lint, types, tests; here and on the build server
	@$(PYTEST) -n auto --maxprocesses 4 --dist worksteal $(TESTS)

check: test ## the same as `make test`

test-fast: $(READY) ## the tests alone, on SQLite alone, on all processors, up to the first fault
	@$(PYTEST) -n auto --dist worksteal -k "not postgresql" --maxfail 1 $(TESTS)

style: $(READY) ## look at form and lint
	@$(BIN)/ruff format --check --quiet || { echo "The form is not right: make mend"; exit 1; }
	@$(BIN)/ruff check --quiet

types: $(READY) ## look at types
	@$(BIN)/mypy --no-error-summary

mend: $(READY) ## mend what a machine can mend of form and lint
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format --quiet

SBOM := build/tools/bin/cyclonedx-py
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(if $(UPGRADE),--upgrade) pyproject.toml
lock: $(READY) ## remake the lists of exact versions from pyproject.toml (UPGRADE=1 takes the newest)
	@$(PIP) install -qq "uv>=0.9"
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@echo "requirements.lock and requirements-dev.lock are made."

sbom: $(READY) ## list all that a release brings along, with hashes (CycloneDX), in build/sbom.json
	@test -x $(SBOM) || { $(BIN)/python -m venv build/tools; \
		build/tools/bin/python -m pip --disable-pip-version-check install -qq "cyclonedx-bom>=7"; }
	@$(SBOM) requirements requirements.lock --pyproject pyproject.toml --mc-type application \
		--output-format JSON --output-reproducible --output-file build/sbom.json
	@echo "build/sbom.json is made."

bench: $(READY) ## what each operation costs, beside the bare framework and driver (QUICK=1 for a short run)
	@$(call script,bench/run.py) $(if $(QUICK),--quick)

bench-storage: $(READY) ## what storage costs, beside the bare drivers
	@PYTHONPATH=src:. $(BIN)/python bench/storage.py

bench-peers: $(READY) ## the same work done by other products of the kind
	@$(call script,bench/peers/run.py)

drill: $(READY) ## faults, races and long runs, at full length
	@DRILL_ROUNDS=$${DRILL_ROUNDS:-10000} DRILL_EXAMPLES=$${DRILL_EXAMPLES:-1000} \
		DRILL_PAIRS=$${DRILL_PAIRS:-500} DRILL_SPENDS=$${DRILL_SPENDS:-1000} \
		DRILL_POINTS=$${DRILL_POINTS:-10000} DRILL_ORDERS=$${DRILL_ORDERS:-200} \
		DRILL_KILLS=$${DRILL_KILLS:-100} DRILL_CAMPAIGN=$${DRILL_CAMPAIGN:-5000} DRILL_SLOW=$${DRILL_SLOW:-4} \
		$(PYTEST) tests/races tests/journeys tests/web/joining/test_old_cards.py \
		tests/web/api/test_till_openings.py tests/web/api/test_calls_alike.py \
		tests/features/points/test_sums.py tests/features/redemptions/test_any_order.py \
		--override-ini timeout=7200

screenshots: $(READY) ## pictures of every page, for the manual
	@$(call script,scripts/screenshots.py)

conformance: $(READY) $(TWILIO) ## tell again how Twilio Verify is answered, row by row, in docs/twilio-conformance.md
	@CONFORMANCE=write $(PYTEST) -q tests/web/compat/twilio/test_conformance.py

test-machine: ## make a fresh Debian ready for `make test` (as root)
	@bash .ci/machine

clean: ## take away .venv and what tools have left
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

script = test -f $(1) || { echo "There is no $(1) yet."; exit 1; }; PYTHONPATH=src:. $(BIN)/python $(1)

# An environment that has what the locks say. What is installed comes with its hash, from wherever
# pip is told to look; the package itself is a link to src, so that a change is there at once.
$(RUNTIME): requirements.lock pyproject.toml | python
	@echo "Installing what Watchword needs into .venv; the first time this takes half a minute."
	@$(PIP) install -qq --require-hashes --requirement requirements.lock
	@$(PIP) install -qq --no-deps --editable .
	@touch $@

$(READY): requirements.lock requirements-dev.lock pyproject.toml | python
	@echo "Installing what Watchword and its checks need into .venv; the first time takes a minute."
	@$(PIP) install -qq --require-hashes --requirement requirements-dev.lock
	@$(PIP) install -qq --no-deps --editable .
	@touch $(RUNTIME) $@

# What looks for faults of accessibility, and Twilio's library for JavaScript; without npm, that is
# said to be not tested. Nothing that comes along is run while it is installed.
$(AXE): tests/web/console/axe/package.json tests/web/console/axe/package-lock.json
	@$(from_npm)

$(TWILIO): tests/web/compat/twilio/node/package.json tests/web/compat/twilio/node/package-lock.json
	@$(from_npm)

from_npm = command -v npm >/dev/null || { echo "There is no npm here."; exit 0; }; \
	into=$(firstword $(subst /node_modules, ,$@)); mkdir -p $$into && cp $^ $$into && cd $$into && \
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && touch $(CURDIR)/$@

# Any Python from 3.11 on. `make setup PYTHON=/path/to/python` names another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python)

python:
	@$(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null && $(BIN)/python -c 'import pip' 2>/dev/null && exit; \
	for python in $(CANDIDATES); do \
		"$$python" -c '$(NEW_ENOUGH)' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { without_venv=$$python; continue; }; \
		exec "$$python" -m venv --clear .venv; \
	done; \
	if [ -n "$$without_venv" ]; then \
		echo "$$without_venv has no venv module. On Debian and Ubuntu: apt install python3-venv"; \
	else \
		echo "Watchword needs Python 3.11 or later, and $(firstword $(CANDIDATES)) is" \
			"$$({ $(firstword $(CANDIDATES)) --version || echo missing; } 2>/dev/null)." \
			"Name another: make PYTHON=/path/to/python3.12"; \
	fi >&2; exit 1
