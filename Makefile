# gocua: everything a developer or a build machine runs. `make` alone lists it.
# Needs Go and make; `race` also a C compiler, `e2e` a Chromium and root, for the
# network it makes (on Debian it then fetches what is missing).

GO       ?= go
FUZZTIME ?= 20s
# `make demo` keeps its registers here, so that it can be stopped and started.
DATA     ?= data/demo

# One static program that runs on any machine of its kind; only the race
# detector needs C.
export CGO_ENABLED = 0

# Cases per property in `test`; RAPID_CHECKS is how pgregory.net/rapid is told.
RAPID_CHECKS ?= 300
export RAPID_CHECKS

# A release has a version (v1.4.0) and believes whoever signs the next ones (see
# `gocua update key`). Without them the version is what Go records by itself.
VERSION ?=
KEYS    ?=
STAMP = -X gocua/node/release.version=$(VERSION) -X gocua/node/release.keys=$(KEYS)
BUILD = $(GO) build -trimpath -ldflags '-s -w $(STAMP)'

# `vet` looks at every file whatever its tags, and for more than tests look for.
# They would do it once more, and what is imported with it.
TEST = $(GO) test -vet=off -count=1

.DEFAULT_GOAL := help
.PHONY: help build compiles cross run demo vet test e2e browser sim properties chaos race bench fuzz soak office golden clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/gocua for this machine
	$(BUILD) -o bin/gocua .

compiles: ## that this compiles for Windows PCs and small ARM servers
	GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null .
	GOOS=linux GOARCH=arm64 $(GO) build -o /dev/null .

cross: ## bin/gocua-… for Windows PCs and small ARM servers
	GOOS=windows GOARCH=amd64 $(BUILD) -o bin/gocua-windows-amd64.exe .
	GOOS=linux GOARCH=arm64 $(BUILD) -o bin/gocua-linux-arm64 .

run: build ## a district, its wards and the province on this machine, forgotten afterwards
	./bin/gocua demo

demo: build ## the same, kept in data/demo (DATA=…) to be stopped and started
	./bin/gocua demo --data $(DATA)

vet: ## formatting and what go vet finds, in all files whatever their tags
	@unformatted=$$(gofmt -l .) || exit 1; \
	test -z "$$unformatted" || { echo "gofmt -w would change:"; echo "$$unformatted"; exit 1; }
	$(GO) vet -tags e2e,sim,soak,chaos,office ./...

# Tests of whole machines wait more than they compute: four packages at a time,
# and those that wait longest first, so that the others compute meanwhile.
test: vet ## vet and every test but those in a browser
	$(TEST) -p 4 -parallel 8 -timeout 8m ./node/nodetest ./node ./...

e2e: browser ## the pages in a real Chromium
	@$(call require-tests,e2e,Test,./node/e2e)
	$(TEST) -timeout 10m -tags e2e ./node/e2e

# Without what `test` runs of the same package. SEEDS picks among the days.
SEEDS ?= .*
sim: ## whole machines through simulated days cut off, twenty seeds and more
	@$(call require-tests,sim,TestTwentyDays,./node/simtest)
	GOGC=400 $(TEST) -v -timeout 40m -tags sim -run '/^($(SEEDS))$$' -skip "$(call tested,./node/simtest)" ./node/simtest

# Two thousand lives of a clerk, an outbox, the register and the province.
LIVES ?= 2000
properties: ## the stateful property, more often than in `test`
	@$(call require-tests,sim,TestNothing,./node/modeltest)
	RAPID_CHECKS=$(LIVES) $(TEST) -v -timeout 40m ./node/modeltest

# Without what `test` runs of the same package.
chaos: ## machines of their own, killed again and again while people work
	@$(call require-tests,chaos,TestKilling,./node/nodetest)
	$(TEST) -v -timeout 15m -tags chaos -skip "$(call tested,./node/nodetest)" ./node/nodetest

race: ## the tests below raft, store and node under the race detector
	@command -v "$${CC:-gcc}" >/dev/null || { echo "race: needs a C compiler (Debian: apt-get install gcc libc6-dev)"; exit 1; }
	CGO_ENABLED=1 $(GO) test -race -count=1 -timeout 15m ./raft/... ./store/... ./node/...

