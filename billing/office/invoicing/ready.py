"""What a process that draws has ready before its first paper: read in once, by the server that makes such processes."""

from billing.documents import invoice_pdf as invoice_pdf
from billing.documents import quote_pdf as quote_pdf
from billing.documents import writing
from billing.office.invoicing import drawing as drawing

writing.settle()
