# Zhiyin: everything that one does with the project. `make help` lists it; `make run` is all one needs to begin.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
BIN := .venv/bin
STACK := $(PYTHON) -m infrastructure.local
GATEWAY = ZHIYIN_GATEWAY_CONFIG=$(or $(ZHIYIN_GATEWAY_CONFIG),$(or $(ZHIYIN_HOME),.local)/gateway/gateway.json) \
	$(PYTHON) -m infrastructure.voice.gateway
UV_VERSION := 0.13.9
MINISTACK := ministack==1.5.33
FRONTEND := $(wildcard frontend/package.json)
export PATH := $(CURDIR)/.stamps/uv/bin:$(PATH)
export PYTHONDONTWRITEBYTECODE := 1
# Tests without servers start three processes that would each compile a thousand modules; kept apart from the work tree.
UNIT := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/.stamps/compiled $(BIN)/pytest -n 2 --dist loadfile

.PHONY: help setup run up down reset status call test test-unit test-stack test-e2e pictures gateway \
	gateway-down gateway-test gateway-package deploy-gateway lint lint-python lint-web format bench bench-gateway \
	package openapi deploy clean frontend

help: ## list what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: .stamps/system .stamps/python .stamps/emulator frontend ## install everything that is missing

run: setup ## the whole product in the foreground; Ctrl-C stops it
	@exec $(STACK) run

up: setup ## the same in the background; returns when ready
	@$(STACK) up

down: ## stop what `make up` or `make run` started
	@test ! -x $(PYTHON) || $(STACK) down

reset: ## stop, and delete all data of the laptop stack
	@test ! -x $(PYTHON) || $(STACK) reset
	@rm -rf .local

status: ## which parts of the laptop stack answer
	@$(STACK) status

call: ## place one scripted call through the running stack (or SCENARIO=timeout|overflow|memory|area|skills|routing|callback|survey|voicemail|in-queue-flow|barge|pause|prompts)
	@$(PYTHON) -m infrastructure.local.call $(SCENARIO)

# Stack and browser tests mostly wait: two at a time, each worker with a stack of its own. With four, two cores are not
# enough and calls ring out.
test: lint ## style and every test (stack and browser tests bring up stacks of their own on other ports)
	@$(if $(FRONTEND),cd frontend && npm test --if-present)
	@$(UNIT) tests/unit tests/contract $(PYTEST_OPTIONS)
	@$(BIN)/pytest -n 2 --dist worksteal tests/stack tests/e2e $(PYTEST_OPTIONS)
	@$(BIN)/pytest -n 3 --dist loadfile tests/gateway --ignore tests/gateway/acceptance $(PYTEST_OPTIONS)
	@$(BIN)/pytest -n 2 --dist loadfile tests/gateway/acceptance $(PYTEST_OPTIONS)

test-unit: .stamps/python ## tests without any server, under a minute
	@$(UNIT) tests/unit $(PYTEST_OPTIONS)

test-stack: setup ## tests against the laptop stack
	@$(BIN)/pytest tests/stack $(PYTEST_OPTIONS)

test-e2e: setup ## tests in a real browser
	@$(BIN)/pytest tests/e2e $(PYTEST_OPTIONS)

gateway: setup ## real phones: SIP edge, media relay and two voice nodes beside the running stack (`make up` first)
	@$(PYTHON) -m infrastructure.voice.gateway.laptop
	@$(GATEWAY) up

gateway-down: ## stop what `make gateway` started
	@test ! -x $(PYTHON) || $(GATEWAY) down

gateway-test: setup ## the gateway with real SIP and RTP; ends with `N passed, N failed`
	@$(BIN)/pytest -p tests.gateway.summary tests/gateway $(PYTEST_OPTIONS)

pictures: setup ## the guides' pictures, made by the tests in a real browser
	@ZHIYIN_PICTURES=1 $(BIN)/pytest tests/e2e/test_e2e_looks.py $(PYTEST_OPTIONS)

lint: setup ## style, types, layers, template, web app
	@$(MAKE) --jobs 2 --output-sync lint-python lint-web

lint-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(PYTHON) -m infrastructure.package --without-code --out dist/lint
	$(PYTHON) -m infrastructure.packaging.gateway --out dist/lint
	$(BIN)/cfn-lint dist/lint/template.json dist/lint/gateway.json

lint-web:
	$(if $(FRONTEND),cd frontend && npm run lint && npm run typecheck)

format: .stamps/python ## put every file into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(if $(FRONTEND),cd frontend && npm run format --if-present)

