"""Audit what boiloff depends on: known vulnerabilities (pip-audit) and licences (pip-licenses). `make audit`.

Fails for a vulnerability and for a licence that is not permissive. Advisories come over the network; where none can be
had, as behind a mirror that serves packages alone, that is said and the rest goes on: what was not audited is never
called sound.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys

# Licences that let boiloff be used under its own, as packages name them; copyleft that ends with the file (MPL) does.
ALLOWED = "MIT;BSD;Apache;ISC;MPL;Mozilla Public License 2.0;PSF;Python Software Foundation;Zlib;HPND"
REFUSED = "GPL;General Public License;SSPL;Proprietary;Commercial"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def dependencies(package: str) -> set[str]:
    """Every package that `package` needs to run, with what those need; not what only an extra asks for."""
    found: set[str] = set()
    waiting = [package]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            needed = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # for another system or Python
            continue
        found.add(name)
        waiting += [NAME.match(need).group() for need in needed if "extra ==" not in need]  # type: ignore[union-attr]
    return found - {package}


def licences_are_permissive(packages: set[str]) -> bool:
    """Run pip-licenses on the packages, and print its output."""
    words = ["piplicenses", "--from=mixed", "--partial-match", f"--allow-only={ALLOWED}", f"--fail-on={REFUSED}"]
    done = subprocess.run(
        [sys.executable, "-m", *words, "--packages", *sorted(packages)], capture_output=True, text=True, check=False
    )
    print(f"licences: {len(packages)} packages, {'all permissive' if done.returncode == 0 else done.stderr.strip()}")
    return done.returncode == 0


def no_vulnerability_is_known(packages: set[str]) -> bool:
    """Let pip-audit look the packages up, and print what it found and what it could not look up."""
    words = ["pip_audit", "--local", "--format=json", "--progress-spinner=off", "--timeout=20"]
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"vulnerabilities: NOT AUDITED, advisories are out of reach: {last:.200}")
        return True
    own = [answer for answer in answers if answer["name"] in packages]
    audited = [answer for answer in own if "vulns" in answer]
    if len(audited) < len(own):
        missing = len(own) - len(audited)
        print(f"vulnerabilities: NOT AUDITED {missing} of {len(own)} packages: no advisories for them here")
    known = [(answer["name"], answer["version"], vuln["id"]) for answer in audited for vuln in answer["vulns"]]
    print(f"vulnerabilities: {len(audited)} packages audited, {len(known)} known")
    for name, version, identity in known:
        print(f"  {name} {version}: {identity}")
    return not known


def main() -> None:
    """Exit with status 1 if a licence is not permissive or a vulnerability is known."""
    packages = dependencies("boiloff")
    sound = [licences_are_permissive(packages), no_vulnerability_is_known(packages)]
    sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
