"""`python -m watchword` is the same as `watchword`."""

from watchword.cli import main

main()
