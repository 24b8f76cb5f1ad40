"""What a request means: a function for each, inside the transaction that the door has opened; a package a noun."""
