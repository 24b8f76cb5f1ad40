"""What a person can ask for: one function, one transaction, one customer locked.

`setup` makes databases and the issuer; `customers`, `contracts`, `sales` and `desk` (log, void, verify) record facts;
`runs` issues the month's invoices; `answers`, `statements` and `explaining` say what is; `bulk` loads files; `audit`
checks everything. Answers are JSON-ready: what a person sees is made from the same.
"""
