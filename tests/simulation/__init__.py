"""A simulation: random requests at the door, faults in between, a plain model beside it, and what differs made short.

`python -m tests.simulation --seed N --steps N` runs one history. The model is worked out from the rules a second time:
nothing here asks `billing.core` what is right.
"""
