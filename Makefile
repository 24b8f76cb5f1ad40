# Needs make and a Python >= 3.11 with venv; everything else comes from requirements.lock into .venv.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help demo test folders night soak mutants check docs-check bench bench-quick lock wheel audit-dependencies clean

help: ## what can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 18

# The stamp is newer than what it was made from, so a changed lock or pyproject.toml makes the venv anew.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	@echo "Making .venv from requirements.lock ..." >&2
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Catalogs as gettext reads them, and what Babel knows of each language's days and numbers.
billing/locales/en.json: .venv/installed billing/locales/building.py $(wildcard billing/locales/*/LC_MESSAGES/*.po)
	@.venv/bin/python -m billing.locales.building

demo test folders night soak mutants check wheel: billing/locales/en.json

demo: .venv/installed ## a made-up year with every shipped tariff, in demo-out/
	@.venv/bin/billing demo demo-out

test: .venv/installed ## all tests, on all cores
	@.venv/bin/python -m pytest -n auto

# What Hypothesis tries hangs on which modules are imported beside it, so a folder that has such tests runs by itself too.
folders: .venv/installed ## the property tests of each folder by itself, on SQLite
	@for folder in $$(grep -rl --include='test_*.py' '^from hypothesis' tests/*/ | cut -d/ -f2 | sort -u); do \
		.venv/bin/python -m pytest -n auto -m hypothesis -k "not postgresql" tests/$$folder || [ $$? = 5 ] \
			|| { echo "by itself: $$folder" >&2; exit 1; }; done

# What a test only seems to need must not hang on which other folders are collected beside it.
night: .venv/installed ## each folder by itself, then property tests at random and further (BILLING_EXAMPLES=1000 of each), 2,000 requests, 500 flipped bytes, 1,000 tampers
	@for folder in $$(find tests -mindepth 2 -name 'test_*.py' | cut -d/ -f2 | sort -u); do \
		.venv/bin/python -m pytest -n auto -k "not postgresql" tests/$$folder || { echo "by itself: $$folder" >&2; exit 1; }; done
	@BILLING_EXAMPLES=$${BILLING_EXAMPLES:-1000} .venv/bin/python -m pytest -n auto --hypothesis-profile=night \
		tests/properties tests/core tests/documents
	@BILLING_REQUESTS=$${BILLING_REQUESTS:-10} .venv/bin/python -m pytest -n auto tests/http/test_schemathesis.py
	@BILLING_WHOLE=1 .venv/bin/python -m pytest -n auto tests/exchange/einvoice/test_exact_check.py tests/desks \
		tests/simulation tests/store/test_killed_run.py tests/http/test_browser.py tests/test_scenarios.py tests/remote/test_who.py \
		tests/test_interrupts.py tests/properties/test_bank.py
	@BILLING_FLIPS=$${BILLING_FLIPS:-500} BILLING_TAMPERS=$${BILLING_TAMPERS:-1000} .venv/bin/python -m pytest -n auto \
		tests/store/test_flipped.py tests/store/test_tampering.py

# What differs is made short and written to simulation-KIND-SEED.json, which `--replay` plays again.
soak: .venv/installed ## the simulation with one seed after the other, for MINUTES=60, ON=sqlite or postgresql
	@.venv/bin/python -m tests.simulation --minutes $${MINUTES:-60} --steps $${STEPS:-400} --on $${ON:-sqlite}

# All of them are a night and more; docs/mutants.md says what was tried so far, and what of it was not seen.
mutants: .venv/installed ## faults planted in what decides, which tests must see: OF=core/burndown,core/rating SAMPLE=200 SEED=12
	@nice .venv/bin/python tools/mutants.py --quiet $(if $(OF),--of "$(OF)") $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

check: .venv/installed docs-check ## format, lint, types, catalogs, layers, generated pages
	@.venv/bin/ruff format --check --quiet --diff .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/python tools/catalogs.py --check
	@found=$$(.venv/bin/lint-imports --no-cache 2>&1) || { echo "$$found"; exit 1; }

docs-check: .venv/installed
	@.venv/bin/python tools/reference.py --check
	@.venv/bin/python tools/statements.py --check
	@PYTHONPATH=. .venv/bin/python tools/api.py --check
	@PYTHONPATH=. .venv/bin/python tools/openapi.py --check

bench: billing/locales/en.json ## measurements against raw floors, into docs/performance.md; ONLY="entry bulk" takes some
	@.venv/bin/python -m tests.bench $(if $(ONLY),$(ONLY),--to docs/performance.md)

bench-quick: billing/locales/en.json ## the same with a tenth of the sizes, nothing written
	@BENCH_QUICK=1 .venv/bin/python -m tests.bench $(ONLY)

# A fresh machine has no uv yet, and the lock may be too old to install as a whole: uv alone comes out of it, by its hash.
lock: ## requirements.lock anew, with today's newest releases
	@rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	@awk '/^[^ ]/ { on = /^uv==/ } on' requirements.lock >.venv-lock/uv.txt
	@.venv-lock/bin/python -m pip --disable-pip-version-check -qq install --require-hashes --requirement .venv-lock/uv.txt
	@.venv-lock/bin/uv pip compile pyproject.toml --quiet --upgrade --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock
	@rm -rf .venv-lock

# SOURCE_DATE_EPOCH is hatchling's own where nobody sets one: the same files make the same bytes, wherever and whenever.
wheel: .venv/installed ## dist/*.whl, and beside it what it is made with, dist/*.cdx.json
	@rm -rf dist && .venv/bin/python -m hatchling build --target wheel
	@.venv/bin/python tools/supply.py sbom dist/*.whl

audit-dependencies: .venv/installed ## what is known against the packages of the lock
	@.venv/bin/python tools/supply.py audit

clean: ## away with everything that is made
	@rm -rf .venv .venv-lock dist build demo-out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
