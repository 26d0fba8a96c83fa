# Everything a person or CI does with this repository. `make` lists it.

CARGO ?= cargo
# Where cargo puts programs, found as cargo finds it.
PROGRAMS := $(or $(CARGO_TARGET_DIR),$(CARGO_BUILD_TARGET_DIR),target)/debug
CRD := crds/privateapi.dev_privateapifrontdoors.yaml
IAM_POLICY := deploy/iam-policy.json

# In this order: cheap checks first; each profile of the large dependencies is built once and shared by the steps next to each other.
# The Kubernetes tools are built beside them, on the core that the longest crates leave idle.
STEPS := check-sources check-format check-lints check-docs build-tests check-generated conformance check-try-on-aws test-pure test-units test-docs test-e2e

# cargo-deny, built once outside the checkout.
DENY_VERSION := 0.20.2
DENY_ROOT := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/private-api-front-door/cargo-deny-$(DENY_VERSION)
DENY := $(DENY_ROOT)/bin/cargo-deny
ADVISORIES := $(or $(CARGO_HOME),$(HOME)/.cargo)/advisory-dbs

# Seeds of `make soak`.
SEEDS ?= 0..1000

export RUSTDOCFLAGS ?= -D warnings

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## one manifest from apply to delete, with a request through the load balancer
	@$(PROGRAMS)/testenv demo

.PHONY: up
up: build ## leave an API server, the AWS simulator and the controller running; see target/up/env
	@$(PROGRAMS)/testenv up

.PHONY: down
down: ## stop what `make up` started
	@test ! -x $(PROGRAMS)/testenv || $(PROGRAMS)/testenv down

.PHONY: test
test: ## everything CI runs, with the time of each step
	@.ci/steps $(STEPS)

.PHONY: build
build: ## build the programs
	$(CARGO) build --workspace --bins

# The dependencies of tests turn on features of others: programs built together with the tests are built once for all that follows.
.PHONY: build-tests
build-tests: ## build the programs and the tests
	$(CARGO) build --workspace --lib --bins --tests
	$(CARGO) build --workspace --test e2e

.PHONY: tools
tools: ## build kube-apiserver, etcd, kubectl and kstatus if they are not there
	$(CARGO) build -p testenv --bins
	@$(PROGRAMS)/testenv tools

.PHONY: check-format
check-format: ## formatting
	$(CARGO) fmt --all --check

.PHONY: check-lints
check-lints: ## clippy, warnings denied
	$(CARGO) clippy --workspace --lib --bins --tests --bench figures -- -D warnings
	$(CARGO) clippy --workspace --test e2e -- -D warnings

.PHONY: check-sources
check-sources: ## licences, sources and bans of dependencies by deny.toml, lints of the members; needs no network
	@.ci/sources

$(DENY):
	CARGO_TARGET_DIR=$(DENY_ROOT)/build $(CARGO) install cargo-deny --version $(DENY_VERSION) --locked --root $(DENY_ROOT)
	rm -rf $(DENY_ROOT)/build

