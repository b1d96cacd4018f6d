# make up | preview | down | logs | outputs | rehearse   with STACK=local (default), dev or prod
# make test | lint | bench | doctor
STACK ?= local
SHELL := /bin/bash
.DEFAULT_GOAL := help
RUN := tools/run

.PHONY: help setup up preview down logs outputs rehearse test lint format bench doctor

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: ## Make the virtual environment and look for Pulumi and Docker
	@tools/setup

doctor: ## What this machine has, and how to get what is missing
	@tools/doctor

up: setup ## Deploy STACK and print its URL
	@$(RUN) python -m berth up $(STACK)

preview: setup ## Show what `up` would change
	@$(RUN) python -m berth preview $(STACK)

down: setup ## Remove STACK
	@$(RUN) python -m berth down $(STACK)

logs: setup ## Follow the logs of STACK's services
	@$(RUN) python -m berth logs $(STACK)

outputs: setup ## Print STACK's outputs
	@$(RUN) python -m berth outputs $(STACK)

rehearse: setup ## Try STACK (dev or prod) against an AWS emulator, with real containers and no account
	@$(RUN) python -m berth rehearse $(STACK)

test: setup ## All tests, in parallel
	@$(RUN) tools/test

lint: setup ## Style and import rules
	@$(RUN) ruff check . && $(RUN) ruff format --check .

format: setup
	@$(RUN) ruff check --fix . && $(RUN) ruff format .

bench: setup ## Time previews and updates for 1, 10 and 50 services
	@$(RUN) python tools/bench
