# `make help` lists the targets. Everything runs in .venv, which docker/make-env makes from docker/requirements*.lock.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin

export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help env repro smoke test check docs hostile kills walk coverage artefacts ceiling speed speed-data speed-large speed-library speed-container lock clean

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

env:  ## the pinned environment in .venv (PYTHON= another Python than python3)
	@PYTHON="$(PYTHON)" exec sh docker/make-env

repro: env  ## stand-in data, graphs, training, scores and the leaderboard, from nothing
	python -m benchmark repro

smoke: env  ## every stage once on a tiny stand-in, in a minute, its numbers compared; nothing here changes
	python -m benchmark profile smoke

test: env  ## the whole test suite, on all cores that this process may use
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: env  ## ruff, the type checker and the Dockerfile's linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint docker/Dockerfile

docs: env  ## the guides, the pictures and what docstrings say as a site in site/, readable without a network
	rm -rf site
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -d site/.doctrees . site
	@echo "made: open site/index.html"

hostile: env  ## 3200 damaged and hostile inputs through every door: none may be run, accepted, slow or large
	$(BIN)/python -m tests.hostile $(or $(EACH),200) $(or $(SEED),0)

kills: env  ## every command killed at random moments on a tiny set, the next call compared (KILLS=200; an hour)
	$(BIN)/python -m tests.kills $(or $(KILLS),200)

walk: env  ## every command of README and guides one after the other on a tiny set, on other commits and clones too
	$(BIN)/python -m tests.walk

coverage: env  ## how often the board's rules are wrong, and what it can tell apart, on simulated boards
	python -m benchmark.board.coverage

artefacts: env  ## whether length, file, first frame, bones or constants of the stand-in tell object or intent
	python -m benchmark.data.artefacts

ceiling: env  ## how often a forest tells the intent from the stand-in's plan, before bodies and sensors
	python -m deepgrasp.standin.ceiling

speed: env  ## the models' speed and memory beside the library's and the research code's, both sides in one run
	$(BIN)/python -m pytest benchmark/speed --benchmark-columns=min,median,max,rounds

speed-data: env  ## what making, reading and preparing data at GRAB's size cost, beside the targets
	python -m benchmark.speed.data

speed-large: env  ## memory and time of prepare, opening, an epoch and scoring with 200,000 recordings (22 GB of disk)
	$(BIN)/python -m benchmark.speed.large_store

speed-library: env  ## graphs a second that a DataLoader makes of data/graphs, beside the target
	$(BIN)/python -m benchmark.speed.library

speed-engine: env  ## what a grid of 200 and of 2000 cells that cost nothing costs its head
	python -m benchmark.speed.many_cells

speed-container: env  ## size of the cpu image, rebuild after a change of code, what `container run` adds, beside the targets
	python -m benchmark container build --target cpu
	python -m benchmark.speed.container

lock:  ## docker/requirements*.lock anew; what is locked keeps its version (WITH= options of uv, such as --upgrade)
	$(or $(PYTHON),python3) docker/lock.py $(WITH)

clean:  ## drop data and runs, keep the environment
	rm -rf data runs
