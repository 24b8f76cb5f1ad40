"""Files in and out that other programs read and write: bank statements, books, e-invoices. No SQL here."""
