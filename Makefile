# make serve, make test: all that a newcomer needs. README.md says more.

BUILD_PACKAGES = libevent-dev libsqlite3-dev libutf8proc-dev libpcre2-dev libssl-dev pkg-config
TEST_PACKAGES = python3 python3-venv chromium man-db mandoc bash-completion zsh fish
BENCH_PACKAGES = wrk nginx-light python3
FUZZ_PACKAGES = python3

RELEASE = .build/release/foilmock

.PHONY: build serve test unit clients lint bench stalls fuzz image-check clean

build: packages
	swift build -c release --static-swift-stdlib --product foilmock

# Builds and serves; options go in ARGS: make serve ARGS='--port 0 --rate-limits off'
serve: build
	exec $(RELEASE) serve --fixtures fixtures $(ARGS)

test: lint unit clients

unit: packages
	swift test --disable-xctest -Xswiftc -warnings-as-errors

# The official clients, each version in its own environment, against the program that users run.
clients: build
	scripts/install-packages $(TEST_PACKAGES)
	python3 Tests/clients/run.py --server $(RELEASE)

lint: packages
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

bench: build
	scripts/install-packages $(BENCH_PACKAGES)
	python3 scripts/bench.py $(RELEASE)

# How long one request keeps others waiting. Some attacks: make stalls ATTACKS=drip,scripts
stalls: build
	python3 scripts/stalls.py --only '$(ATTACKS)' $(RELEASE)

# libFuzzer is part of the Swift toolchain. Five minutes a target: make fuzz FUZZ_SECONDS=300
FUZZ_SECONDS = 60

fuzz: packages
	scripts/install-packages $(FUZZ_PACKAGES)
	python3 scripts/fuzz.py --seconds $(FUZZ_SECONDS)

image-check: packages
	scripts/install-packages python3
	scripts/image-check

clean:
	rm -rf .build .venvs

.PHONY: packages
packages:
	@command -v swift >/dev/null || { echo "foilmock needs a Swift 6.3 toolchain: https://www.swift.org/install/linux/"; exit 1; }
	@scripts/install-packages $(BUILD_PACKAGES)
