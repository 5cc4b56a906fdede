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

# Looks for what does not hold, seed by seed; SECONDS=600 make sim for longer, FROM=1000 elsewhere.
sim: build
	@build/sim/netmip4-sim --seconds $${SECONDS:-60} --seed $${FROM:-1}

install: build
	@meson install -C build

clean:
	@rm -rf build build-*

.PHONY: all setup build demo check check-long conformance bench lab lab-down fuzz sim install clean
