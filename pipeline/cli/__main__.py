"""`python -m pipeline.cli`: the command `factnotes`."""

from pipeline.cli.main import main

main()
