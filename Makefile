# make serve, make test: all that a newcomer needs. README.md says more.

BUILD_PACKAGES = libevent-dev libsqlite3-dev libutf8proc-dev libpcre2-dev libssl-dev libedit-dev zlib1g-dev libzstd-dev \
	node-dagre-layout pkg-config
TEST_PACKAGES = python3 python3-venv chromium chromium-driver curl man-db mandoc bash-completion zsh fish graphviz \
	nginx-light haproxy
# For foilmock-postgres, and for its tests, which run a server of their own.
POSTGRES_PACKAGES = libpq-dev postgresql
BENCH_PACKAGES = wrk nginx-light valgrind binutils python3 python3-venv
FUZZ_PACKAGES = python3

RELEASE = .build/release/foilmock

.PHONY: build postgres serve test unit clients clients-replicas characters-matrix languages lint bench chaos cost stalls fuzz image-check source-check wheel-check dist dist-check dist-twice clean

# One static program: it needs no library of the system it runs on. lld, because gold warns of functions that are not called.
BUILD = swift build -c release --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld \
	-Xswiftc -enforce-exclusivity=unchecked --product foilmock

build: packages
	$(BUILD)

# foilmock-postgres, which keeps everything in a PostgreSQL database. It loads libpq and libpq's libraries, so it is not static.
postgres: packages postgres-packages
	swift build -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xswiftc -enforce-exclusivity=unchecked \
		--scratch-path .build/postgres --product foilmock-postgres

# Builds and serves; options go in ARGS: make serve ARGS='--port 0 --rate-limits off'
serve: build
	exec $(RELEASE) serve --fixtures fixtures $(ARGS)

test: lint unit clients languages

CHECKED = -Xswiftc -warnings-as-errors

unit: packages postgres-packages
	swift test --disable-xctest $(CHECKED)

# The official clients, each version in its own environment, against the program that users run.
clients: build postgres-packages
	scripts/install-packages $(TEST_PACKAGES)
	swift build $(CHECKED) --product foilmock-postgres
	scripts/take-from-package prometheus /usr/bin/promtool .build/tools/promtool
	python3 Tests/clients/run.py --server $(RELEASE)

# Each version 2 of fluidtalk with the oldest and the newest httpx: 24 environments.
characters-matrix: build
	scripts/install-packages $(TEST_PACKAGES)
	python3 Tests/clients/run.py --server $(RELEASE) --matrix

# The same clients against three servers of one PostgreSQL database behind nginx, without what is of one process alone.
clients-replicas: build postgres
	scripts/install-packages $(TEST_PACKAGES) nginx-light
	python3 Tests/clients/run.py --server $(RELEASE) --replicas --postgres .build/postgres/release/foilmock-postgres

# The helpers for tests in other languages, each by the language's own test runner.
languages: build
	FOILMOCK_PROGRAM=$(abspath $(RELEASE)) clients/javascript/run-tests
	FOILMOCK_PROGRAM=$(abspath $(RELEASE)) clients/csharp/run-tests
	FOILMOCK_PROGRAM=$(abspath $(RELEASE)) clients/java/run-tests

lint: packages
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

# Twelve minutes; two tables need 'make postgres' before. Some tables: make bench BENCH=latency,sessions
bench: build
	scripts/install-packages $(BENCH_PACKAGES)
	python3 scripts/bench.py --only '$(BENCH)' $(RELEASE)

# What requests cost in instructions, beside the recorded figures. To record them: make cost COST_OPTIONS=--record
cost: build
	scripts/install-packages valgrind binutils python3
	python3 scripts/cost.py $(COST_OPTIONS) $(RELEASE)

# Servers and PostgreSQL are killed under load. Some four minutes: make chaos ROUNDS=6
ROUNDS = 6

chaos: postgres
	scripts/install-packages python3
	python3 scripts/chaos.py --rounds $(ROUNDS) .build/postgres/release/foilmock-postgres

# How long one request keeps others waiting. Some attacks: make stalls ATTACKS=drip,scripts
stalls: build
	python3 scripts/stalls.py --only '$(ATTACKS)' $(RELEASE)

# libFuzzer is part of the Swift toolchain. Five minutes a target: make fuzz FUZZ_SECONDS=300
FUZZ_SECONDS = 60

fuzz: packages
	scripts/install-packages $(FUZZ_PACKAGES)
	python3 scripts/fuzz.py --seconds $(FUZZ_SECONDS)

# These two need root; each builds the program in roots that debootstrap makes.
image-check:
	scripts/install-packages python3 binutils $(POSTGRES_PACKAGES)
	scripts/image-check
	scripts/image-check --target postgres

source-check:
	scripts/install-packages python3 git
	scripts/source-check

# What is published, in dist/. The linker's map says what is linked in.
DIST_PACKAGES = binutils debhelper git python3 python3-venv
LINKED = $(CURDIR)/.build/linked.map

dist: packages
	scripts/install-packages $(DIST_PACKAGES)
	$(BUILD) -Xlinker -Map=$(LINKED)
	scripts/dist/make --map $(LINKED) --output dist $(RELEASE)

# Root, and the network of apt: the files of dist/ as their users meet them.
dist-check: dist
	scripts/install-packages python3 lintian man-db systemd
	scripts/dist-check

# A fresh Debian 12 installs the wheel of dist/ and uses it. Needs root.
wheel-check: dist
	scripts/install-packages python3-venv python3-pip
	scripts/wheel-check dist/foilmock-*.whl

# Builds the last commit in two folders, and compares.
dist-twice: packages
	scripts/install-packages $(DIST_PACKAGES)
	scripts/dist-twice

clean:
	rm -rf .build .venvs dist

.PHONY: packages postgres-packages
postgres-packages:
	@scripts/install-packages $(POSTGRES_PACKAGES)

packages:
	@scripts/install-packages
	@command -v swift >/dev/null || { echo "foilmock needs a Swift 6.3 toolchain: https://www.swift.org/install/linux/"; exit 1; }
	@scripts/install-packages $(BUILD_PACKAGES)
