"""All tables, each made in `billing/store/tables`; the newest migration, and what triggers guard.

Days are ISO text, instants ISO text in UTC, money whole cents: the same in SQLite and PostgreSQL. `LEDGER` are the
tables of a customer's chain: rows are only ever inserted, triggers refuse the rest (L1). Their key is
(customer_id, seq, n): the customer, the position in the chain, the place among what was recorded at that position.
"""

from billing.store.tables.chain import *  # noqa: F403
from billing.store.tables.chain import LEDGER, link
from billing.store.tables.columns import ADDRESS as ADDRESS
from billing.store.tables.columns import metadata as metadata
from billing.store.tables.ordinary import *  # noqa: F403
from billing.store.tables.ordinary import picture
from billing.store.tables.shared import *  # noqa: F403
from billing.store.tables.shared import (
    case_name,
    case_reference,
    document_number,
    journal,
    loaded_file,
    maintenance,
    period,
    reference,
    run_reference,
    tariff_version,
)
from billing.store.tables.sums import *  # noqa: F403

REVISION = "0045"  # the newest migration; a database with another one is refused
GUARDED = (
    tariff_version, picture, reference, case_reference, case_name, document_number, run_reference, loaded_file, period,
    journal, maintenance, link, *LEDGER,
)  # fmt: skip
