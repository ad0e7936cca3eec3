# Needs only make and Python 3.11. `make` alone says what there is.
SHELL := /bin/sh
PYTHON3 ?= python3
PYTHON := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv run token status infra reset test coverage check bench bench-graphql faults fuzz generate format

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: ## Make or update the environment in .venv (every other target does it when needed)
	@command -v $(PYTHON3) >/dev/null 2>&1 \
		|| { echo "Python 3.11 or newer is needed: as root, run 'apt-get install python3'." >&2; exit 1; }
	@$(PYTHON3) -m deploy.local.bootstrap

run: venv ## Run the whole platform until Ctrl-C (HTTP_PORT=… and others choose the ports)
	@$(PYTHON) -m deploy.local run $(ARGS)

token: ## Print a bearer token of a sample person (AS=focal-point-graz; see deploy/seed/data/people.json)
	@$(MAKE) --no-print-directory venv >&2
	@$(PYTHON) -m deploy.local token --as "$(if $(filter default,$(origin AS)),,$(AS))" # make has an AS of its own

status: venv ## Say what runs
	@$(PYTHON) -m deploy.local status $(ARGS)

infra: venv ## Run only RabbitMQ and MongoDB
	@$(PYTHON) -m deploy.local infra $(ARGS)

reset: venv ## Wipe the data of `make run`
	@$(PYTHON) -m deploy.local reset

test: venv ## Run all tests (ARGS="tests/unit -k name" for some)
	@$(PYTHON) -m deploy.local test $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

coverage: venv ## Run all tests and say which lines they miss
	@rm -f .coverage .coverage.*
	@$(PYTHON) -m deploy.local test $(PYTHON) -m coverage run -m pytest -n 2 --dist loadfile $(ARGS)
	@$(PYTHON) -m coverage combine --quiet
	@$(PYTHON) -m coverage report --skip-covered --show-missing

check: venv ## Look at the code without running it: format, lint, types, layers, manifests, generated files
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m deploy.k8s.validate
	$(PYTHON) -m deploy.reference --check
	$(PYTHON) -m deploy.checks

bench: venv ## Measure, beside raw baselines in the same run, and write benchmarks/README.md
	@$(PYTHON) -m deploy.local test $(PYTHON) -m benchmarks $(ARGS)

bench-graphql: venv ## Measure the GraphQL door beside Strawberry and Yoga, and write benchmarks/README.md
	@$(PYTHON) -m deploy.local test $(PYTHON) -m benchmarks.graphql $(ARGS)

faults: venv ## Break everything under load and audit what is left, about 45 minutes (ARGS="--fault kill-broker" for one)
	@$(PYTHON) -m tests.fault $(ARGS)

fuzz: venv ## Fuzz the gateway in the names of three roles, ten minutes each (ARGS="--seconds 60 --role nobody")
	@$(PYTHON) -m deploy.local test $(PYTHON) -m tests.fuzz $(ARGS)

generate: venv ## Write the generated files: GraphQL schema, message reference
	$(PYTHON) -m deploy.reference

format: venv ## Format the code and mend what the linter can mend
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
