# Everything a developer or a curious reader runs.  `make demo` and `make test` need nothing but Python 3.11 to 3.13.

PYTHON ?= python3
BIN := .venv/bin
# The one tool that chooses versions; only `make lock` needs it.
UV ?= uv
# Further words, for example: make test ARGS="tests/cases -x", make demo ARGS="--port 8001"
ARGS ?=
# Python keeps what it has compiled: the demo starts four processes, each two seconds sooner for it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test browser check bench lock messages clean

help:
	@echo 'make demo      set up, seed a synthetic neighbourhood, serve it at http://localhost:8000'
	@echo 'make test      set up and run every test that can run here'
	@echo 'make browser   only the tests that drive a browser'
	@echo 'make check     style, types, import layers, translations, migrations, documentation'
	@echo 'make bench     measure, and print one table'
	@echo 'make messages  take new interface texts into the catalogues'
	@echo 'make lock      choose package versions (needs uv); make lock ARGS=--upgrade takes the newest'

demo:
	@$(PYTHON) tools/bootstrap.py
	@$(BIN)/linli demo $(ARGS)

test:
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/pytest -n auto $(ARGS)

browser:
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/pytest -m browser $(ARGS)

check:
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/python tools/check.py

bench:
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/python -m bench $(ARGS)

messages:
	@$(PYTHON) tools/bootstrap.py dev
	@$(BIN)/python tools/messages.py

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS)

lock:
	$(COMPILE) pyproject.toml --group build -o requirements.lock
	$(COMPILE) pyproject.toml --group build --extra pdf --extra postgres -c requirements.lock -o requirements-server.lock
	$(COMPILE) pyproject.toml --all-extras --group build --group test --group check -c requirements-server.lock \
		-o requirements-dev.lock
	echo pip | $(COMPILE) - -o tools/pip.lock
	echo uv | $(COMPILE) - -o tools/uv.lock

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