bench: ## every benchmark, with allocations
	$(GO) test -run '^$$' -bench . -benchmem ./...

# A target that stops exactly when its time is up may report that as a failure
# of its own, four spaces and no input (golang/go#75804, until Go 1.27).
# Left alone, the fuzzer spends a minute making each long input it finds new shorter, and
# tries nothing meanwhile: of 60 s a backup's header had 4 tries, now 13,000 a second.
fuzz: ## every fuzz test for FUZZTIME (20s) each
	@set -e; found=0; \
	for pkg in $$($(GO) list ./...); do \
		listed=$$($(GO) test -list '^Fuzz' "$$pkg"); \
		for target in $$(echo "$$listed" | grep '^Fuzz' || true); do \
			found=$$((found + 1)); echo "== $$pkg $$target"; failed=0; \
			out=$$($(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x "$$pkg" 2>&1) || failed=1; \
			echo "$$out" | tail -n 40; \
			test $$failed = 0 || echo "$$out" | grep -qx '    context deadline exceeded'; \
		done; \
	done; \
	echo "$$found fuzz targets, $(FUZZTIME) each"; test $$found -gt 0

soak: ## the long tests, tag soak: hours
	@$(call require-tests,soak,TestSoak,./...)
	$(TEST) -v -timeout 24h -tags soak -run '^TestSoak' ./...
	$(TEST) -v -timeout 2h -tags e2e,soak -run '^TestSoak' ./node/e2e

office: ## have LibreOffice write lists and open what this program writes (KEEP=-keep renews testdata/office)
	@command -v soffice >/dev/null || { echo "office: needs LibreOffice (Debian: apt-get install --no-install-recommends libreoffice-calc)"; exit 1; }
	@$(call require-tests,office,TestOfficeLive,./...)
	$(TEST) -v -timeout 15m -tags office -run '^TestOfficeLive' ./store/roster $(KEEP)
	$(TEST) -v -timeout 15m -tags office -run '^TestOfficeLive' ./node/web

golden: ## check that every golden file still reads and that none was changed
	$(GO) test -count=1 -run Golden ./...
	@changed=$$(git diff --name-only --diff-filter=MDR HEAD -- ':(glob)**/testdata/golden/**') || exit 1; \
	test -z "$$changed" || { echo "golden files never change; add a new one:"; echo "$$changed"; exit 1; }

clean: ## remove what was built; data/ stays
	rm -rf bin

# The files of tests of some packages, ended with NUL. $(1): tag, $(2): packages
define test-files
$(GO) list -tags '$(1)' -f '{{$$dir := .Dir}}{{range .TestGoFiles}}{{$$dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$$dir}}/{{.}}{{"\n"}}{{end}}' $(2) | tr '\n' '\0'
endef

# Go takes "no tests" for success. Where tests must exist, their absence fails. The
# files say so; asking the test itself would link it once more.
# $(1): tag, $(2): how names begin, $(3): packages
define require-tests
$(call test-files,$(1),$(3)) | xargs -0 grep -q '^func $(2)' /dev/null || { echo "$@: no tests in $(3)"; exit 1; }
endef

# A pattern of all that needs no tag, which is what `test` runs. $(1): packages
define tested
^($$($(call test-files,,$(1)) | xargs -0 sed -n 's/^func \(Test[^(]*\)(t .*/\1/p' | paste -sd '|' -))$$
endef

# A Chromium, a font that draws Vietnamese, what makes it trust a certificate,
# and what lays a cable to it, for e2e.
browser:
	@missing=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="chromium"; \
	{ command -v fc-list >/dev/null && test -n "$$(fc-list :lang=vi family)"; } || missing="$$missing fontconfig fonts-noto-core"; \
	command -v certutil >/dev/null || missing="$$missing libnss3-tools"; \
	command -v ip >/dev/null || missing="$$missing iproute2"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing $$missing"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	else \
		echo "e2e: please install $$missing (Debian: sudo apt-get install $$missing)"; exit 1; \
	fi
