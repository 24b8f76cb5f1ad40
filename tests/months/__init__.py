"""Three months of an accountant, for issuers of four countries."""
