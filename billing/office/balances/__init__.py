"""What a customer has, and what an entry was charged."""
