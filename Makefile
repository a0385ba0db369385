# `make help` lists the targets. Everything is kept in this checkout: .venv (Python and Node packages), .build (assets,
# stamp files), .data (the embedded database). Set-up steps run again only when what they depend on changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first of these that is Python 3.11 to 3.13; PYTHON=/path/to/python3.12 chooses another.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	"$$p" -c '$(SUITABLE)' 2>/dev/null && { command -v "$$p"; break; }; done)

BIN := $(CURDIR)/.venv/bin
NODE := PATH="$(BIN):$$PATH" NODE_OPTIONS=--use-system-ca npm_config_update_notifier=false
UV_VERSION := $(shell cat .uv-version)
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# Where this is set (as in many images), each process would compile all the code anew: five seconds of a start.
unexport PYTHONDONTWRITEBYTECODE
# Behind a company's proxy the machine knows its certificate, the tools' own lists do not.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := true
endif

SETUP := .build/static.done
FRONTEND_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) $(wildcard frontend/*.js)
TEMPLATES := $(shell find src/tiejun -name '*.html' 2>/dev/null)
PO := $(shell find locale -name '*.po' 2>/dev/null)

.PHONY: help setup run dev test test-pure test-browser lint seed messages bench clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: $(SETUP) ## start Tiejun with its own database and a demo company; PORT=8001 for another port
	@exec $(BIN)/tiejun run

dev: $(SETUP) ## the same with error pages, and restarts when a source changes
	@trap 'kill 0' EXIT; cd frontend && $(NODE) npx vite build --watch --emptyOutDir false --logLevel warn & \
	TIEJUN_MODE=development $(BIN)/tiejun run

# Three at a time on two cores: a third of their time the tests wait for a browser, a server or a killed process.
test: $(SETUP) ## run all tests
	@exec $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder $(ARGS)

test-pure: .build/py.done ## run the tests that need no database (seconds)
	@exec $(BIN)/python -m pytest tests/engines tests/tools $$(find tests -name 'test_rules*.py') $(ARGS)

test-browser: $(SETUP) ## run the journeys in Chromium
	@exec $(BIN)/python -m pytest tests/browser $(ARGS)

lint: $(SETUP) ## check style, types, imports, templates and the message catalogue
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/djade --target-version 5.2 --check $(TEMPLATES) && echo "Templates are formatted."
	$(BIN)/python -m tools.messages check

seed: $(SETUP) ## fill an empty database with the demo company
	@$(BIN)/tiejun migrate --quiet
	@exec $(BIN)/tiejun seed

messages: .build/py.done ## add new texts to the catalogue, list what is untranslated
	@exec $(BIN)/python -m tools.messages sync

bench: $(SETUP) ## measure against the budgets (minutes; needs a quiet machine)
	@exec $(BIN)/python -m benchmarks $(ARGS)

setup: $(SETUP) ## install and build everything without starting

clean: ## remove what was installed and built; the data in .data stays
	rm -rf .venv .build frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# -- steps, each remembered by a stamp ---------------------------------------------------------------------------------
.venv/.uv-$(UV_VERSION):
	@[ -n "$(PYTHON)" ] || { echo "Tiejun needs Python 3.11, 3.12 or 3.13: install it (Debian: apt install python3 python3-venv) or set PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks its venv module: install it (Debian: apt install python3-venv) and run make again." >&2; exit 1; }
	@free=$$(df -Pk . | awk 'NR==2 {print int($$4/1024)}'); [ "$$free" -gt 1800 ] || { echo "Only $$free MB are free here; Tiejun needs 1800 MB to set itself up." >&2; exit 1; }
	@echo "Creating .venv with $(PYTHON) …"
	@"$(PYTHON)" -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $@

.build/py.done: pyproject.toml uv.lock .venv/.uv-$(UV_VERSION)
	@echo "Installing Python packages …"
	@$(BIN)/uv sync --frozen --quiet --python "$(BIN)/python"
	@mkdir -p .build && touch $@

.build/npm.done: frontend/package-lock.json frontend/package.json .build/py.done
	@echo "Installing page packages …"
	@(cd frontend && $(NODE) npm ci --no-audit --no-fund --prefer-offline) > .build/npm.log 2>&1 || { cat .build/npm.log; exit 1; }
	@touch $@

.build/vite.done: .build/npm.done $(FRONTEND_SOURCES) $(TEMPLATES)
	@echo "Building page assets …"
	@(cd frontend && $(NODE) npm run build --silent) > .build/vite.log 2>&1 || { cat .build/vite.log; exit 1; }
	@touch $@

.build/messages.done: .build/py.done $(PO)
	@$(BIN)/python -m tools.messages compile
	@touch $@

$(SETUP): .build/vite.done .build/messages.done $(shell find src/tiejun -path '*/static/*' -type f 2>/dev/null)
	@echo "Collecting static files …"
	@$(BIN)/tiejun manage collectstatic --noinput --clear --verbosity 0
	@touch $@
