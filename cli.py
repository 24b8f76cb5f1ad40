#!/usr/bin/env python3
"""The launcher for a checkout: `python cli.py …` does what the installed `billing …` does."""

from billing.__main__ import main

if __name__ == "__main__":
    main()
