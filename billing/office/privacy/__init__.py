"""Reports, statements and the books."""
