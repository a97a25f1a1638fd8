# Sextant's commands. `make` alone prints the page below; everything is built once, in release, under .build/release.

define HELP
Usage: make COMMAND

Begin
  setup     install what is missing: libzmq, SQLite, ABC, and in .venv Python for the client's tests and Vega
  run       build the program and run the first study, Experiments/quickstart.yaml (again: show its result)

Before a change is sent
  format    rewrite the Swift sources in the project's format
  test      all tests: Swift, the Python client, and every fault a tenth as often as `faults`
  check     what continuous integration runs: format rules, then `test`, where every warning is an error

Now and then
  faults    kill, garble and fill disks at full count
  fuzz      let libFuzzer invent messages for MINUTES=10; what it breaks becomes a test
  bench     measure every speed figure that the project quotes
  docs      write the API reference of the library modules to .build/docs
  clean     remove everything that was built

One test:   make test ONLY=SpaceTests
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup system-packages run format lint build test test-swift test-python check faults fuzz bench docs clean

# Chromium's shell without a window opens reports in their tests; ABC does the steps of logic synthesis.
SYSTEM_PACKAGES := libzmq3-dev libsqlite3-dev python3-venv g++ nlohmann-json3-dev chromium-headless-shell \
    berkeley-abc
# vl-convert carries Vega, which reports are drawn by; nothing of it is committed.
PYTHON_PACKAGES := -e './Clients/python[log,test]' vl-convert-python
VENV := .venv
PYTHON := $(VENV)/bin/python
VEGA := $(VENV)/share/sextant/vega.js

# One set of flags for building and testing, so that nothing is compiled twice: without --disable-testable-imports
# `swift test` would compile everything again with -enable-testing.
BUILD := swift build -c release --explicit-target-dependency-import-check error
TEST := swift test -c release --skip-build --disable-xctest $(if $(ONLY),--filter '$(ONLY)')
# All of the project's Swift but what protoc wrote, which has a form of its own.
SWIFT_SOURCES = find Package.swift Sources Environments Agents Benchmarks Tests -name '*.swift' ! -name '*.pb.swift'

help:
	$(info $(HELP))
	@:

# Only what is missing is installed, so a second call takes no time and needs no rights.
setup: system-packages $(VENV)/complete
	@command -v swift >/dev/null || { echo 'Swift 6.2 or later is needed: https://www.swift.org/install' >&2; exit 69; }

system-packages:
	@missing=; for package in $(SYSTEM_PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	test -z "$$missing" && exit 0; \
	command -v apt-get >/dev/null || { echo "not a Debian: please install the like of$$missing" >&2; exit 0; }; \
	test "$$(id -u)" = 0 && sudo= || sudo=sudo; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing

$(VENV)/complete: Makefile Clients/python/pyproject.toml
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES)
	@mkdir -p $(dir $(VEGA))
	$(PYTHON) -c 'import vl_convert; print(vl_convert.javascript_bundle())' > $(VEGA)
	@touch $@

run: setup
	$(BUILD) --product sextant
	.build/release/sextant run Experiments/quickstart.yaml --resume

format:
	@$(SWIFT_SOURCES) | xargs swift format format --in-place --parallel

lint:
	@$(SWIFT_SOURCES) | xargs swift format lint --strict --parallel

# Named products only: building everything would compile the protobuf compiler too, which nothing here uses.
build: setup
	$(BUILD) --product sextantPackageTests
	$(BUILD) --product sextant
	$(BUILD) --product benchmarks

test: test-swift $(if $(ONLY),,test-python)

test-swift: build
	$(TEST)

test-python: build
	$(PYTHON) -m pytest -q Clients/python/tests

check: lint test

# The counts are in Tests/FaultTests; whatever is drawn comes from one seed, which a failure prints.
faults: build
	SEXTANT_FAULTS=full $(TEST) --filter 'FaultTests|PowerCutTests|WriterLockTests'

# Built apart, since every module needs to count what is reached. The corpus grows from run to run; an input that fails
# is kept where DecoderTests reads it.
MINUTES := 10
fuzz: setup
	SEXTANT_FUZZ=1 $(BUILD) --scratch-path .build-fuzz --sanitize fuzzer --product fuzz
	@mkdir -p .build-fuzz/corpus
	.build-fuzz/release/fuzz .build-fuzz/corpus -max_total_time=$$(($(MINUTES) * 60)) -max_len=8192 -timeout=5 \
	    -rss_limit_mb=512 -malloc_limit_mb=64 -print_final_stats=1 -artifact_prefix=Tests/FaultTests/FailCases/

bench: setup
	$(BUILD) --product benchmarks
	.build/release/benchmarks
	$(PYTHON) Benchmarks/python/client.py .build/release/benchmarks

SYMBOLS = .build/$$(uname -m)-unknown-linux-gnu/symbolgraph

docs: setup
	swift package dump-symbol-graph --minimum-access-level public
	rm -f $(SYMBOLS)/*Tests*
	docc convert --fallback-display-name Sextant --fallback-bundle-identifier sextant \
	    --additional-symbol-graph-dir $(SYMBOLS) --output-dir .build/docs

clean:
	rm -rf .build .build-fuzz $(VENV)
