"""What a person can ask for: one function, one transaction, one customer locked; a package a noun."""
