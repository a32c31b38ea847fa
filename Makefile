# The two commands: `make` runs the workflow, `make test` runs the tests. `make help` lists the rest.
# For GNU make from 3.81 (macOS) on, BSD make, bash 3.2 and the sed and awk of POSIX.
SHELL := bash
PYTHON ?= python3
CORES ?= all
WORKERS ?= 3
BIN := .venv/bin
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES)
SNAKEFILES := Snakefile rules
# Groups of tests that share what is made once stay together; tests/conftest.py orders them.
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder

# All that the lock names but torch, whose builds differ from machine to machine, and what the
# environment can do without; and the bare names and versions, by which pip adds torch with what it
# needs. Chgnet, one of the potentials, has no wheel for Python 3.13 or Linux on ARM.
CHECKED := awk '/^[a-z]/ {apart = /^(torch|chgnet)==/} !apart' requirements.lock
OPTIONAL := awk '/^[a-z]/ {chosen = /^chgnet==/} chosen' requirements.lock
PINS := sed -n 's/^\([a-z0-9][^ ]*==[^ ]*\).*/\1/p' requirements.lock

.PHONY: all report engines test test-fast bench schema lint audit docs format lock clean help

# A line a rule on the screen, and what the jobs print in a file; `snakemake` alone prints it all.
all: .venv ## run config.yaml and write results/report.html (default)
	@mkdir -p results
	@PYTHONPATH=profiles/logger $(SNAKEMAKE) --logger stages 2>results/make.log || \
	    { tail -n 3 results/make.log; echo "make: what the jobs printed: results/make.log"; exit 1; }
	@$(BIN)/snakemake --report results/report.html --quiet
	@echo "To look at: results/report.html and results/explorer.html"

report: .venv ## write results/report.html from what stands in results/
	$(BIN)/snakemake --report results/report.html

# Made only where it is missing: a newer lock never replaces an environment that may be in use.
.venv: ## the environment, from the lock, with plain Python 3.11 or newer (if missing)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: needs Python 3.11 or newer: make PYTHON=...")'
	@echo "make: installs some 320 packages in .venv, once; some minutes, most of them for torch"
	@trap 'rm -rf .venv' EXIT; set -e; \
	$(PYTHON) -m venv .venv; \
	$(CHECKED) >.venv/checked.txt; \
	$(OPTIONAL) >.venv/optional.txt; \
	$(PINS) | grep -v '^chgnet==' >.venv/pins.txt; \
	.venv/bin/python -m pip install --quiet --require-hashes --no-deps \
	    --requirement .venv/checked.txt; \
	.venv/bin/python -m pip install --quiet --requirement .venv/pins.txt; \
	.venv/bin/python -m pip install --quiet --require-hashes --no-deps --only-binary :all: \
	    --requirement .venv/optional.txt || \
	    echo "make: no wheel of chgnet for this Python: all but the potential chgnet is there" >&2; \
	trap - EXIT

engines: .venv ## add GPAW and pseudopotentials to it (needs libxc, OpenBLAS and FFTW with headers)
	$(PINS) >.venv/pins.txt
	GPAW_CONFIG=$$PWD/envs/gpaw_siteconfig.py $(BIN)/python -m pip install --quiet \
	    --constraint .venv/pins.txt --requirement envs/engines.txt

test: .venv ## all tests by WORKERS (3) processes; COVERAGE=90: at least 90% of the lines are reached
	$(PYTEST) $(COVERAGE:%=--durations=50 --cov --cov-report=term-missing --cov-fail-under=%)

test-fast: .venv ## those without trainings, servers, engines and runs of the workflow
	$(PYTEST) -m 'not (slow or training or services or workflow or slurm or dft)'

bench: .venv ## cost against size, ours beside plain loops; DATA=FILE: of your structures
	$(BIN)/python benchmarks/data.py $(DATA:%=--data %)
	$(BIN)/python benchmarks/autoencoder.py $(DATA:%=--data %)
	$(BIN)/python benchmarks/generation.py
	$(BIN)/python benchmarks/screening.py $(DATA:%=--data %)
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/corrections.py
	$(BIN)/python benchmarks/relaxation.py
	$(BIN)/python benchmarks/explorer.py

schema: .venv ## write schemas/config.schema.json from the models and config.yaml
	PYTHONPATH=workflow_scripts $(BIN)/python -m ccdcgan.core.config config.yaml \
	    schemas/config.schema.json

lint: .venv ## all linters
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy benchmarks
	PYTHONPATH=workflow_scripts $(BIN)/lint-imports
	$(BIN)/snakefmt --check $(SNAKEFILES)
	$(BIN)/snakemake --lint
	$(BIN)/codespell

audit: .venv ## known weaknesses of what the lock names, by pip-audit, which asks for its data
	$(PINS) >.venv/pins.txt
	$(BIN)/uvx --quiet pip-audit==2.10.1 --strict --requirement .venv/pins.txt --disable-pip \
	    --no-deps --progress-spinner off

docs: .venv ## the documentation as a site in site/; renews what is made from the rules
	$(BIN)/python docs/tools/architecture.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: .venv ## format Python and Snakemake files
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/snakefmt $(SNAKEFILES)

lock: .venv ## pin all dependencies of envs/*.yaml in requirements.lock, with their SHA-256
	sed -n 's/^ *- "\{0,1\}\([][A-Za-z0-9_.-]*==[0-9.]*\).*/\1/p' envs/*.yaml | sort -u | \
	    $(BIN)/uv pip compile - --quiet --generate-hashes --python-version 3.11 \
	    --excludes envs/unlocked.txt --custom-compile-command 'make lock' --output-file requirements.lock

clean: ## remove the results
	rm -rf results

help: ## this list
	@awk -F ':.*## ' '/^[.a-z-]*:.*## / {printf "%-10s%s\n", $$1, $$2}' Makefile
