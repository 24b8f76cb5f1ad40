"""`python -m billing` does what `billing` does."""

from billing.commands import main

main()
