"""`python -m boiloff`: the same as the command `boiloff`."""

from .pipeline.cli import main

if __name__ == "__main__":
    main()
