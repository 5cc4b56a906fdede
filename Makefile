# SPDX-License-Identifier: Apache-2.0
# A thin front: every target first installs the Debian packages that are missing (packages.txt), then
# builds with meson and ninja in build/.

all: build

setup:
	@./setup.sh

build: setup
	@test -f build/build.ninja || { log=$$(CC=gcc meson setup build 2>&1) || { echo "$$log"; rm -rf build; exit 1; }; }
	@ninja -C build --quiet

demo: build
	@lab/demo

check: setup
	@tests/check

check-long: setup
	@tests/check --long

# docs/conformance.md from the tags in code and tests, docs/requests.md from the rows of a test; `make
# check` only compares.
conformance: build
	@/usr/bin/python3 tests/conformance/conformance

# What the tests reach of each folder of src/, as a table.
coverage: setup
	@tests/coverage

bench: build
	@bench/run

lab: build
	@lab/up

lab-down:
	@lab/down

# Each target for that long; TARGETS names some of them.
SECONDS ?= 60
fuzz: setup
	@tests/fuzz/run $(SECONDS) $(TARGETS)

# Looks for what does not hold, seed by seed from FROM on.
FROM ?= 1
sim: build
	@build/sim/netmip4-sim --seconds $(SECONDS) --seed $(FROM)

# Would the tests notice? Changes src/core and src/runtime in COUNT places, one at a time (docs/testing.md).
mutants: SEED = 1
mutants: COUNT = 400
mutants: setup
	@tests/mutants/mutants $(SEED) $(COUNT)

install: build
	@meson install -C build

clean:
	@rm -rf build build-*

.PHONY: all setup build demo check check-long conformance coverage bench lab lab-down fuzz sim mutants install clean
