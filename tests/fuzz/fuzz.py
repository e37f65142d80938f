"""Fuzz the reader, the cleaning of a page and the store: `make fuzz`, or `python tests/fuzz/fuzz.py --help`.

Atheris (libFuzzer for Python) changes inputs so that they reach code that no input has reached before. What it finds lies in
OUT/<target>/: inputs worth keeping for the next run, and the inputs that broke a law.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "pipeline" / "reading"), str(ROOT)]

TARGETS = ("reading", "cleaning", "bounds", "storing")
# One input may take so many seconds and so many MB.
LIMITS = ("-timeout=20", "-rss_limit_mb=3000")


def fuzz_one(name: str, folder: Path, flags: list[str]) -> None:
    """Fuzz one target until libFuzzer is done, which ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["boiloff"]):
        importlib.import_module("boiloff.pipeline.reading.captures")
    from targets import TARGETS as FOUND

    target, inputs = FOUND[name], folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (inputs / f"seed-{number:03d}").write_bytes(seed)
    (folder / "words").write_text(target.words)
    words = [f"-dict={folder / 'words'}"] if target.words else []
    atheris.Setup(
        [sys.argv[0], *LIMITS, *words, f"-artifact_prefix={folder}/", "-print_final_stats=1", *flags, str(inputs)],
        lambda data: target.check(data) and None,
    )
    atheris.Fuzz()  # never returns


def fuzz(name: str, out: Path, seconds: int, seed: int) -> bool:
    """Fuzz one target in a process of its own; print how it went. True where nothing was found."""
    flags = [f"-max_total_time={seconds}", f"-seed={seed}"]
    words = [sys.executable, __file__, name, "--out", str(out), "--in-this-process", *flags]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    counts = re.findall(r"number_of_executed_units:\s*(\d+)", text) or ["0"]
    print(
        f"{name}: {int(counts[-1]):,} inputs in {seconds} s at most, {'a defect' if done.returncode else 'no defect'}"
    )
    if done.returncode:
        print(text[text.find("=== Uncaught") :][:6000] if "=== Uncaught" in text else text[-6000:])
    return done.returncode == 0


def main() -> None:
    """Fuzz the targets one after the other; status 1 where one found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--max-time", type=int, default=60, metavar="SECONDS", help="for each target (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "fuzz", metavar="OUT", help="default: out/fuzz")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    given, flags = parser.parse_known_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("nothing was fuzzed: Atheris is not installed (make fuzz installs it; it is made for Linux)")
    if given.in_this_process:
        fuzz_one(given.targets[0], given.out / given.targets[0], flags)
    elif flags:
        parser.error(f"unknown: {' '.join(flags)}")
    else:
        sound = [fuzz(name, given.out, given.max_time, given.seed) for name in given.targets]
        sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
