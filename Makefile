# Everything a person or a machine does with this repository. `make help` lists it.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO      ?= go
TOOLS   := $(CURDIR)/.tools

GOFUMPT_VERSION  := v0.12.0
GOLANGCI_VERSION := v2.15.0
GOFUMPT  := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)/gofumpt
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)/golangci-lint

# A module of its own, so that bleve is no dependency of Ally.
YARDSTICK := internal/playbook/yardstick

.DEFAULT_GOAL := help

.PHONY: help
help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# What search learns from the content, kept so that the program starts in a moment.
# Lessons are not searched, so they are no reason to learn anew.
LEARNT := playbooks/learnt/finder.bin

$(LEARNT): $(shell find playbooks -path playbooks/lessons -prune -o \( -name '*.md' -o -name '*.txt' -o -name '*.yaml' \) -print) \
		$(filter-out internal/playbook/lesson%.go %_test.go,$(wildcard internal/playbook/*.go internal/playbook/classify/*.go internal/playbook/wordkin/*))
	$(GO) run ./playbooks/learn

.PHONY: build
build: $(LEARNT) ## the program, bin/ally
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/ally ./cmd/ally

.PHONY: demo
demo: build ## the playground: a simulated Slack workspace in your browser
	@echo "Open this address in a browser. Ctrl+C ends it." >&2
	@bin/ally demo

.PHONY: deps
deps: ## install what the tests need beyond Go, if it is missing
	@.ci/deps cc redis-server chromium

.PHONY: test
test: deps $(LEARNT) ## the whole test suite with the race detector
	$(GO) test -race -p 2 -timeout 20m ./...

.PHONY: test-bolt
test-bolt: ## Slack's official JavaScript client against the simulated workspace
	@.ci/deps node
	$(GO) test -tags bolt -count 1 -timeout 10m ./internal/slacksim/bolttest/...

.PHONY: lint
lint: $(GOFUMPT) $(GOLANGCI) ## go vet, gofumpt, golangci-lint
	$(GO) vet ./...
	cd $(YARDSTICK) && $(GO) vet ./...
	@unformatted=$$($(GOFUMPT) -l cmd internal playbooks); \
		if [ -n "$$unformatted" ]; then echo "run gofumpt -w on: $$unformatted" >&2; exit 1; fi
	$(GOLANGCI) run ./...

$(GOFUMPT):
	GOBIN=$(@D) $(GO) install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)

$(GOLANGCI):
	GOBIN=$(@D) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

.PHONY: bench
bench: $(LEARNT) ## every benchmark
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-find
bench-find: $(LEARNT) ## how well and how fast a script is found, and bleve beside it
	$(GO) test -count 1 -run FindQuality -v ./internal/playbook
	cd $(YARDSTICK) && $(GO) test -count 1 -run Compare -v .
	$(GO) test -run '^$$' -bench Find -benchmem ./internal/playbook

.PHONY: bench-credit
bench-credit: ## how much of Redis's memory a credit takes, and how fast pages of them are
	$(GO) test -run '^$$' -bench CreditMemory -benchtime 1x ./internal/credit
	$(GO) test -run '^$$' -bench 'CreditPage|CreditRecord' -benchmem ./internal/credit

.PHONY: bench-lessons
bench-lessons: $(LEARNT) ## what lessons cost, and how fast they are sent (42 minutes; LESSONS=500 for fewer)
	$(GO) test -run '^$$' -bench SubscriptionMemory -benchtime 1x ./internal/lessons
	$(GO) test -run '^$$' -bench LessonRush -benchtime 1x -timeout 4h ./internal/app

.PHONY: fuzz
fuzz: ## every fuzz test for ten seconds (FUZZTIME=1m for longer)
	@.ci/fuzz $(or $(FUZZTIME),10s)

.PHONY: clean
clean: ## remove what was built and the tools
	rm -rf bin $(TOOLS) $(LEARNT)
