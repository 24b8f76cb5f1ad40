"""Support requests: what happens to them, how they are shown, the queue."""
