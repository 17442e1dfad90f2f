#!/usr/bin/env python3
"""Measures Cardpress beside other programs that make Anki packages, each given the same notes.

    python3 benches/peers/run.py [--cardpress PATH] [--notes NUMBER] [--few NUMBER]

It prints one Markdown table: what each whole process costs, and the ratio to Cardpress, whose runs
alternate with those of the others. It needs Linux, Python 3.13 (under any of the usual names),
cargo, and the network once: programs and inputs lie below `target/peers`.
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = TARGET / "peers"
RUNS = 5


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cardpress", type=Path, help="measure this executable instead of a release build")
    options.add_argument("--notes", type=int, default=10_000, help="how many notes (default: %(default)s)")
    options.add_argument("--few", type=int, default=2_000, help="for the slow ones (default: %(default)s)")
    options = options.parse_args()
    cardpress = options.cardpress.resolve() if options.cardpress else build_cardpress()
    python = environment()
    rust = build_genanki_rs()

    print("| Program | reads | notes | CPU s | to Cardpress | wall s | to Cardpress | peak MiB | to Cardpress |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    ours = {"Cardpress": ("YAML, Markdown", [cardpress, "build", "--only", "apkg"])}
    quick = {
        "genanki 0.13.1": ("HTML", [python, HERE / "genanki_peer.py", "../notes.txt", "dist/bench.apkg"]),
        "yaml2anki 0.1.4": ("YAML, HTML", [python.parent / "yaml2anki", "../notes.yaml", "-o", "dist/bench.apkg"]),
    }
    slow = {
        "ankcompiler 0.6.0": (
            "Markdown",
            [python.parent / "ankc", "build", "--all", "--path", "../markdown", "--output", "dist"],
        ),
        "genanki-rs 0.4.0": ("HTML", [rust, "../notes.txt", "dist/bench.apkg"]),
    }
    for programs, notes in ((quick, options.notes), (slow, options.few)):
        compare(ours | programs, prepare(cardpress, notes), notes)


def compare(programs, inputs, notes):
    """Runs the programs in turns, Cardpress first, and prints a row for each."""
    figures = {name: [] for name in programs}
    for _ in range(RUNS):
        for name, (_, command) in programs.items():
            project = inputs / "project"
            fresh(project)
            figures[name].append(measure(command, project))
            count = notes_of(project / "dist" / "bench.apkg")
            if count != notes:
                sys.exit(f"{name} made {count} notes of {notes}")
    ours = figures["Cardpress"]
    for name, (reads, _) in programs.items():
        cells = []
        for at, digits in ((0, 2), (1, 2), (2, 0)):
            median = statistics.median(run[at] for run in figures[name])
            ratio = statistics.median(run[at] / our[at] for run, our in zip(figures[name], ours))
            cells += [f"{median:.{digits}f}", f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"]
        print(f"| {name} | {reads} | {notes:,} | {' | '.join(cells)} |", flush=True)


def measure(command, folder):
    """Seconds of CPU time, seconds from start to end, and MiB of memory at most."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"{command} fails:\n{output.read().decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def fresh(project):
    """Leaves the sources alone in the project: every run is a first build."""
    shutil.rmtree(project / "dist", ignore_errors=True)
    (project / "cardpress.lock").unlink(missing_ok=True)
    (project / "dist").mkdir()


def notes_of(package):
    """How many notes a package has."""
    with zipfile.ZipFile(package) as archive, tempfile.TemporaryDirectory() as folder:
        name = next(name for name in ("collection.anki21", "collection.anki2") if name in archive.namelist())
        database = sqlite3.connect(archive.extract(name, folder))
        (count,) = database.execute("SELECT COUNT(*) FROM notes").fetchone()
        database.close()
    return count


def prepare(cardpress, notes):
    """The folder with a collection in every form. Other processes make it, since a program that is
    started counts the memory of the one that starts it as its own."""
    folder = PEERS / f"inputs-{notes}"
    shutil.rmtree(folder, ignore_errors=True)
    project, made = folder / "project", folder / "csv"
    cargo("bench", "--no-default-features", "--bench", "stages", "--", "--write", project, notes)
    run([cardpress, "build", project, "--only", "csv", "-q", "--out", made])
    run([sys.executable, HERE / "prepare.py", project, made, folder])
    return folder


def build_cardpress():
    cargo("build", "--release", "--no-default-features")
    return TARGET / "release" / "cardpress"


def build_genanki_rs():
    target, manifest = PEERS / "genanki-rs", HERE / "genanki-rs" / "Cargo.toml"
    # Whoever compiles Cardpress in haste still gives its peer the usual profile.
    env = {name: value for name, value in os.environ.items() if not name.startswith("CARGO_PROFILE_")}
    cargo("build", "--release", "--locked", "--manifest-path", manifest, "--target-dir", target, env=env)
    return target / "release" / "genanki-rs-peer"


def environment():
    """The Python of a virtual environment with the peers in it."""
    requirements = HERE / "requirements.txt"
    folder = PEERS / "venv"
    stamp = folder / "requirements.txt"
    if not stamp.is_file() or stamp.read_bytes() != requirements.read_bytes():
        run([interpreter(), "-m", "venv", "--clear", folder])
        run([folder / "bin" / "pip", "install", "--quiet", "--requirement", requirements])
        shutil.copy(requirements, stamp)
    return folder / "bin" / "python"


def interpreter():
    for name in (sys.executable, "python3", "python3.14", "python3.13"):
        check = [name, "-c", "import sys; sys.exit(sys.version_info < (3, 13))"]
        if shutil.which(name) and subprocess.run(check, stderr=subprocess.DEVNULL).returncode == 0:
            return name
    sys.exit("the peers need Python 3.13 or newer")


def cargo(*arguments, env=None):
    run(["cargo", *arguments], cwd=ROOT, env=env)


def run(command, cwd=None, env=None):
    subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
