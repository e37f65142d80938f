"""Help that a person can read, completion of words, and how soon they come."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from boiloff.pipeline.cli.app import COMMANDS, boiloff

ROOT = Path(__file__).parents[3]


def called(*words, **environment):
    names = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environment}
    command = [sys.executable, "-m", "boiloff", *words]
    return subprocess.run(command, cwd=ROOT, env=names, capture_output=True, text=True, timeout=60, check=False)


def completed(*words):
    line = {"COMP_WORDS": " ".join(["boiloff", *words]), "COMP_CWORD": str(len(words))}
    return called(_BOILOFF_COMPLETE="bash_complete", **line).stdout.split()


def help_of(name):
    command = boiloff.get_command(None, name)
    return command.get_help(click.Context(command, info_name=f"boiloff {name}", terminal_width=80))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_that_fits_a_terminal(name):
    text = help_of(name)
    assert max(map(len, text.splitlines())) <= 80
    assert "Examples:" in text
    assert f"boiloff {name} " in text.partition("Examples:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name):
    for parameter in boiloff.get_command(None, name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.endswith((".", "]")), parameter.help


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_is_true(name):
    assert boiloff.get_command(None, name).name == name
    assert COMMANDS[name].help.endswith(".")


def test_options_stand_in_sections_what_must_be_given_first():
    text = help_of("clean")
    sections = [line[:-1] for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert sections == ["Output", "Cleaning", "Input", "Run", "Other"]
    assert text.index("--output") < text.index("--config") < text.index("--workers") < text.index("--help")


def test_the_command_lists_what_there_is_by_what_it_is_for():
    done = called("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Examples:" in done.stdout


CALLS = [["--version"], ["--help"], ["completion", "bash"], ["cleen"], *([name, "--help"] for name in COMMANDS)]


@pytest.mark.parametrize("words", CALLS)
def test_what_needs_no_beam_waits_for_none(words):
    program = (
        "import sys\n"
        "from boiloff.pipeline.cli.app import boiloff\n"
        "try:\n"
        f"    boiloff.main({words!r}, standalone_mode=False)\n"
        "except BaseException as error:\n"
        "    print(type(error).__name__)\n"
        "heavy = [name for name in ('apache_beam', 'numpy', 'rich.progress') if name in sys.modules]\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_names_and_files_are_completed():
    assert completed("c") == ["plain,clean", "plain,completion"]
    assert completed("clean", "--ou") == ["plain,--output"]
    assert completed("clean", "--config", "") == ["plain,default"]
    assert completed("clean", "--config", "my") == ["file,my"]
    assert completed("clean", "--output", "o") == ["dir,o"]
    assert completed("clean", "cr") == ["file,cr"]
    assert completed("completion", "") == ["plain,bash", "plain,zsh", "plain,fish"]


@pytest.mark.parametrize(
    ("shell", "first"), [("bash", "# To install"), ("zsh", "#compdef boiloff"), ("fish", "# To install")]
)
def test_each_shell_gets_its_script_and_how_to_install_it(shell, first):
    done = called("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(first)
    assert f"# To install: boiloff completion {shell} >" in done.stdout
    assert "_BOILOFF_COMPLETE" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_reads(shell, tmp_path):
    script = tmp_path / "script"
    script.write_text(called("completion", shell).stdout)
    try:
        read = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"there is no {shell} here")
    assert (read.returncode, read.stderr) == (0, "")
