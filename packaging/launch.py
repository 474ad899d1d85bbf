"""What the packaged application runs: the `preau` command."""

from app.cli import main

main()
