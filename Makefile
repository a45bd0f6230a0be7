# Every routine task, one word each. Needs a Swift 6.3 toolchain; the rest is installed by Scripts/setup.sh.
SWIFT_FLAGS = -Xcc -O2
CONFIG ?= debug
OUT ?= demo-out

CORPORA ?= ../shared/corpora

.PHONY: build demo test check format golden bench bench-peers corpora torture fuzz clean

build:
	@Scripts/setup.sh build
	swift build -c $(CONFIG) $(SWIFT_FLAGS) --product econnector
	swift build -c $(CONFIG) $(SWIFT_FLAGS) --product econnector-token
	@Scripts/install.sh "$$(swift build -c $(CONFIG) $(SWIFT_FLAGS) --show-bin-path)"

demo: build
	@bin/econnector demo --out $(OUT)

test:
	@Scripts/setup.sh test
	@Scripts/check.sh format
	swift build --build-tests $(SWIFT_FLAGS)
	@Scripts/check.sh layers
	swift test --skip-build $(SWIFT_FLAGS)
	@Scripts/install.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)"
	bin/econnector packs check Packs
	.venv/bin/python Tests/Interop/run.py

# Format, layering, and what is declared.
check:
	@Scripts/check.sh format
	@Scripts/check.sh layers

format:
	swift format -i -r Sources Tests Package.swift

# Rewrites golden files; read the diff.
golden:
	GOLDEN=1 swift test $(SWIFT_FLAGS)

bench:
	@Scripts/setup.sh build
	EXTRAS=1 swift build -c release $(SWIFT_FLAGS) --product bench
	EXTRAS=1 swift build -c release $(SWIFT_FLAGS) --product econnector
	@Benchmarks/run.sh

bench-peers:
	@Scripts/setup.sh peers

# Labelled samples of public origin through the judge; CORPORA=DIR names another folder.
corpora:
	@Scripts/setup.sh build
	swift build $(SWIFT_FLAGS) --product corpora
	@"$$(swift build $(SWIFT_FLAGS) --show-bin-path)/corpora" $(CORPORA)

# Everything fails that can: seeds, kills, power cuts, failing calls. FULL=1 takes hours, not minutes.
torture: build
	swift build -c release $(SWIFT_FLAGS) --product torture
	@Scripts/torture.sh "$$(swift build -c release $(SWIFT_FLAGS) --show-bin-path)/torture"

# Every parser with mutated input for FUZZ_SECONDS each.
fuzz:
	@Scripts/setup.sh build
	FUZZ=1 swift build -c release $(SWIFT_FLAGS) --sanitize=fuzzer --scratch-path .build-fuzz --product fuzz
	@Scripts/fuzz.sh

clean:
	rm -rf .build bin demo-out
