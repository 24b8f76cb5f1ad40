"""Documents as tests ask for them: through the door, as the JSON that scripts read."""
