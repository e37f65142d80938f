"""Without what Windows lacks, the function and the pipe work, and everything else says what it needs."""

import subprocess
import sys

LACKING = """
import os, signal, sys
for name in ("fcntl", "pwd", "grp", "resource", "termios"):
    sys.modules[name] = None
for name in ("SIGHUP", "SIGKILL", "SIGPIPE", "SIGALRM"):
    delattr(signal, name)
del os.sched_getaffinity, os.fork
"""


def boiloff(*words, given=""):
    program = f"{LACKING}\nfrom boiloff.pipeline.cli import main\nsys.argv = {['boiloff', *words]!r}\nmain()"
    return subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, text=True, timeout=120)


def test_the_function_and_the_pipe_work():
    page = "<h1>Tides</h1><p>The tide comes in twice a day.</p>"
    program = f"{LACKING}\nimport boiloff\nprint(boiloff.clean({page!r}).text)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout == "The tide comes in twice a day.\n", done.stderr
    done = boiloff("clean", "-", given=page)
    assert '"text":"The tide comes in twice a day."' in done.stdout, done.stderr


def test_a_run_into_a_folder_says_what_it_needs(seeds, tmp_path):
    done = boiloff("clean", str(seeds), "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "needs Linux, macOS or WSL; on Windows, write to --output - instead" in done.stderr
