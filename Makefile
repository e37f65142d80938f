# Every target does its own set-up, in .venv, from Python and the package index alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
SCORE ?= ../shared/eval/score.py
# Real captures for the report in test-browser; left out where there are none.
CAPTURES ?= $(DATA)/sites/openark_en/captures.jsonl.gz $(DATA)/sites/330k_ja/captures.jsonl.gz
# What is timed page by page, and what is cleaned as one archive.
PAGES = $(DATA)/articles/fundus/captures.jsonl.gz $(DATA)/articles/wcxb/captures.jsonl.gz
ARCHIVE = $(PAGES) $(DATA)/articles/mozilla/captures.jsonl.gz $(DATA)/sites/*/captures.jsonl.gz
# What the weights are learned from. Other sets are only measured.
TRAINED = $(DATA)/articles/fundus $(DATA)/articles/mozilla $(DATA)/articles/wcxb $(DATA)/sites
# Generated captures that are piped through the command.
CAPTURES_STREAMED ?= 100000
# Seconds of fuzzing for each target.
FUZZ_TIME ?= 60

.PHONY: demo test check structure sanitize engines test-runners test-browser lint format docs reference fuzz audit release-check accuracy text-captures stand-ins pages-seen near-duplicates speed runners train stages memory pipe hostile-pages clean

demo: $(VENV)/installed  ## clean the captures in seeds/ and show what was removed
	rm -rf demo
	$(BIN)/boiloff clean seeds --output demo
	$(BIN)/boiloff explain seeds/text/column-en.txt

test: $(VENV)/installed-dev  ## every test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

sanitize: $(VENV)/installed-dev  ## tests of the compiled modules under AddressSanitizer and UndefinedBehaviorSanitizer (needs gcc)
	.ci/sanitize

engines: $(VENV)/installed-dev  ## fetch Flink and Spark (needs Maven and Java), Prism and the start program of workers (need Go); what cannot be had is left out
	-$(MAKE) .engines/flink/server.jar
	-$(MAKE) .engines/spark/server.jar
	-$(MAKE) .engines/prism
	-$(MAKE) .engines/boot

test-runners: engines  ## the same job on every engine that could be had, beside a local run
	$(BIN)/python -m pytest -m engines

test-browser: $(VENV)/installed-browser  ## reports in headless Chromium (apt-get install chromium), of the seeds and of CAPTURES; pictures in out/screenshots
	BOILOFF_CAPTURES="$(CAPTURES)" $(BIN)/python -m pytest -m browser tests/browser

lint: $(VENV)/installed-dev  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p boiloff
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_structure.py

check: lint  ## lint, and the quick tests: what to run before each commit
	$(BIN)/python -m pytest -q --numprocesses auto --maxprocesses 4 tests/transforms tests/test_whole_inputs.py tests/test_accuracy_gate.py \
		tests/pipeline/test_config.py tests/pipeline/inspect/test_export.py tests/documents/test_documents.py \
		--ignore tests/transforms/compiled --ignore tests/transforms/test_language_detector.py --hypothesis-profile=quick

format: $(VENV)/installed-dev  ## mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-docs  ## the documents as a site, in out/docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env --conf-dir docs . out/docs

reference: $(VENV)/installed-dev  ## write the pages of docs/reference anew from the code
	$(BIN)/python docs/make_reference.py

fuzz: $(VENV)/installed-fuzz  ## look for inputs that break the laws of reading, cleaning and stores; they go to out/fuzz
	$(BIN)/python tests/fuzz/fuzz.py --max-time $(FUZZ_TIME)

audit: $(VENV)/installed-audit  ## known vulnerabilities and the licences of what boiloff depends on
	$(BIN)/python .ci/audit.py

release-check: $(VENV)/installed-release  ## build and try all that a release has and one machine can build; in out/release
	$(BIN)/python .ci/release.py check

accuracy: $(VENV)/installed  ## score the evaluation sets in DATA with the scorer SCORE, beside the baselines
	$(BIN)/python benchmarks/accuracy.py $(DATA) --score $(SCORE)

text-captures: $(VENV)/installed-benchmark  ## score text captures, made from the single-site sets in DATA, before and after cleaning
	$(BIN)/python benchmarks/text_captures.py $(DATA)/sites --score $(SCORE)

stand-ins: $(VENV)/installed  ## pages of the sets in DATA that are wrongly rejected as stand-ins, whole and cut short
	$(BIN)/python benchmarks/stand_ins.py $(DATA)

pages-seen: $(VENV)/installed  ## score the single-site sets in DATA by the number of a site's pages that were learned from
	$(BIN)/python benchmarks/pages_seen.py $(DATA)/sites --score $(SCORE)

near-duplicates: $(VENV)/installed  ## find edited copies of the pages of the sets in DATA by duplicate_of
	$(BIN)/python benchmarks/near_duplicates.py $(DATA)/sites
	$(BIN)/python benchmarks/near_duplicates.py $(DATA)/articles --most 400

speed: $(VENV)/installed-benchmark  ## time a page beside three other programs, and a whole archive beside a loop, on the captures in DATA
	$(BIN)/python benchmarks/speed.py $(PAGES)
	$(BIN)/python benchmarks/end_to_end.py $(ARCHIVE)

runners: engines $(VENV)/installed-benchmark  ## run the same generated crawl on each engine that could be had
	mkdir -p out
	$(BIN)/python benchmarks/generate_crawl.py out/crawl.warc.gz --pages 20000 --sites 200
	$(BIN)/python benchmarks/runners.py out/crawl.warc.gz

train: $(VENV)/installed-learn  ## learn the weights of KeepMainContent anew from TRAINED, sets in DATA
	$(BIN)/python benchmarks/learn_main_content.py $(TRAINED) --score $(SCORE)

structure: $(VENV)/installed  ## count files, lines, and the files that one capture passes
	$(BIN)/python benchmarks/structure.py

stages: $(VENV)/installed-benchmark  ## where the time of a page goes, stage by stage, on the captures in DATA
	$(BIN)/python benchmarks/stages.py $(PAGES)

memory: $(VENV)/installed-benchmark  ## peak memory on generated pages, on the captures in DATA, and on hostile pages
	$(BIN)/python benchmarks/memory.py $(ARCHIVE)

pipe: $(VENV)/installed  ## memory of `boiloff clean -` on CAPTURES_STREAMED generated captures, and its records beside a run's
	$(BIN)/python benchmarks/pipe.py --captures $(CAPTURES_STREAMED) --compare

hostile-pages: $(VENV)/installed-benchmark  ## time and memory of hostile pages, beside trafilatura and resiliparse
	$(BIN)/python benchmarks/hostile_pages.py --seconds 10

clean:  ## remove what the other targets made
	rm -rf $(VENV) demo out build dist *.egg-info transforms/compiled/*.so

.engines/%/server.jar: tests/runners/%/pom.xml
	mvn -q -B -f $< package
	touch $@

BEAM_GO = github.com/apache/beam/sdks/v2
BEAM_VERSION = v$$($(BIN)/python -c 'import apache_beam; print(apache_beam.__version__)')

.engines/prism: setup.py
	GOBIN=$(CURDIR)/.engines go install $(BEAM_GO)/go/cmd/prism@$(BEAM_VERSION)
	touch $@

.engines/boot: setup.py
	GOBIN=$(CURDIR)/.engines go install $(BEAM_GO)/python/container@$(BEAM_VERSION)
	mv .engines/container $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("boiloff needs Python 3.10 or newer, this is " + sys.version.split()[0] + "; name one: make PYTHON=python3.12" if sys.version_info < (3, 10) else 0)'
	$(PYTHON) -m venv $(VENV)

# What building takes: when one of these changes, it is built anew.
$(VENV)/installed: $(BIN)/python setup.py pyproject.toml $(wildcard build_backend/*.py transforms/compiled/*.py transforms/compiled/*.pxd)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

# boiloff is installed by now: pip adds what the extra asks for, and builds nothing.
$(VENV)/installed-%: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'boiloff[$*]'
	touch $@

$(VENV)/installed-browser: $(VENV)/installed-dev
