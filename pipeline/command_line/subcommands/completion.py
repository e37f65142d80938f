"""`boiloff completion`: the script by which a shell completes the command's words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..options import Command

PROGRAM = "boiloff"
# By which the script asks the program.
VARIABLE = "_BOILOFF_COMPLETE"
# How each shell takes the script, for good: what its own manual recommends.
INSTALL = {
    "bash": "boiloff completion bash >> ~/.bashrc",
    "zsh": "boiloff completion zsh > ~/.zfunc/_boiloff   (a folder of your fpath, before compinit)",
    "fish": "boiloff completion fish > ~/.config/fish/completions/boiloff.fish",
}
EXAMPLES = """\b
Examples:
  eval "$(boiloff completion bash)"       for this shell
  boiloff completion bash >> ~/.bashrc    for each that comes
  boiloff completion zsh > ~/.zfunc/_boiloff
  boiloff completion fish > ~/.config/fish/completions/boiloff.fish
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("shell", metavar="SHELL", type=click.Choice(list(INSTALL)))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the script with which SHELL (bash, zsh or fish) completes boiloff's commands, options and files.

    Its first line says how to install it.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"this version of click does not know {shell!r}")
    script = made(context.find_root().command, {}, PROGRAM, VARIABLE).source()
    first, _, rest = script.partition("\n")
    if first.startswith("#compdef"):  # zsh looks for it in the first line
        click.echo(f"{first}\n# To install: {INSTALL[shell]}\n{rest}")
    else:
        click.echo(f"# To install: {INSTALL[shell]}\n{script}")
