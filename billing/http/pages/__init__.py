"""Pages for people: a customer's own, the desk's, the accountant's. Forms become requests, views become HTML.

Templates say their words as the rest of the program does, so that the catalogs have them. No rule lives here.
"""
