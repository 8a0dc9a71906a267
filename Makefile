# make demo and make test are the two commands; each works as the first one after a clone.
SHELL := /bin/sh
N := ./scripts/node
.DEFAULT_GOAL := help
.PHONY: help install demo test check soak bench coverage docs fix clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# The mark is made last: an install that was interrupted is done again.
node_modules/.installed: package-lock.json
	@rm -f $@
	$(N) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

install: node_modules/.installed ## install what the lock file names

demo: install ## crash-test a proposal, vote it through on an embedded chain, read it back
	@./ballast demo

test: check ## everything that has to be green
check: install ## format, lint, types, contracts, tests (what CI runs)
	@$(N) node scripts/check.ts

soak: install ## the invariants of the contracts, a million calls each
	@$(N) node scripts/invariants.ts 1000000

bench: install ## speed and memory, as JSON lines (ONLY=name for one)
	@$(N) node bench/main.ts $(ONLY)

coverage: install ## Hardhat's coverage of contracts/
	@$(N) hardhat test solidity --coverage

docs: install ## regenerate what is generated: the parameter reference and the JSON Schemas
	@$(N) node scripts/generate.ts

fix: install ## format everything, and mend what the linters can mend safely
	@$(N) biome check --write .
	@$(N) prettier --log-level=warn --write 'contracts/**/*.sol'

clean: ## remove what a build made
	rm -rf artifacts cache coverage .cache node_modules
