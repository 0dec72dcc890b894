# All that is done with the project. Needs Python 3.11 or newer and make; everything else is fetched.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
CONTENT := $(shell find knowledge -name '*.yaml' -o -name '*.j2' -o -name '*.py')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench clean

help:
	@echo "make run    デスクを動かします(http://127.0.0.1:8000)/ serve the desk"
	@echo "make test   テスト / run the tests"
	@echo "make check  書式・型・層・知識ベースの検査 / lint, types, layers, content"
	@echo "make bench  測定 / measure answers, latency and memory"
	@echo "make clean  作ったものを消します(記録は残します)/ remove what was made, keep the records"

run: var/.index
	@$(PY) -m bot migrate
	@echo "起動します。下に出る url をブラウザで開いてください。Ctrl-C で止まります。"
	@exec $(PY) -m bot run

test: $(VENV)/.dev
	$(VENV)/bin/pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

check: $(VENV)/.dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m bot check

bench: var/.index
	@for set in tests/questions/*.jsonl; do echo "$$set"; $(PY) -m bot evaluate --show none "$$set"; done
	$(PY) -m bench.latency
	@if [ -n "$$LOCALGOVFAQ" ]; then $(PY) -m bench.localgovfaq; \
	else echo "bench.localgovfaq: LOCALGOVFAQ にデータのフォルダを指定すると測ります。"; fi

clean:
	rm -rf $(VENV) build *.egg-info var/index var/.index .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The vectors of the content are made beforehand, so that the first answer comes as quickly as the next.
var/.index: $(VENV)/.run $(CONTENT)
	@echo "知識ベースを検査し、検索用の索引を作っています(初回は1分ほどかかります)…"
	@mkdir -p $(@D)
	@if $(PY) -m bot check; then touch $@; else echo "誤りが残っていますが、動かせるかぎり動かします。"; fi

$(VENV)/.run: pyproject.toml constraints.txt | $(PY)
	@echo "必要なパッケージを入れています(初回は数分かかります)…"
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(PY)
	@echo "開発用のパッケージを入れています…"
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) が見つかりません。Python 3.11 以上を入れてください。"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 以上が必要です($(PYTHON) は `$(PYTHON) -V 2>&1`)。例: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
