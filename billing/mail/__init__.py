"""Mail out, a surface like the command line: papers are asked of the door, mails handed to a server, what it said told.

Sockets and folders of mail are touched here and nowhere else, and never while a book is locked: each mail is begun in
one request, handed over, and ended in another. `settings` says which server, `composing` makes a message, `post` speaks
SMTP, `drafts` writes files, `sending` is the run, `returns` reads the mails that came back.
"""
