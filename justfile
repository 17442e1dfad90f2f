# Needs only cargo; `just` alone lists the recipes.

_default:
    @just --list

# Formatting and lints, without the cheatsheet
check:
    cargo fmt --check
    cargo clippy --release --no-default-features --all-targets -- -D warnings

# Every test, the cheatsheet's too
test:
    cargo test --release

# Accept what the tests make now as the new snapshots, and show what changed
review:
    INSTA_UPDATE=always cargo test --release
    git status --short -- snapshots docs
    git diff -- snapshots docs

# What each stage costs, from 1,000 to 100,000 notes, against the floor of reading the YAML
bench:
    cargo bench --no-default-features --bench stages

# What other programs that make Anki packages cost beside Cardpress; needs Python 3.13
bench-peers:
    python3 benches/peers/run.py

# Fuzz a target (sources, fix, markdown, cloze, conservation, math, packages, ledgers); needs cargo-fuzz, no nightly toolchain
fuzz target seconds="1800":
    cd fuzz && cargo run --example seeds
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} -- -max_total_time={{seconds}} -max_len=20000 -timeout=20 -rss_limit_mb=4096

# What must pass before a change goes in
ci: check test
    cargo run --release -- build content

# The binary to hand out, as an archive with its sum: optimised, with thin link-time optimisation, stripped, static; needs
# `rustup target add x86_64-unknown-linux-musl` and a C compiler for it (Debian: musl-tools)
dist target="x86_64-unknown-linux-musl":
    cargo build --profile dist --target {{target}}
    tar -czf target/cardpress-{{target}}.tar.gz LICENSE-* -C assets/fonts $(cd assets/fonts && ls OFL-*) -C ../../target/{{target}}/dist cardpress
    cd target && shasum -a 256 cardpress-{{target}}.tar.gz > cardpress-{{target}}.tar.gz.sha256
