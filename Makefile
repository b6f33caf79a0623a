# `make run` and `make test` do everything from a fresh clone; Python 3.11 or later is all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := app.py kutip.py cli index qa api page tests benchmarks

.PHONY: run test lint unit faults format bench clean

run: $(VENV)/installed
	$(BIN)/kutip index seeds
	$(BIN)/kutip serve

test: lint unit

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy

# Two processes: many tests wait, for a server, a page or a killed child. A file's stay together.
unit: $(VENV)/installed-dev
	$(BIN)/pytest -n 2 --dist loadfile

# Every fault, and the large numbers of kills, updates and edits; about an hour.
faults: $(VENV)/installed-dev
	KUTIP_FAULTS=1 $(BIN)/pytest tests/faults tests/backends tests/updating

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix-only $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# EVAL is a folder of evaluation sets; without it nothing is measured.
bench: $(VENV)/installed
	$(BIN)/kutip index seeds
	PYTHONPATH=. $(BIN)/python benchmarks/cold_start.py .kutip
	PYTHONPATH=. $(BIN)/python benchmarks/updating.py
	PYTHONPATH=. $(BIN)/python benchmarks/encoding.py $(EVAL)/indosum-news/articles.jsonl
	PYTHONPATH=. $(BIN)/python benchmarks/growth.py $(EVAL)/indosum-news/articles.jsonl --sizes 100 1000
	PYTHONPATH=. $(BIN)/python benchmarks/lexical.py $(EVAL)/indosum-news/articles.jsonl --quick
	PYTHONPATH=. $(BIN)/python benchmarks/terms.py $(EVAL)
	PYTHONPATH=. $(BIN)/python benchmarks/quality.py $(EVAL) --seeds .kutip \
		--questions tests/e2e/questions.jsonl
	PYTHONPATH=. $(BIN)/python benchmarks/ablation.py $(EVAL) --seeds .kutip \
		--questions tests/e2e/questions.jsonl

$(VENV)/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Kutip into $(VENV) (a few minutes the first time) ..."
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) .kutip build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
