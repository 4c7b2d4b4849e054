# Two commands do everything: `make book` and `make test`. Both set up .venv/ first.
PYTHON ?= python3
BIN := .venv/bin
# Where this is set and nothing was compiled at install, each kernel spends 5 s on imports.
unexport PYTHONDONTWRITEBYTECODE
# The kernel that runs the chapters is the one in .venv/, whatever else the user has installed.
export JUPYTER_PREFER_ENV_PATH := 1
# Each kernel is a fork of a process that has imported what the chapters use.
export JUPYTER_DEFAULT_PROVISIONER_NAME := forked
# Neither tool may write into the user's own Jupyter or IPython folders.
export IPYTHONDIR := $(CURDIR)/_build/ipython

# Programs of node that the tests of built pages run, where there is npm.
NODE := $(if $(shell command -v npm),tests/browser/node_modules/.installed)

.PHONY: help install book pdf test test-parts test-built test-types test-statistics test-browser \
  test-book test-notebooks serve notebooks picture shared wheel new examples bench mutants lock clean
help: ## print this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

install: .venv/.installed ## make .venv/ from the lock file (book and test do this themselves)

# In place: where a package cannot be had, what was there stays.
.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "This needs Python 3.11, 3.12 or 3.13. Install one and run: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv/ (about a minute the first time)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync -q --python $(BIN)/python --compile-bytecode --require-hashes requirements.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# The downloaded notebooks need the wheel; it lies beside them.
PACK := $(BIN)/uv build -q --wheel --clear --no-build-isolation --python $(BIN)/python --out-dir _build/dist

book: .venv/.installed ## build the book into _build/html/
	@$(PACK)
	@$(BIN)/python -m metabook.build

pdf: book ## print the whole book to _build/pdf/ (needs Chromium)
	@$(BIN)/python tools/pdf.py

# $(call timed,what,command): run it, and say how long it took.
timed = @start=$$(date +%s); $(2); code=$$?; \
  printf '%4d s  %s\n' $$(($$(date +%s) - start)) '$(1)'; exit $$code
# Side by side they would keep one another's notes of what failed.
PYTEST := $(BIN)/python -m pytest -q -rs -p no:cacheprovider
# More at once would take longer: a page that waits for a processor is measured as slow, and again.
# Where make can, what one part says is not mixed with what another says.
TOGETHER := -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)

# What is quick to fail comes first; then the long parts side by side.
test: .venv/.installed $(NODE) ## run every check: lint, types, tests, executed notebooks
	$(call timed,lint,$(BIN)/ruff check -q . && $(BIN)/ruff format --check -q .)
	$(call timed,spelling,$(BIN)/codespell)
	$(call timed,cells of the notebooks,$(BIN)/python -m metabook.execute --check)
	$(call timed,all others together,$(MAKE) --no-print-directory $(TOGETHER) test-parts)

test-parts: test-built test-types test-statistics test-browser test-book test-notebooks

test-built:
	$(call timed,the book is built,$(PACK) && $(BIN)/python -m metabook.build)
test-types:
	$(call timed,types,$(BIN)/mypy)
test-statistics:
	$(call timed,the statistics: units of code and reference values and printed digits,$(PYTEST) tests/unit tests/reference tests/published lib)
test-browser: test-built # more than all others: it has two processes
	$(call timed,the book in a browser,$(PYTEST) -n 2 tests/browser)
test-book: test-built
	$(call timed,the book,$(PYTEST) tests/book)
test-notebooks:
	$(call timed,executed notebooks,$(PYTEST) -c /dev/null --rootdir . --confcutdir . --nbval \
	  --nbval-current-env --nbval-sanitize-with tests/sanitize.cfg tests/notebooks)

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	@npm ci --prefix tests/browser --ignore-scripts --silent && touch $@

serve: book ## open the book at http://127.0.0.1:8000
	@$(BIN)/python -m webbrowser -t http://127.0.0.1:8000 || true
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

notebooks: .venv/.installed ## renew tests/notebooks/ from the pages
	@$(BIN)/python -m metabook.execute --notebooks

shared: .venv/.installed ## fill what the pages share with the template of a new book
	@$(BIN)/python -m metabook.new.shared

wheel: .venv/.installed ## pack the two libraries into _build/dist/
	@$(PACK)
	@ls _build/dist/*.whl

# $(call option,--name,value): a value is quoted, and one that is blank is left out; `value`, so that
# a dollar sign in it stays one.
quoted = '$(subst ','\'',$(1))'
option = $(if $(2),$(1) $(call quoted,$(2)))
new: wheel ## make a book: COUNTS= OUT= TITLE= TREATMENT= CONTROL= [OUTCOME= BETTER= PRINTED= SHEET= COLUMNS=]
	@$(BIN)/python -m metabook.new $(call quoted,$(value COUNTS)) $(call quoted,$(value OUT)) \
	  --title $(call quoted,$(value TITLE)) --treatment $(call quoted,$(value TREATMENT)) \
	  --control $(call quoted,$(value CONTROL)) $(call option,--outcome,$(value OUTCOME)) \
	  $(call option,--better,$(value BETTER)) $(call option,--printed,$(value PRINTED)) \
	  $(call option,--sheet,$(value SHEET)) $(call option,--columns,$(value COLUMNS)) --supplies _build/dist/*.whl requirements.txt references.bib

# Ten books; those of EXAMPLES="bcg one" alone.
examples: wheel ## make ten books from ten kinds of counts, build and test each: _build/examples/
	@$(BIN)/python tools/examples.py $(EXAMPLES)

picture: .venv/.installed ## renew the forest plot in the README and on cards that link here
	@$(BIN)/python -c "from metabook.figures import draw; plot = draw('mortality'); \
	  plot.save('.github/forest.svg'); plot.save('.github/card.png')"

bench: .venv/.measure ## measure the speed, beside other programs
	@$(BIN)/python tools/bench.py

mutants: .venv/.measure ## break the numerical core in every small way: do the tests see it?
	@$(BIN)/python tools/mutants.py

.venv/.measure: .venv/.installed requirements-measure.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-measure.txt
	@touch $@

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q
lock: .venv/.installed ## renew requirements*.txt from pyproject.toml
	$(BIN)/$(LOCK) --extra book --extra test --extra install -o requirements.txt
	$(BIN)/$(LOCK) --extra measure -c requirements.txt -o requirements-measure.txt

clean: ## remove what was built, and .venv/
	rm -rf _build .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
