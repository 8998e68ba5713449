# The one door to this project. `make` alone lists what is behind it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo build test check format bench bench-books outage chaos cluster fuzz simulate storm screenshots clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing (apt, pip into .venv and its like); silent when nothing is
	@scripts/setup

demo: setup ## build, and run the relay on an embedded database with a simulated upstream
	swift build
	.build/debug/nexrelay demo

build: setup ## build the release program, .build/release/nexrelay
	swift build -c release --product nexrelay

test: setup ## build and pass every test, on SQLite and on PostgreSQL, the fuzzers for 20 seconds each
	swift build --build-tests
	swift test --skip-build --skip EndToEndTests
	scripts/end-to-end
	FUZZ_SEED=1 FUZZ_SECONDS=$(or $(FUZZ_SECONDS),20) scripts/fuzz

check: setup ## format, dependency arrows, file sizes, scripts
	scripts/check

format: ## rewrite the Swift sources in the project's format
	swift format --in-place --parallel --recursive Sources Tests Package.swift Fuzz/Sources Fuzz/Package.swift

bench: ## measure the relay, on SQLite and PostgreSQL, beside nginx, Envoy and LiteLLM; BENCH="--quick" passes options
	@scripts/setup bench
	swift build -c release --product nexrelay
	swift build -c release --product TokenizerBenchmark
	python3 Benchmarks/run.py $(BENCH)

bench-books: setup ## measure reconciliation, sealing, and admission beside a million receipts; RECEIPTS=N, DATABASE=sqlite or postgres
	swift build -c release --product BooksBenchmark
	python3 Benchmarks/books.py --receipts $(or $(RECEIPTS),1000000) --database $(or $(DATABASE),both) $(if $(BOOKS_FOLDER),--folder $(BOOKS_FOLDER))

outage: ## measure what a dead upstream costs those whom the others answer
	@scripts/setup bench
	swift build -c release --product nexrelay
	python3 Benchmarks/outage.py $(OUTAGE)

chaos: setup ## two minutes of traffic over upstreams that lie, hang and stop; CHAOS_SECONDS=N for longer
	swift build --build-tests
	NEXRELAY_CHAOS_SECONDS=$(or $(CHAOS_SECONDS),120) swift test --skip-build --filter 'EndToEndTests.*ChaosTests'

cluster: setup ## two minutes of three nodes that die, stand still and lose their database; CLUSTER_SECONDS=N for longer
	swift build --build-tests
	NEXRELAY_TEST_DATABASE=postgres NEXRELAY_CLUSTER_SECONDS=$(or $(CLUSTER_SECONDS),120) \
		swift test --skip-build --filter 'EndToEndTests.*ClusterTests'

simulate: setup ## nodes that crash, pause and lose replies, against a model of the books; SEED=N repeats a run, STEPS=N
	swift build --build-tests
	NEXRELAY_SIMULATION_STEPS=$(or $(STEPS),200000) $(if $(SEED),NEXRELAY_SIMULATION_SEED=$(SEED)) \
		swift test --skip-build --filter 'RelayStoreTests.SimulationTests/long'

storm: setup ## orders and transfers on a real chain, with faults and restarts, then the arithmetic; SEED=N repeats one, ORDERS=N
	swift build --build-tests
	NEXRELAY_STORM_ORDERS=$(or $(ORDERS),300) $(if $(SEED),NEXRELAY_STORM_SEED=$(SEED)) \
		swift test --skip-build --filter 'RelayPaymentsTests.PaymentStormTests/long'

fuzz: setup ## look for inputs that break the scanners, a minute each; FUZZ_SECONDS=N for longer, FUZZ=stream for one
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) scripts/fuzz $(FUZZ)

screenshots: setup ## open each page in a browser, light, dark and phone, and write pictures to .screenshots
	swift build --product nexrelay
	scripts/screenshots

clean: ## remove what was built and installed inside the project
	rm -rf .build .venv .venv-old .venv-chain .venv-browser .screenshots .bench
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
