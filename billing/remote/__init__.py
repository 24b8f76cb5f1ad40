"""The door over HTTP: the same requests and questions, answered by a server; and how values go there and back.

No rule, no SQL and no words of a surface live here, and nothing that needs SQLAlchemy or FastAPI comes in: `wire` is
what both sides speak, `client` the side that asks.
"""
