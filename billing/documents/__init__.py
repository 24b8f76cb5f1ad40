"""What people get: text, HTML, Markdown, CSV and PDF. Nothing here decides or computes an amount."""
