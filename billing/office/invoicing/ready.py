"""What a process that draws reads in before its first paper, while the first documents are numbered."""

from billing.documents import invoice_pdf as invoice_pdf
from billing.documents import quote_pdf as quote_pdf
from billing.documents import writing
from billing.office.invoicing import drawing as drawing

writing.settle()