.PHONY: check-deps
check-deps: $(DENY) ## the same and advisories by cargo-deny, which is built if it is not there
	$(DENY) --all-features check --allow license-exception-not-encountered bans licenses sources
	$(DENY) --all-features --manifest-path fuzz/Cargo.toml --config deny.toml check --allow license-not-encountered bans licenses sources
	@if ls -d $(ADVISORIES)/*/.git >/dev/null 2>&1; then $(DENY) --all-features check --disable-fetch advisories; \
	else echo 'advisories were NOT checked: no copy of https://github.com/RustSec/advisory-db under $(ADVISORIES)'; fi

.PHONY: check-docs
check-docs: ## documentation, warnings denied
	$(CARGO) doc --workspace --no-deps

.PHONY: generated
generated: build ## write the generated files anew
	$(PROGRAMS)/frontdoor crd > $(CRD).new
	mv $(CRD).new $(CRD)
	$(PROGRAMS)/frontdoor iam-policy > $(IAM_POLICY).new
	mv $(IAM_POLICY).new $(IAM_POLICY)
	UPDATE_DOCS=1 $(CARGO) test --workspace --test calls --test readme

.PHONY: bench-calls
bench-calls: ## AWS calls by operation, for create, a pass that finds nothing to do, and delete
	@$(CARGO) test --workspace --test calls -- --nocapture

.PHONY: check-generated
check-generated: build-tests ## generated files are current
	@$(PROGRAMS)/frontdoor crd | diff -u $(CRD) - || { echo '$(CRD) is stale: make generated'; exit 1; }
	@$(PROGRAMS)/frontdoor iam-policy | diff -u $(IAM_POLICY) - || { echo '$(IAM_POLICY) is stale: make generated'; exit 1; }

.PHONY: test-aws
test-aws: ## control-plane checks against the AWS that the environment names, else the simulator; see tests/aws
	$(CARGO) build -p aws-sim
	@tests/aws/run $(PROGRAMS)

.PHONY: conformance
conformance: build-tests ## the simulator's answers held against botocore's models, and the AWS CLI on it; see tests/conformance
	@tests/conformance/run $(PROGRAMS)

# What `make try-on-aws` does: plan changes nothing; run; clean.
TRY ?= plan

.PHONY: try-on-aws
try-on-aws: build ## in the AWS account that the environment names: trials of what is inferred about AWS, then the main job; TRY=plan, run or clean
	@$(PROGRAMS)/testenv tools >/dev/null
	@tests/try_on_aws/run $(PROGRAMS) $(TRY)

.PHONY: check-try-on-aws
check-try-on-aws: build-tests tools ## the same against the simulator in place of an account, its recording replayed, interruptions cleaned up
	@tests/try_on_aws/run $(PROGRAMS) check

.PHONY: replay
replay: build ## ask the simulator what a recording of `make try-on-aws` asked AWS: RECORDING=file
	@tests/try_on_aws/run $(PROGRAMS) replay --recording $(RECORDING)

# Not part of `make test`: it installs two large clients and takes minutes.
.PHONY: test-clients
test-clients: ## Ansible's modules and Cloud Custodian on the simulator, in virtual environments of their own; see tests/clients
	$(CARGO) build -p aws-sim
	@tests/clients/run $(PROGRAMS)

.PHONY: bench-sim
bench-sim: ## the simulator's speed, start and memory, in an optimised build
	$(CARGO) bench -p aws-sim --bench figures

# Front doors of `make bench-scale`; further options of `testenv bench-scale`, such as --quotas.
N ?= 100
SCALE ?=

.PHONY: bench-scale
bench-scale: ## AWS calls, CPU time and memory of N=100 front doors that share what they can: create, resync, delete; optimised build
	$(CARGO) build --release --workspace --bins
	@$(dir $(PROGRAMS))release/testenv bench-scale --objects $(N) $(SCALE)

.PHONY: test-pure
test-pure: ## the pure middle builds and passes without AWS, Kubernetes and tokio
	$(CARGO) test --no-default-features --lib

.PHONY: test-units
test-units: ## unit, golden, property, wire and call-count tests
	$(CARGO) test --workspace --lib --bins --tests

.PHONY: soak
soak: ## the fault tests at full length: a thousand seeds, every way to be cut short at every call; SEEDS=17 or 0..1000
	FAULT_CUTS=all FAULT_SEEDS=$(SEEDS) $(CARGO) test --profile soak --workspace --test faults -- --nocapture

# libFuzzer instruments with options that a stable compiler takes only under this name.
.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZ_SECONDS (60); needs cargo-fuzz and a C++ compiler
	@for target in resource_policy openapi tags; do \
	  RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --dev --sanitizer none $$target -- -max_total_time=$(or $(FUZZ_SECONDS),60) || exit 1; done

.PHONY: soak-specs
soak-specs: build-tests ## 10,000 generated specs on the real API server, each judged to its end
	SPECS=10000 $(CARGO) test --workspace --test e2e generated_spec -- --nocapture

.PHONY: test-docs
test-docs: ## examples in the documentation
	$(CARGO) test --workspace --doc

.PHONY: test-e2e
test-e2e: build-tests ## the controller on a real API server; tests wait more than they work, so many run at once
	$(CARGO) test --workspace --test e2e -- --test-threads 8
