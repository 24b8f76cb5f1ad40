"""What goes out over HTTP, and never while a book is locked.

`client` asks one address and connects to nothing that it did not check; `signing` signs webhooks; `courier` delivers
the messages of the outbox; `pushing` writes balances into help desks, by `templates`. What is sent, the door says.
"""
