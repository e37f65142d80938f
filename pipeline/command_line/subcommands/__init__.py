"""The subcommands: their options and help. Nothing here waits for Beam; what each does is in `calls`."""
