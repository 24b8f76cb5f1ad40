"""The API over HTTP: requests and questions in, views out, by one table of routes. No rule and no SQL lives here.

Nothing is imported here: FastAPI comes in with `billing serve`.
"""
