# Patchwright. `make help` lists the targets.
#
#   SPEC=FILE   the spec                          (default: the shipped v2)
#   TREE=DIR    a kernel tree                     (default: the built-in sample)
#   GIT=REPO REV=REV   or a revision of a git repository, read without a checkout
#   OUT=DIR     where series land                 (default: out)
#   PREFIX=DIR DESTDIR=DIR  where `make install` puts what it installs (default: /usr/local)
#   MAILS=N SEED=N  how many mails `make oracle-git` makes, and of which seed (default: 200000, 1)
#   PATCHWRIGHT=FILE  a command that is built already (default: the one that `make build` builds)
#   LEXER_ORACLE_CASES=N  sources of `make oracle-lexer`, of each sort (default: 100000)
#   FUZZ_RUNS=N new inputs of `make fuzz`, all targets together (default: 10000000)

SPEC ?= specs/detached-vf/v2.toml
OUT ?= out
PREFIX ?= /usr/local
FUZZ_RUNS ?= 10000000
MAILS ?= 200000
SEED ?= 1
FUZZ_SHORT_RUNS ?= 60000
LEXER_ORACLE_CASES ?= 100000
CARGO ?= cargo

# Every recipe asks for the binary by itself, so that it is found wherever cargo puts it.
binary = binary=$$(scripts/build.sh)
export CARGO PATCHWRIGHT

ifdef TREE
tree_args = --tree '$(TREE)'
else ifdef GIT
tree_args = --git '$(GIT)' --rev '$(REV)'
else
tree_args = --sample
endif

# Modules that a macro declares, one a kind: `cargo fmt` does not find them.
rooms = $(wildcard crates/schema/src/kinds/*.rs crates/schema/src/invariants/*.rs \
	crates/sites/src/kinds/*.rs generator/src/kinds/*.rs verify/src/implied/*.rs verify/src/stated/*.rs)

.DEFAULT_GOAL := help
.PHONY: help build install deb docs patch verify check send test fmt lint msrv deny kernels bench bench-port oracle oracle-lexer oracle-git clean fuzz fuzz-short oracle-check

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

build: ## build the command and print its path
	@scripts/build.sh

install: ## install the command, its manual pages and completions below PREFIX
	@$(binary) && scripts/install.sh "$$binary" '$(DESTDIR)$(PREFIX)'

deb: ## make a Debian package in OUT
	@$(binary) && scripts/deb.sh "$$binary" '$(OUT)'

docs: ## make a book of the pages: HTML in OUT/book (installs mdbook with cargo where it is not there)
	@scripts/docs.sh '$(OUT)'

patch: ## render SPEC for TREE into OUT and verify what was written
	@$(binary) && "$$binary" render '$(SPEC)' $(tree_args) --out '$(OUT)' && \
		"$$binary" verify '$(SPEC)' $(tree_args) --out '$(OUT)'

verify: ## judge the series in OUT against SPEC and TREE
	@$(binary) && "$$binary" verify '$(SPEC)' $(tree_args) --out '$(OUT)'

check: ## which of the shipped specs render, have landed or have drifted in TREE
	@$(binary) && "$$binary" check specs/detached-vf/*.toml $(tree_args)

send: ## git send-email's dry run on the series in OUT: thread and recipients
	@scripts/send.sh '$(SPEC)' '$(OUT)'

test: ## all tests that need no real kernel tree
	@scripts/toolchain.sh
	@scripts/packages.sh patch git git-email libmailtools-perl perl gcc clang
	@scripts/test.sh

fmt: ## format every source
	@$(CARGO) fmt --all
	@rustfmt --edition 2024 $(rooms)

lint: ## formatting, clippy, documentation
	@$(CARGO) fmt --all --check
	@rustfmt --edition 2024 --check $(rooms)
	@$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	@$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@scripts/packages.sh g++
	@$(CARGO) clippy --manifest-path fuzz/Cargo.toml --locked -- -D warnings
	@RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --locked --quiet

msrv: ## build with the oldest compiler that we support (rust-version)
	@scripts/msrv.sh

deny: ## licences, sources and known faults of the dependencies (cargo install cargo-deny)
	@$(CARGO) deny --log-level error check

kernels: ## the real thing: Debian's 6.1 and 6.12 (5.8.1 and 7.2 where present), built for s390x
	@tests/kernels/run.sh

fuzz: ## fuzz the reader of C until FUZZ_RUNS new inputs were tried; goes on where it was stopped
	@scripts/fuzz.sh long $(FUZZ_RUNS)

fuzz-short: ## the same FUZZ_SHORT_RUNS inputs for every fuzz target
	@scripts/fuzz.sh short $(FUZZ_SHORT_RUNS)

bench: ## speed as ratios against the peers, one run, with peak memory
	@benches/run.sh

bench-port: ## how well port and its peers (patch, git, wiggle, mergiraf) carry fixes between stable kernels
	@benches/port.sh

oracle: ## compare functions with universal-ctags, calls and typed patterns with Coccinelle on 6.12
	@scripts/oracle.sh

oracle-check: ## the same on a few folders: fails where docs/oracle says otherwise of them
	@scripts/oracle.sh --check

oracle-lexer: ## compare tokens with clang's lexer: LEXER_ORACLE_CASES pieces of generated and of mutated code
	@scripts/packages.sh clang
	@LEXER_ORACLE_CASES=$(LEXER_ORACLE_CASES) LEXER_ORACLE_TREE='$(TREE)' \
		$(CARGO) test --release --locked -p dialect --test lexer_oracle -- --nocapture

oracle-git: ## compare MAILS generated mails with git mailsplit, mailinfo and apply (default: 200000)
	@scripts/oracle-git.sh '$(MAILS)' '$(SEED)'

clean: ## remove what was built (the series in OUT stay)
	@$(CARGO) clean
