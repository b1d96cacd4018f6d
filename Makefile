# make up | preview | drift | check | down | status | logs | outputs | rehearse | scan   with STACK=local (default), dev or prod
# make run | exec   with SERVICE=name and CMD="words", too
# make bootstrap  with REPOSITORY=owner/name
# make test | lint | docs | workflows | bench | doctor | parity | cost
# STACK=pr-123 is an environment of a pull request, on the stack BASE (dev)
STACK ?= local
FROM_BASE = $(if $(BASE),--base $(BASE))
SHELL := /bin/bash
.DEFAULT_GOAL := help
RUN := tools/run

.PHONY: help setup ready up preview check down logs outputs run exec cost rehearse test lint format bench doctor parity
.PHONY: scan status drift ready-to-test workflows bootstrap docs docs-serve

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: ## Find or install all that Berth needs; the other targets do it, too
	@tools/setup --all

ready:
	@tools/setup

ready-to-test:
	@tools/setup --test

doctor: ## What this machine has, and how to get what is missing
	@tools/doctor

up: ready ## Deploy STACK and print its URL
	@$(RUN) python -m berth up $(STACK) $(FROM_BASE)

preview: ready ## Show what `up` would change, and what of that is dangerous
	@$(RUN) python -m berth preview $(STACK) $(FROM_BASE)

drift: ready ## Show what was changed by hand in AWS: exit code 0 nothing, 2 something
	@$(RUN) python -m berth drift $(STACK)

check: ready ## Every finding about STACK's files at once, in a second: no Pulumi, AWS or Docker
	@$(RUN) python -m berth check -s $(STACK)

down: ready ## Remove STACK
	@$(RUN) python -m berth down $(STACK)

status: ready ## What runs of STACK, against what was asked for
	@$(RUN) python -m berth status $(STACK)

logs: ready ## Follow the logs of STACK's services, or with SERVICE=web of one
	@$(RUN) python -m berth logs $(STACK) $(SERVICE)

outputs: ready ## Print STACK's outputs
	@$(RUN) python -m berth outputs $(STACK)

run: ready ## Run CMD, or its own command, once as SERVICE of STACK
	@$(RUN) python -m berth run -s $(STACK) $(SERVICE) $(CMD)

exec: ready ## CMD, or a shell, in a running container of SERVICE
	@$(RUN) python -m berth exec -s $(STACK) $(SERVICE) $(CMD)

cost: ready ## What the AWS stacks cost a month, and what would save
	@$(RUN) python -m berth cost

rehearse: ready ## Try STACK (dev or prod) against an AWS emulator, with real containers and no account
	@$(RUN) python -m berth rehearse $(STACK)

parity: ready ## What differs between the environments and why, and what is proved equal
	@$(RUN) python -m berth parity

scan: ready ## Look through what STACK (dev or prod) asks of AWS with Checkov
	@$(RUN) python -m berth scan $(STACK)

test: ready-to-test ## All tests, in parallel
	@$(RUN) tools/test

lint: ready-to-test ## Style, import rules and types
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) pyright

docs: ready ## Build the documentation's site into .berth/site; MkDocs is installed into .berth/docs
	@$(RUN) python -m berth.site.build

docs-serve: ready
	@$(RUN) python -m berth.site.build serve

workflows: ready ## Check GitHub's workflow files with actionlint and shellcheck
	@$(RUN) python -m berth.setup.actionlint

bootstrap: ready ## Once an AWS account: the roles and the state of REPOSITORY's workflows
	@test -n "$(REPOSITORY)" || { echo "make bootstrap REPOSITORY=owner/name"; exit 2; }
	@$(RUN) pulumi -C bootstrap stack select --create account
	@$(RUN) pulumi -C bootstrap config set -s account repository "$(REPOSITORY)"
	@PULUMI_OPTION_POLICY_PACK_CONFIG=$(CURDIR)/bootstrap/policy-config.json $(RUN) pulumi -C bootstrap up -s account

format: ready
	@$(RUN) ruff check --fix . && $(RUN) ruff format .

bench: ready ## Time previews and updates for 1, 10 and 50 services
	@$(RUN) python tools/bench
