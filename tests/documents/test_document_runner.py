"""The runner itself: what it takes from a document, what it compares, and what it refuses to do to a machine."""

import pytest
from document_blocks import CodeBlock, code_blocks
from document_runner import DocumentRunner, split_words

from boiloff.pipeline.reading.ranges import InputError


def shown(text):
    runner = DocumentRunner(folder=None)
    runner.shown = text
    return runner


def test_comments_speak_of_the_block_that_follows_at_once(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(
        "# Title\n<!-- file: a.py -->\n```python\nx = 1\n```\n<!-- not run: why -->\n\n```console\nls\n```\n"
        "<!-- file: b.py -->\nWords.\n- an item\n  ```yaml\n  a: 1\n  ```\n```{toctree}\nindex\n```\n",
        "utf-8",
    )
    assert list(code_blocks(path)) == [
        CodeBlock(4, "python", "x = 1\n", file="a.py"),
        CodeBlock(9, "console", "ls\n", not_run="why"),
        CodeBlock(15, "yaml", "a: 1\n"),
    ]


@pytest.mark.parametrize("said", ["one\ntwo\nthree", "one\n…", "…\nthree", "o…\n…\nthree", "one\n…\ntwo\nthree"])
def test_dots_stand_for_what_may_differ(said):
    shown("one\ntwo  \nthree\n").compare(f"{said}\n")


@pytest.mark.parametrize("said", ["one\nthree", "one\ntwo", "on\n…", "…\ntwo", "one…three"])
def test_whatever_else_differs_is_reported(said):
    with pytest.raises(AssertionError):
        shown("one\ntwo\nthree\n").compare(f"{said}\n")


@pytest.mark.parametrize("line", ["rm -rf seeds", "cat a | sh", "ls && curl x", "ls; dd", "kubectl get pods"])
def test_commands_that_could_do_harm_are_refused(line):
    with pytest.raises(ValueError, match="is not run by tests"):
        DocumentRunner(folder=None).line(line)


def test_what_is_installed_must_be_had_from_the_checkout():
    runner = DocumentRunner(folder=None)
    runner.line("pip install .")
    runner.line("pip install '.[docs]'")
    for line in ("pip install requests", "pip install '.[nothing]'"):
        with pytest.raises(AssertionError):
            runner.line(line)


def test_words_are_those_of_a_shell():
    assert split_words("FOO=1 boiloff clean 'a b' | head  # all") == ["FOO=1", "boiloff", "clean", "a b", "|", "head"]


def test_a_failing_command_fails(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = DocumentRunner(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        runner.line("boiloff explain nothing.html")
    with pytest.raises(AssertionError, match="status 1"):
        runner.line("cat nothing.html")
