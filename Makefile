# The commands of a developer's day. `make demo` and `make test` each need
# nothing before them but Rust, and root or sudo for the packages they install.

TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
WASMC := $(TARGET_DIR)/release/wasmc
STAGE := scripts/stage
# Tools that `make setup` could not take from the system, such as Go.
export PATH := $(PATH):$(TARGET_DIR)/tools/bin
export WASMC
# For every cargo below: one that built fewer runtimes would replace wasmc by a
# compiler that has them not.
export WASMC_TARGETS := all

.PHONY: help setup build dist demo test test-full bless bench bench-go lint fmt clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## install what building and testing need (apt, rustup, pip)
	@$(STAGE) "setup" scripts/setup build test

build: ## the release compiler with every target it can have, at target/release/wasmc
	@$(STAGE) "setup of the build" scripts/setup build
	@$(STAGE) "build of wasmc" cargo build --locked --release --package wasmc-cli

dist: ## the compiler as it is shipped, at target/dist/wasmc: many minutes, a quarter faster
	@$(STAGE) "setup of the build" scripts/setup build dist
	@$(STAGE) "build of wasmc to ship" scripts/dist

demo: build ## compile a Go tool for x86-64 and aarch64 and run both
	@$(STAGE) "setup of the demo" scripts/setup demo
	@scripts/demo

# What links Cranelift is tested in release: it is then built once, for wasmc
# and the tests together. The rest has its debug assertions.
WITH_CRANELIFT := --package wasmc-compiler --package wasmc-cli
UNIT_TESTS := $(STAGE) "unit tests" cargo test --locked --quiet --workspace --exclude wasmc-tests --exclude wasmc-compiler --exclude wasmc-cli
RELEASE_UNIT_TESTS := $(STAGE) "unit tests of compiler and command" cargo test --locked --quiet --release $(WITH_CRANELIFT)
COMMAND_TESTS := cargo test --locked --release --package wasmc-tests --no-fail-fast

test: setup build ## everything, but for what takes minutes
	@$(UNIT_TESTS)
	@$(RELEASE_UNIT_TESTS)
	@$(STAGE) "tests of the command" $(COMMAND_TESTS)

test-full: setup build ## everything
	@$(UNIT_TESTS)
	@$(RELEASE_UNIT_TESTS)
	@$(STAGE) "tests of the command" env WASMC_TEST_FULL=1 $(COMMAND_TESTS)

bless: build ## rewrite the expectations of cases and snapshots, then look at the diff
	@WASMC_BLESS=1 $(COMMAND_TESTS) --test cases --test snapshots

# ARGS are those of bench/run: `make bench ARGS="real --runs 3"`, or --publish to
# rewrite docs/bench.md and docs/bench.svg.
bench: WASMC := $(TARGET_DIR)/dist/wasmc
bench: dist ## programs, compile time, start-up, input and output beside other tools
	@$(STAGE) "setup of the benchmark" scripts/setup bench
	@scripts/bench $(ARGS)

bench-go: build ## Go programs beside native Go, in about a minute
	@$(STAGE) "setup of the benchmark" scripts/setup demo
	@bench/quick $(ARGS)

lint: ## formatting and clippy, warnings denied
	@$(STAGE) "formatting" cargo fmt --all --check
	@$(STAGE) "clippy" cargo clippy --locked --release --workspace --all-targets -- --deny warnings

fmt: ## format the code
	@cargo fmt --all

clean: ## remove what was built
	@cargo clean
