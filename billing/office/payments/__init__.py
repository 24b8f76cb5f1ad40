"""Sales, money that comes in and is asked for."""
