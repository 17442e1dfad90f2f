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
    git status --short -- snapshots
    git diff -- snapshots

# What must pass before a change goes in
ci: check test
    cargo run --release -- build content