bench: setup ## the figures, as `name: value` lines (some: BENCH="capacity races --size 0.1")
	@$(PYTHON) -m tests.bench $(BENCH)

bench-gateway: setup ## fifty calls through the gateway for ten minutes, and what they cost (GATEWAY_BENCH="--calls 10 --minutes 1")
	@$(PYTHON) -m tests.bench.voice_gateway $(GATEWAY_BENCH)

package: .stamps/python ## template and code archive into dist/
	$(PYTHON) -m infrastructure.package
	$(BIN)/cfn-lint dist/template.json

openapi: .stamps/python ## the OpenAPI document, and the web app's client from it
	$(PYTHON) -m infrastructure.openapi
	$(if $(FRONTEND),cd frontend && npm run client)

# STAGE, BUCKET (for the code) and PUBLIC_URL must be given; see docs/deployment.md for the rest of the parameters.
deploy: package frontend ## deploy to AWS: make deploy STAGE=production BUCKET=… PUBLIC_URL=https://…
	aws cloudformation package --template-file dist/template.json --s3-bucket $(BUCKET) --use-json \
		--output-template-file dist/deployed.json
	aws cloudformation deploy --template-file dist/deployed.json --stack-name zhiyin-$(STAGE) --s3-bucket $(BUCKET) \
		--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
		--parameter-overrides Stage=$(STAGE) PublicUrl=$(PUBLIC_URL) $(PARAMETERS)
	infrastructure/cloud/publish.sh zhiyin-$(STAGE)

# What a host needs, as it was committed: the same commit gives the same bytes.
gateway-package: .stamps/python ## template and code archive of gateway hosts into dist/
	$(PYTHON) -m infrastructure.packaging.gateway
	$(BIN)/cfn-lint dist/gateway.json
	git archive --format=tar HEAD -- $$($(PYTHON) -m infrastructure.packaging.gateway --code) | \
		gzip --no-name --best >dist/gateway.tar.gz

# STAGE, BUCKET (for the code) and DOMAIN must be given; docs/gateway.md names the rest of the parameters.
deploy-gateway: gateway-package ## deploy gateway hosts: make deploy-gateway STAGE=… BUCKET=… DOMAIN=… PARAMETERS="…"
	aws s3 cp dist/gateway.tar.gz s3://$(BUCKET)/zhiyin-$(STAGE)/gateway.tar.gz
	aws cloudformation deploy --template-file dist/gateway.json --stack-name zhiyin-$(STAGE)-gateway \
		--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides Stage=$(STAGE) \
		Domain=$(DOMAIN) CodeBucket=$(BUCKET) CodeKey=zhiyin-$(STAGE)/gateway.tar.gz $(PARAMETERS)

clean: ## delete what was built and installed (the laptop stack's data stays)
	rm -rf dist .stamps .venv .emulator frontend/node_modules frontend/dist frontend/dist.next .chalice/deployments
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# --- what set-up consists of; each stamp is renewed when what it came from changes ---

.stamps/system: infrastructure/local/install-system.sh infrastructure/voice/gateway/install-system.sh
	@mkdir -p $(@D)
	@bash $< && touch $@

.stamps/uv/bin/uv: | .stamps/system
	@mkdir -p $(@D)
	@command -v uv >/dev/null || { python3 -m venv .stamps/uv && .stamps/uv/bin/pip install --quiet uv==$(UV_VERSION); }
	@test -x $@ || ln -sf "$$(command -v uv)" $@

.stamps/python: pyproject.toml requirements.txt .stamps/uv/bin/uv
	@mkdir -p $(@D)
	@test -x $(PYTHON) || uv venv --quiet --seed --python "$$(command -v python3)" .venv
	@uv pip install --quiet --python $(PYTHON) -r requirements.txt --group dev
	@touch $@

.stamps/emulator: Makefile .stamps/uv/bin/uv
	@mkdir -p $(@D)
	@test -x .emulator/bin/python || uv venv --quiet --python "$$(command -v python3)" .emulator
	@uv pip install --quiet --python .emulator/bin/python '$(MINISTACK)' 'aws-sam-translator>=1.90' cryptography
	@touch $@

frontend: $(if $(FRONTEND),frontend/dist/index.html)

.stamps/frontend: frontend/package.json frontend/package-lock.json
	@mkdir -p $(@D)
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: .stamps/frontend $(shell find frontend/src frontend/public frontend/index.html frontend/*.ts -type f 2>/dev/null)
	@cd frontend && npm run build
	@touch $@
