"""The tables by what they hold; `billing.store.schema` has them all, with their indexes."""
