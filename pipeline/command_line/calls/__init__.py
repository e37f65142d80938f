"""What the subcommands do once their words are read."""
