"""What was agreed with customers, and the calendars of their terms."""
