"""Documents: what goes on them, their numbers, the monthly run."""
