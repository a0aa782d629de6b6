# Everything runs in .venv, which `setup` makes and keeps up to date; nothing needs to be activated.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast lint format types lock validate evidence attacks fuzz kills wheels wheels-check hooks clean distclean

PYTHON ?= python3
PYTEST_ARGS ?= -n auto --dist worksteal
bin := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## .venv, locked dependencies, bubblewrap, generated images; the other targets run it first
	@$(PYTHON) scripts/bootstrap.py

demo: setup ## grade a folder of sample submissions and say where the report is
	@$(bin)/python scripts/make_demo.py build/demo/submissions
	@$(bin)/grader batch week1_larger_dataset build/demo/submissions --out build/demo/out

test: setup-tests lint-only ## linters, types and all tests
	$(bin)/python -m pytest $(PYTEST_ARGS)

test-fast: setup-tests ## the tests that are not marked slow
	$(bin)/python -m pytest -m "not slow" $(PYTEST_ARGS)

lint: setup lint-only ## ruff and mypy

.PHONY: setup-tests
setup-tests:
	@$(PYTHON) scripts/bootstrap.py --tests

.PHONY: lint-only
lint-only: setup
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy

format: setup ## format the code and mend what ruff can mend
	$(bin)/ruff check --fix
	$(bin)/ruff format

lock: setup ## write requirements.lock anew, with the newest versions that pyproject.toml and requirements.in allow
	$(bin)/python scripts/lock.py $(LOCK_ARGS)

validate: setup ## grade the solutions of all exercises and say whether each got what it should
	$(bin)/grader validate $(VALIDATE_ARGS)

evidence: setup ## correct solutions under many seeds, into docs/evidence; may be stopped and goes on from there
	$(bin)/python scripts/evidence.py $(EVIDENCE_ARGS)

attacks: setup-tests ## every attack of the kit in both isolation modes; PYTEST_ARGS=--whole grades each on all tasks, which takes many hours
	$(bin)/python -m pytest tests/attacks --cold $(PYTEST_ARGS)

fuzz: setup ## the parsers of student-made bytes under a fuzzer, ten minutes each; what is found goes to tests/fuzz/corpus
	$(bin)/python -m tests.fuzz.run $(FUZZ_ARGS)

kills: setup-tests ## kill processes of a running batch at random, and compare its grades with those of an undisturbed one
	$(bin)/python -m tests.faults.kills $(KILLS_ARGS)

wheels: setup ## the students' and the instructors' wheel and source distribution, in dist/
	rm -rf dist
	$(bin)/python -m build --no-isolation --outdir dist .
	$(bin)/python -m build --no-isolation --outdir dist packaging/instructor

wheels-check: wheels ## install both wheels in an empty environment and grade from there
	scripts/check_wheels.sh dist

hooks: setup ## check every commit before it is made
	$(bin)/pre-commit install

clean: ## remove what builds, tests and the demo leave
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## the same, and .venv
	rm -rf .venv
