# The commands of a developer's day. `make demo` and `make test` each need
# nothing before them but Rust, and root or sudo for the packages they install.

TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
WASMC := $(TARGET_DIR)/release/wasmc
STAGE := scripts/stage
# Tools that `make setup` could not take from the system, such as Go.
export PATH := $(PATH):$(TARGET_DIR)/tools/bin
export WASMC

.PHONY: help setup build demo test test-full bless bench lint fmt clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## install what building and testing need (apt, rustup, pip)
	@$(STAGE) "setup" scripts/setup build test

build: ## the release compiler with every target it can have, at target/release/wasmc
	@$(STAGE) "setup of the build" scripts/setup build
	@$(STAGE) "build of wasmc" env WASMC_TARGETS=all cargo build --locked --release --package wasmc-cli

demo: build ## compile a Go tool for x86-64 and aarch64 and run both
	@$(STAGE) "setup of the demo" scripts/setup demo
	@scripts/demo

test: setup build ## everything, but for what takes minutes
	@$(STAGE) "unit tests" cargo test --locked --quiet --workspace --exclude wasmc-tests
	@$(STAGE) "tests of the command" cargo test --locked --package wasmc-tests

test-full: setup build ## everything
	@$(STAGE) "unit tests" cargo test --locked --quiet --workspace --exclude wasmc-tests
	@$(STAGE) "tests of the command" env WASMC_TEST_FULL=1 cargo test --locked --package wasmc-tests

bless: build ## rewrite the expectations of cases and snapshots, then look at the diff
	@WASMC_BLESS=1 cargo test --locked --package wasmc-tests --test cases --test snapshots

bench: build ## start-up and compile time beside other tools
	@$(STAGE) "setup of the benchmark" scripts/setup bench
	@scripts/bench

lint: ## formatting and clippy, warnings denied
	@$(STAGE) "formatting" cargo fmt --all --check
	@$(STAGE) "clippy" cargo clippy --locked --workspace --all-targets -- --deny warnings

fmt: ## format the code
	@cargo fmt --all

clean: ## remove what was built
	@cargo clean
