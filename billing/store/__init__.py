"""The database: the only place with SQL. It keeps facts and decisions and gives them back; it decides nothing.

`schema` names the tables, `rows` turns facts into rows, `engine` opens databases and transactions, `ledger` keeps and
reads a customer's book, `parties` the issuer, customers and tariff versions, `documents` what was issued, `chain` the
hashes, `auditing` what does not hold, `migrate` the versions of the schema.
"""
