"""E-invoices: a document's content as the terms of EN 16931, and these as XML (CII, UBL) and inside a PDF/A-3b.

`mapping` maps a content to the semantic model, the only place that knows both; `cii` and `ubl` write the model down,
`amounts` reads it back, `checks` holds a document and its XML to its lines without any tolerance, `demands` says what a
format lacks, `embed` puts the XML into our PDF. Nothing here decides an amount: all are as they were kept (M8).

Only `xml`, `cii`, `ubl` and `amounts` import lxml, and only `embed` pikepdf: who needs neither never waits.
"""
