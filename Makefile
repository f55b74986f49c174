# litatlas: two commands for a newcomer are `make demo` and `make test`; the others are parts of them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# The tests run side by side, a file at a time: a process for each core, four at most.
WORKERS ?= $(shell n=$$(env -u OMP_NUM_THREADS nproc 2>/dev/null || echo 2); echo $$((n > 4 ? 4 : n)))
# No test cuts the power, so that none needs to wait for a disk: what is killed finds what the kernel was given.
PYTEST = $$(command -v eatmydata || true) $(BIN)/python -m pytest
# The tests start hundreds of commands, and each would compile all of our modules.
unexport PYTHONDONTWRITEBYTECODE
export LITATLAS_SHARED ?= $(abspath ../shared)

.PHONY: help setup demo test check suite services format bench nightly screenshots docs packages elasticsearch elasticsearch-stop postgresql postgresql-stop cluster cluster-stop clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-20s %s\n", $$1, $$2}'

setup: .venv/.setup ## make .venv with every extra and the litatlas command

.venv/.setup: pyproject.toml
	@PYTHON="$(PYTHON)" scripts/setup.sh
	@touch $@

demo: setup ## fetch the demo papers, build the atlas and serve it at 127.0.0.1:8000
	@LITATLAS_HOME="$${LITATLAS_HOME:-$(CURDIR)/.demo}" $(BIN)/litatlas demo

check: setup ## lint, types, import rules, structure
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.check_structure

packages: # what the tests' real parts need of the system
	@scripts/packages.sh

services: packages # the search node starts while PostgreSQL does; it lives for minutes, too short to compile twice
	@ES_WAIT=0 ES_OPTIONS=-XX:TieredStopAtLevel=1 \
		ES_PRELOAD=$$(! command -v eatmydata >/dev/null || echo libeatmydata.so) scripts/elasticsearch.sh start
	@scripts/postgresql.sh start
	@scripts/elasticsearch.sh start

suite: setup services # a process for each core, so that a second thread of a product of matrices waits for it, busily
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not nightly"

test: ## everything a change must pass: what waits for packages beside what does not, then the checks beside the tests
	@$(MAKE) --no-print-directory -j3 check suite

nightly: ## the long tests: mutations, faults, cluster, browser matrix
	@$(MAKE) --no-print-directory -j2 --output-sync=target services check
	$(PYTEST) --timeout 3600

bench: setup ## measure the demo's steps and the rankings; the other programs of bench/ are run by name
	$(BIN)/python -m bench.demo "$${LITATLAS_HOME:-.demo}/demo" --json bench/results/demo.json
	$(BIN)/python -m bench.ranking --json bench/results/ranking.json

format: setup ## format and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

elasticsearch: ## fetch and start a real Elasticsearch node on 127.0.0.1:9200
	@scripts/elasticsearch.sh start

elasticsearch-stop: ## stop that node
	@scripts/elasticsearch.sh stop

postgresql: ## start a real PostgreSQL on 127.0.0.1:5433 (Debian's package, installed if need be)
	@scripts/postgresql.sh start

postgresql-stop: ## stop that server
	@scripts/postgresql.sh stop

cluster: setup ## start three search nodes, PostgreSQL, two web processes behind nginx and two workers, at 127.0.0.1:8100
	@scripts/cluster.sh start

cluster-stop: ## stop them all
	@scripts/cluster.sh stop

screenshots: setup ## take the pictures of docs/images from the demo's atlas (.demo, or LITATLAS_HOME)
	@LITATLAS_HOME="$${LITATLAS_HOME:-.demo}" $(BIN)/python scripts/screenshots.py --serve docs/images

docs: setup ## write the reference pages (commands, settings, formats) anew from the code
	@$(BIN)/python -m scripts.reference docs

clean: ## remove what was made here, except the demo's papers
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
