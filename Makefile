# Run and test leadtocash. `make` lists the targets.

SHELL       := /bin/bash -o pipefail
TOOL        := go tool -modfile=tools.mod
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
WITH_STACK  := GOGC=400 bin/leadtocash with-stack --
# Many tests wait for a clock or another process: more run at once than there are processors. Collecting garbage less often saves a fifth of them.
GO_TEST     := go test -p 4 -parallel 4 -vet=off -timeout 25m $(TESTFLAGS)

# The longest come first, so that no processor waits at the end for one of them.
LONG_TESTS  := ./e2e/chaos ./e2e/browser ./e2e ./api

# Packages whose concurrency matters are tested whole under the race detector, which needs a C compiler; of the others the tests that do
# things at once, which say so in their names.
RACE_WHOLE  := ./crm/... ./store/... ./activities/... ./workflows/...
RACE_PART   := ./api ./rules ./worker ./e2e ./testkit
RACE        := $(if $(shell command -v gcc || command -v clang),-race)

.DEFAULT_GOAL := help
.PHONY: help run build test unit race lint bench fuzz fuzz-money replay chaos mixed decide issue migration chase pictures prepare clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: build ## Build and run everything on this machine; prints the address to open
	@bin/leadtocash dev

build: bin/temporald ## Build bin/leadtocash and bin/temporald
	@go build -ldflags='-X main.version=$(VERSION)' -o bin/leadtocash ./cmd/leadtocash

# A thousand packages: minutes the first time, seconds later, nothing when unchanged.
bin/temporald: $(wildcard deploy/temporald/*.go) deploy/temporald/go.mod deploy/temporald/go.sum
	@echo "Building the Temporal server; the first time takes some minutes"
	@(while sleep 30; do echo "… still building"; done) & ticker=$$!; trap "kill $$ticker" EXIT; \
	  cd deploy/temporald && go build -ldflags='-s -w' -o ../../bin/temporald .

test: prepare build lint unit race ## Run all checks and tests; they start what they need

# What does things at once is left to the race detector where there is one.
unit: build
	$(WITH_STACK) $(GO_TEST) $(if $(RACE),-skip AtOnce) $(LONG_TESTS) $$(go list ./... | grep -vxFf <(go list $(LONG_TESTS) $(RACE_WHOLE)))

race: build ## Test under the race detector what does things at once
	$(if $(RACE),,@echo "No C compiler here: the race detector is off")
	$(WITH_STACK) sh -c '$(GO_TEST) $(RACE) $(RACE_WHOLE) && $(GO_TEST) $(RACE) -run AtOnce $(RACE_PART)'

lint: ## Vet, staticcheck, gofumpt and, over the workflows, Temporal's determinism check
	go vet ./...
	cd deploy/temporald && go vet .
	$(TOOL) staticcheck ./...
	@unformatted=$$($(TOOL) gofumpt -l .); test -z "$$unformatted" || { echo "gofumpt these files:" $$unformatted; exit 1; }
	$(if $(wildcard workflows),$(TOOL) workflowcheck ./workflows/...)

bench: ## Measure journeys, steps and reads; JSON=1 prints objects only, ONLY=journey/ some of them, QUICK=1 is short
	@$(MAKE) -s build >&2
	@bin/leadtocash bench $(if $(JSON),--json) $(if $(QUICK),--quick) $(if $(ONLY),--only '$(ONLY)') $(if $(CLIENTS),--clients $(CLIENTS))

fuzz: ## Compile and try RULES (1000000) random rules; prints accepted, refused, slowest, peak memory
	@RULES=$(or $(RULES),1000000) go test -count=1 -timeout 2h -v -run '^TestAHundredThousandRules$$' ./rules

# What has to add up to the cent: tranches, instalments, documents, credit notes, splits, and what of a payment goes where.
MONEY := PlanAddsUp|BillPlanSums|PaymentPlanParts|CutTranche|EarningsSum|AddsUp|AddUp|Split|NeverPass|KeepsToSums|Advance|InTurn

fuzz-money: ## Divide, bill, credit and allocate CASES (1000000) random sums, each in all its ways, to the cent; prints the time
	go test -count=1 -timeout 4h -v -run '$(MONEY)' ./crm -rapid.checks=$(or $(CASES),1000000) | grep -v -e '^=== '

replay: build ## Record a run of every process and end anew, then replay them all
	$(WITH_STACK) go test ./e2e -run "TestRecordHistories|TestRuleMigration" -update
	go test ./workflows -run 'Replay|Recorded|PersonalData'

chaos: build ## Kill worker, api, Temporal and PostgreSQL KILLS (20) times under JOURNEYS (100), stop and cut them off half as often; SEED repeats the schedule
	@go build -o bin/chaos ./e2e/chaos/run && bin/chaos -journeys $(or $(JOURNEYS),100) -kills $(or $(KILLS),20) -seed $(or $(SEED),0)

chase: build ## Chase 10,000 overdue invoices, cut off three times, and once more; prints how soon all letters are queued. Then CHASED (10000) whose worker is killed with kill -9
	@bin/leadtocash bench --only chase
	CHASED=$(or $(CHASED),10000) $(WITH_STACK) go test ./e2e -count=1 -v -run '^TestChaseSurvivesKills$$'

prepare: # what the tests need and a bare Debian lacks; does nothing when it is there or cannot be installed
	@.ci/prepare

mixed: build ## Bring LEADS (1000) leads in by mixed ways in random order, three in ten again, and count them
	CAPTURE_LEADS=$(or $(LEADS),1000) $(WITH_STACK) go test ./e2e -count=1 -v -run '^TestMixedCapture$$'

decide: build ## Have 8 managers decide at once on each of ORDERS (500) orders by the API, and post two decisions POSTS (200) times
	ORDERS=$(or $(ORDERS),500) POSTS=$(or $(POSTS),200) $(WITH_STACK) go test ./e2e -count=1 -v -run '^TestDecisionsByAPIAtOnce$$'

issue: build ## Issue INVOICES (2000) by ISSUERS (64) at once, one step in ten undone, PostgreSQL killed KILLS (3) times; prints the rate
	ISSUERS=$(or $(ISSUERS),64) INVOICES=$(or $(INVOICES),2000) KILLS=$(or $(KILLS),3) $(WITH_STACK) go test ./activities -count=1 -v -run '^TestIssuersAtOnce$$'

migration: build ## Move DEALS (10000) running deals to a new version of the rules and back while their worker is killed
	DEALS=$(or $(DEALS),10000) $(WITH_STACK) go test ./e2e -count=1 -v -run '^TestRuleMigration$$'

pictures: build prepare ## Draw every page, and a debtor's year, at 1280 and 390 px into e2e/screenshots, and make the README's pictures anew from them
	PICTURES=1 $(WITH_STACK) $(GO_TEST) -count=1 -run 'TestEveryPage|TestJourney$$|TestYearOfADebtor' ./e2e/browser ./e2e
	install -m 644 e2e/screenshots/board-1280.png docs/board.png
	install -m 644 e2e/screenshots/quote-refused-1280.png docs/refusal.png

clean: ## Delete what was built; the data in .data stay
	rm -rf bin
