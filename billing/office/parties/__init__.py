"""Who: the issuer, customers, contacts, and what they are called."""
