"""`python -m billing` does what `billing` does: the program, and nothing before a signal has an end of its own."""

from billing import interrupts


def main() -> None:
    """The program. Its parts are read in only now."""
    interrupts.at_start()
    from billing.commands import main as program

    program()


if __name__ == "__main__":
    main()
