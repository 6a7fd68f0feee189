# Each target sets itself up: tools/setup.sh installs what is missing and returns at once when nothing is.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.PHONY: help demo models reference check test ladder prove lint format docs lock setup clean distclean

PYTHON := .venv/bin/python
UV := uv==0.13.9
# Linux x86_64 with Python 3.11; two dependencies of qkeras-v3 exist only as source archives.
RESOLVE := build/uv/bin/uv pip compile --upgrade --generate-hashes \
	--python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	--only-binary :all: --no-binary parse --no-binary pyparser \
	--no-emit-index-url --no-header --no-progress

export TF_CPP_MIN_LOG_LEVEL := 2

help:
	@echo 'make demo    run the double autoencoder from events to the report, into runs/demo;'
	@echo '             then all seeds of a small menu at pile-up 60, with one total, into runs/demo_rates'
	@echo 'make models  train the other reference models for three seeds and compare them, which takes hours'
	@echo 'make reference  make the samples at pile-up 60 of which cards quote figures, which takes hours'
	@echo 'make check   lint, types, and the tests that the last change can reach, within three minutes'
	@echo 'make test    run the tests, with coverage'
	@echo 'make ladder  compare six forms of the trigger bit for bit, for dense networks and all kinds of'
	@echo '             layers, and forty networks of any binary points in four of them'
	@echo 'make prove   prove the assertions of the trigger core'
	@echo 'make lint    check style, formatting and types'
	@echo 'make format  mend style and formatting where that is safe'
	@echo 'make docs    write the API reference into build/docs'
	@echo 'make lock    resolve the dependencies anew and write lock/'
	@echo 'make clean   remove what was built; runs/ and .venv stay, make distclean removes .venv too'

setup:
	@tools/setup.sh

# The rates are those of the shipped model, whose background is zero bias.
demo: setup
	.venv/bin/trigger-ad run models/double_ae/config.yaml --out runs/demo
	mkdir -p runs/demo_rates
	.venv/bin/trigger-ad rates models/double_ae_zb --inputs packaged:zero_bias --split test \
		--menu packaged:small --hz --out runs/demo_rates/rates.json

# Runs are kept in runs/; those that are up to date are not repeated.
MODELS := double_ae vae_svdd rare_different forest_combination
models: setup
	for name in $(MODELS); do \
		$(PYTHON) tools/regenerate_model.py $$name --seeds 1 2 3 --runs runs/models; done
	.venv/bin/trigger-ad compare $(MODELS:%=models/%/config.yaml) --seeds 1 2 3 --out runs/models
	cp runs/models/compare.md docs/comparison.md

# Tests nearest to the change begin first; what has not begun in time is left for make test.
check: lint
	tests=$$($(PYTHON) tools/reached.py) && \
		$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not prove' --budget 75 tests/test_rooms.py $$tests

# Samples at pile-up 60 of which figures are quoted; the packaged ones are the first parts of them.
reference: setup
	$(PYTHON) tools/reference.py runs/reference

test: setup
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not prove" --durations 10 --cov --cov-report term:skip-covered

# A worker builds the networks that it tests.
ladder: setup
	$(PYTHON) -m pytest -n 2 --dist loadgroup --durations 10 tests/ladder \
		tests/rtl/test_core.py --ladder

prove: setup
	$(PYTHON) tools/prove.py
	$(PYTHON) -m pytest -n 2 tests/rtl/test_proof.py -m prove

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format: setup
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs: setup
	$(PYTHON) -m pdoc --docformat numpy --output-directory build/docs trigger_ad

lock:
	python3 -m venv --clear build/uv
	build/uv/bin/python -m pip install --quiet $(UV)
	$(RESOLVE) pyproject.toml --all-extras | cat lock/header.txt - > build/requirements.txt
	printf '%s\n' hatchling setuptools wheel | \
		$(RESOLVE) - --constraint build/requirements.txt --no-annotate | \
		cat lock/header.txt - > build/build.txt
	mv build/build.txt build/requirements.txt lock/

clean:
	rm -rf build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find trigger_ad tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv
