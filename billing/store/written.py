"""The tables' columns and the text of statements for each kind of database, as SQLAlchemy writes them.

Made by `python tools/statements.py`; do not edit. A statement is said where its name leads: `ledger._USED` is `_USED`
in `billing/store/ledger.py`.
"""

from typing import Any

Written = tuple[str, tuple[str, ...] | None, dict[str, Any]]  # text, names of parameters in order, those with a value


REVISION = "0045"  # the newest migration

# By table, in an order that foreign keys allow
COLUMNS: dict[str, tuple[str, ...]] = {
    'agent': ('code', 'name', 'last_on', 'email', 'role'),
    'alert': ('kind', 'about', 'told_at'),
    'bank_movement': ('id', 'key', 'batch', 'is_batch', 'amount', 'currency', 'value_on', 'incoming', 'reference', 'text', 'name', 'end_to_end', 'reason', 'posted_on', 'charges', 'is_charge'),
    'customer': ('id', 'code', 'name', 'country', 'language', 'email', 'vat_id', 'siren', 'electronic_address', 'street', 'house_number', 'second_line', 'postcode', 'city', 'vat_basis', 'terms', 'round_total', 'consumer', 'order', 'buyer_reference', 'einvoice', 'attention', 'hours', 'held_reason'),
    'desk': ('name', 'kind', 'url', 'field', 'settings', 'secret', 'frame', 'made_at', 'made_by', 'external_id'),
    'hook': ('number', 'url', 'events', 'secret', 'made_at', 'made_by', 'removed_at', 'external_id'),
    'import_cursor': ('source', 'cursor', 'kept_at'),
    'imported_time': ('source', 'row', 'on', 'at', 'seconds', 'ticket', 'digest', 'entry'),
    'issuer': ('id', 'name', 'country', 'language', 'email', 'vat_id', 'siren', 'electronic_address', 'street', 'house_number', 'second_line', 'postcode', 'city', 'vat_basis', 'currency', 'timezone', 'iban', 'qr_iban', 'round_total', 'terms', 'write_off_limit', 'reminder_minimum', 'bic', 'einvoice', 'region', 'exempt', 'tax_number', 'phone', 'web', 'contact', 'accent', 'logo', 'legal', 'period_n', 'period_hash', 'journal_n', 'journal_hash'),
    'journal': ('n', 'kind', 'subject', 'act', 'content', 'recorded_at', 'recorded_by', 'hash'),
    'journal_salt': ('kind', 'subject', 'salt'),
    'loaded_file': ('digest', 'lines', 'loaded_on'),
    'mail_waiting': ('id', 'digest', 'at', 'sender', 'subject', 'why', 'detail', 'data'),
    'maintenance': ('series', 'year', 'number', 'code', 'issued_on', 'starts_at', 'ends_at', 'tariff', 'external_id', 'content', 'series_hash'),
    'payment_reference': ('reference', 'code'),
    'period': ('n', 'kind', 'month', 'on', 'reason', 'heads', 'settings', 'names', 'names_digest', 'postings', 'recorded_at', 'external_id', 'request', 'hash', 'recorded_by'),
    'picture': ('digest', 'data'),
    'run_reference': ('external_id', 'month', 'issued_on'),
    'series': ('name', 'last_on', 'last_number', 'hash'),
    'tariff_version': ('id', 'name', 'valid_from', 'digest', 'text'),
    'access_key': ('name', 'scope', 'customer_id', 'digest', 'made_at', 'made_by', 'expires_on', 'revoked_at', 'uses', 'used_at', 'external_id'),
    'access_link': ('name', 'role', 'customer_id', 'contact', 'own_cases', 'agent', 'digest', 'made_at', 'made_by', 'expires_on', 'revoked_at', 'uses', 'used_at', 'external_id', 'by_provider'),
    'case_reference': ('reference', 'customer_id', 'seq'),
    'customer_address': ('value', 'kind', 'customer_id', 'added_at', 'added_by', 'mark'),
    'day_drawn': ('customer_id', 'grant', 'day', 'minutes', 'returns'),
    'day_overage': ('customer_id', 'since', 'day', 'category', 'rate', 'minutes'),
    'day_owed': ('customer_id', 'day', 'minutes'),
    'desk_push': ('desk', 'id', 'customer_id', 'seq', 'digest', 'pushed_at'),
    'document_number': ('code', 'customer_id', 'seq'),
    'head': ('customer_id', 'seq', 'hash'),
    'link': ('customer_id', 'seq', 'kind', 'effective_on', 'recorded_at', 'external_id', 'request', 'hash', 'recorded_by'),
    'mail_thread': ('digest', 'customer_id', 'case', 'sender', 'at', 'acknowledged_at'),
    'outbox': ('number', 'id', 'hook', 'customer_id', 'event', 'body', 'at', 'state', 'tries', 'next_at', 'ended_at', 'said'),
    'personal': ('customer_id', 'seq', 'field', 'salt', 'value'),
    'reference': ('kind', 'external_id', 'customer_id', 'seq'),
    'timer': ('agent', 'case', 'customer_id', 'began_at', 'since', 'seconds', 'running'),
    'acknowledgement': ('customer_id', 'seq', 'n', 'maintenance', 'terms', 'on'),
    'approval': ('customer_id', 'seq', 'n', 'case', 'minutes', 'on'),
    'attachment': ('customer_id', 'seq', 'n', 'of', 'code', 'number', 'type', 'size', 'name', 'digest'),
    'bank_part': ('customer_id', 'seq', 'n', 'movement', 'amount', 'charges', 'settled_on', 'money'),
    'bounce': ('customer_id', 'seq', 'n', 'payment', 'on', 'grant'),
    'brought_invoice': ('customer_id', 'seq', 'n', 'number', 'issued_on', 'due_on', 'currency', 'total', 'open'),
    'calendar_year': ('customer_id', 'seq', 'n', 'contract', 'term', 'year', 'calendar', 'days'),
    'cancellation': ('customer_id', 'seq', 'n', 'contract', 'on'),
    'case_event': ('customer_id', 'seq', 'n', 'case', 'kind', 'at', 'sender', 'agent', 'priority', 'category', 'channel', 'contact', 'recipient', 'detail', 'from_at', 'until_at', 'refers', 'agreed'),
    'case_name': ('folded', 'reference'),
    'charge': ('customer_id', 'seq', 'n', 'entry', 'category', 'minutes', 'free', 'overage', 'rate', 'owed', 'dated_on'),
    'contact': ('customer_id', 'seq', 'n', 'number', 'digest'),
    'contract': ('customer_id', 'seq', 'n', 'tariff', 'tier', 'modules', 'fee', 'starts_on'),
    'correction': ('customer_id', 'seq', 'n', 'kind', 'entry', 'case', 'on', 'reason'),
    'credit_note': ('customer_id', 'seq', 'n', 'number', 'invoice', 'on', 'reason', 'keeps'),
    'deposit': ('customer_id', 'seq', 'n', 'amount', 'currency', 'paid_on'),
    'document': ('customer_id', 'seq', 'n', 'series', 'year', 'number', 'code', 'kind', 'issued_on', 'due_on', 'currency', 'net', 'vat', 'rounding', 'total', 'corrects', 'run_month', 'billed_to', 'content', 'series_hash'),
    'document_entry': ('customer_id', 'seq', 'n', 'code', 'line', 'entry', 'minutes'),
    'document_line': ('customer_id', 'seq', 'n', 'code', 'line', 'kind', 'name', 'minutes', 'quantity', 'rate', 'amount', 'vat_category', 'vat_rate', 'corrects', 'corrects_line'),
    'draw': ('customer_id', 'seq', 'n', 'entry', 'charge_seq', 'charge_n', 'grant', 'minutes', 'dated_on', 'kind'),
    'entry': ('customer_id', 'seq', 'n', 'id', 'contract', 'case', 'category', 'worked_on', 'logged_seconds', 'agent', 'contact'),
    'erasure': ('customer_id', 'seq', 'n', 'place', 'scope', 'fields', 'rest', 'reason'),
    'issued_file': ('customer_id', 'seq', 'n', 'code', 'format', 'digest', 'data'),
    'letter': ('customer_id', 'seq', 'n', 'digest'),
    'mail': ('customer_id', 'seq', 'n', 'mail', 'event', 'paper', 'code', 'on', 'status', 'digest'),
    'note': ('customer_id', 'seq', 'n', 'digest'),
    'opening': ('customer_id', 'seq', 'n', 'kind', 'on', 'grant', 'spent', 'worked_on'),
    'opening_void': ('customer_id', 'seq', 'n', 'opening', 'on', 'reason'),
    'payment': ('customer_id', 'seq', 'n', 'invoice', 'amount', 'paid_on', 'own_money'),
    'quote': ('customer_id', 'seq', 'n', 'number', 'contract', 'title', 'kind', 'amount', 'price', 'share', 'currency', 'minutes', 'case', 'quoted_on', 'valid_until'),
    'quote_document': ('customer_id', 'seq', 'n', 'series', 'year', 'number', 'code', 'issued_on', 'content', 'series_hash'),
    'quote_event': ('customer_id', 'seq', 'n', 'quote', 'kind', 'on', 'invoice'),
    'quoted_work': ('customer_id', 'seq', 'n', 'quote'),
    'reduction': ('customer_id', 'seq', 'n', 'invoice', 'line', 'amount', 'on'),
    'refund': ('customer_id', 'seq', 'n', 'amount', 'currency', 'paid_on'),
    'reminder': ('customer_id', 'seq', 'n', 'invoice', 'step', 'on', 'currency', 'open', 'interest', 'indemnity'),
    'sale': ('customer_id', 'seq', 'n', 'contract', 'product', 'kind', 'quantity', 'price', 'currency', 'minutes', 'sold_on', 'validity', 'until', 'credited_on', 'covers', 'contacts', 'extends', 'reduced_rate', 'applies_to', 'priority', 'grace_days', 'invoice'),
    'sale_end': ('customer_id', 'seq', 'n', 'sale', 'on', 'grant', 'minutes', 'dated_on'),
    'session': ('digest', 'link', 'made_at', 'expires_on'),
    'term': ('customer_id', 'seq', 'n', 'contract', 'number', 'first_on', 'last_on', 'version'),
    'tier_change': ('customer_id', 'seq', 'n', 'contract', 'tier', 'on', 'effective_from'),
    'time_grant': ('customer_id', 'seq', 'n', 'number', 'contract', 'kind', 'product', 'minutes', 'starts', 'expires', 'covers', 'contacts', 'priority', 'grace_days', 'sale', 'replaces', 'reason'),
    'write_off': ('customer_id', 'seq', 'n', 'invoice', 'amount', 'on', 'reason'),
}
BYTES = ['issued_file.data']  # columns of the ledger that hold bytes

STATEMENTS: dict[str, dict[str, Written]] = {
    'addresses._NAMED': {
        'sqlite': (
            'SELECT customer.code, customer_address.value, customer_address.kind, customer_address.added_at, customer_address.added_by \n'
            'FROM customer JOIN customer_address ON customer_address.customer_id = customer.id \n'
            'WHERE customer_address.value = ?',
            ('value',),
            {},
        ),
        'postgresql': (
            'SELECT customer.code, customer_address.value, customer_address.kind, customer_address.added_at, customer_address.added_by \n'
            'FROM customer JOIN customer_address ON customer_address.customer_id = customer.id \n'
            'WHERE customer_address.value = %(value)s::VARCHAR',
            None,
            {},
        ),
    },
    'agents._LISTED': {
        'sqlite': (
            'SELECT agent.code, agent.name, agent.last_on, agent.email, agent.role \n'
            'FROM agent ORDER BY agent.code',
            (),
            {},
        ),
        'postgresql': (
            'SELECT agent.code, agent.name, agent.last_on, agent.email, agent.role \n'
            'FROM agent ORDER BY agent.code',
            None,
            {},
        ),
    },
    'appending._LAST': {
        'sqlite': (
            'SELECT (SELECT max(link.recorded_at) AS max_1 \n'
            'FROM link \n'
            'WHERE link.recorded_at >= ? AND link.recorded_at < ?) AS anon_1, EXISTS (SELECT 1 \n'
            'FROM hook \n'
            'WHERE hook.removed_at IS NULL) AS anon_2',
            ('now', 'soon'),
            {},
        ),
        'postgresql': (
            'SELECT (SELECT max(link.recorded_at) AS max_1 \n'
            'FROM link \n'
            'WHERE link.recorded_at >= %(now)s::VARCHAR AND link.recorded_at < %(soon)s::VARCHAR) AS anon_1, EXISTS (SELECT 1 \n'
            'FROM hook \n'
            'WHERE hook.removed_at IS NULL) AS anon_2',
            None,
            {},
        ),
    },
    'appending._NEW_HEAD': {
        'sqlite': (
            'UPDATE head SET seq=?, hash=? WHERE head.customer_id = ?',
            ('place', 'digest', 'of'),
            {},
        ),
        'postgresql': (
            'UPDATE head SET seq=%(place)s::INTEGER, hash=%(digest)s::VARCHAR WHERE head.customer_id = %(of)s::INTEGER',
            None,
            {},
        ),
    },
    'attached._EVERY': {
        'sqlite': (
            'SELECT attachment.code, attachment.seq, attachment.number, attachment.type, attachment.size, personal.value, link.recorded_at, link.recorded_by \n'
            'FROM attachment JOIN link ON link.customer_id = attachment.customer_id AND link.seq = attachment.seq LEFT OUTER JOIN personal ON personal.customer_id = attachment.customer_id AND personal.seq = attachment.seq AND personal.field = ? \n'
            'WHERE attachment.customer_id = ? AND attachment."of" = ? ORDER BY attachment.code, attachment.number',
            ('field_1', 'customer', 'of'),
            {'field_1': 'file-name'},
        ),
        'postgresql': (
            'SELECT attachment.code, attachment.seq, attachment.number, attachment.type, attachment.size, personal.value, link.recorded_at, link.recorded_by \n'
            'FROM attachment JOIN link ON link.customer_id = attachment.customer_id AND link.seq = attachment.seq LEFT OUTER JOIN personal ON personal.customer_id = attachment.customer_id AND personal.seq = attachment.seq AND personal.field = %(field_1)s::VARCHAR \n'
            'WHERE attachment.customer_id = %(customer)s::INTEGER AND attachment."of" = %(of)s::VARCHAR ORDER BY attachment.code, attachment.number',
            None,
            {'field_1': 'file-name'},
        ),
    },
    'attached._OF_ONE': {
        'sqlite': (
            'SELECT attachment.code, attachment.seq, attachment.number, attachment.type, attachment.size, personal.value, link.recorded_at, link.recorded_by \n'
            'FROM attachment JOIN link ON link.customer_id = attachment.customer_id AND link.seq = attachment.seq LEFT OUTER JOIN personal ON personal.customer_id = attachment.customer_id AND personal.seq = attachment.seq AND personal.field = ? \n'
            'WHERE attachment.customer_id = ? AND attachment."of" = ? AND attachment.code = ? ORDER BY attachment.code, attachment.number',
            ('field_1', 'customer', 'of', 'code'),
            {'field_1': 'file-name'},
        ),
        'postgresql': (
            'SELECT attachment.code, attachment.seq, attachment.number, attachment.type, attachment.size, personal.value, link.recorded_at, link.recorded_by \n'
            'FROM attachment JOIN link ON link.customer_id = attachment.customer_id AND link.seq = attachment.seq LEFT OUTER JOIN personal ON personal.customer_id = attachment.customer_id AND personal.seq = attachment.seq AND personal.field = %(field_1)s::VARCHAR \n'
            'WHERE attachment.customer_id = %(customer)s::INTEGER AND attachment."of" = %(of)s::VARCHAR AND attachment.code = %(code)s::VARCHAR ORDER BY attachment.code, attachment.number',
            None,
            {'field_1': 'file-name'},
        ),
    },
    'auditing._ERASED': {
        'sqlite': (
            'SELECT erasure.place, erasure.fields, erasure.rest \n'
            'FROM erasure \n'
            'WHERE erasure.customer_id = ? AND erasure.place IS NOT NULL ORDER BY erasure.seq, erasure.n',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT erasure.place, erasure.fields, erasure.rest \n'
            'FROM erasure \n'
            'WHERE erasure.customer_id = %(customer)s::INTEGER AND erasure.place IS NOT NULL ORDER BY erasure.seq, erasure.n',
            None,
            {},
        ),
    },
    'bank._EARLIER': {
        'sqlite': (
            'SELECT link.customer_id, link.seq, coalesce(payment.amount, payment_1.amount) AS coalesce_1 \n'
            'FROM link LEFT OUTER JOIN bank_part ON bank_part.customer_id = link.customer_id AND bank_part.seq = link.seq LEFT OUTER JOIN payment ON link.kind = ? AND payment.customer_id = link.customer_id AND payment.seq = link.seq LEFT OUTER JOIN bounce ON link.kind = ? AND bounce.customer_id = link.customer_id AND bounce.seq = link.seq LEFT OUTER JOIN payment AS payment_1 ON payment_1.customer_id = bounce.customer_id AND payment_1.seq = bounce.payment \n'
            'WHERE link.customer_id = ? AND link.seq IN (__[places]) AND bank_part.seq IS NULL',
            ('kind_1', 'kind_2', 'customer', 'places'),
            {'kind_1': 'payment', 'kind_2': 'bounce'},
        ),
        'postgresql': (
            'SELECT link.customer_id, link.seq, coalesce(payment.amount, payment_1.amount) AS coalesce_1 \n'
            'FROM link LEFT OUTER JOIN bank_part ON bank_part.customer_id = link.customer_id AND bank_part.seq = link.seq LEFT OUTER JOIN payment ON link.kind = %(kind_1)s::VARCHAR AND payment.customer_id = link.customer_id AND payment.seq = link.seq LEFT OUTER JOIN bounce ON link.kind = %(kind_2)s::VARCHAR AND bounce.customer_id = link.customer_id AND bounce.seq = link.seq LEFT OUTER JOIN payment AS payment_1 ON payment_1.customer_id = bounce.customer_id AND payment_1.seq = bounce.payment \n'
            'WHERE link.customer_id = %(customer)s::INTEGER AND link.seq = ANY(%(places)s) AND bank_part.seq IS NULL',
            None,
            {'kind_1': 'payment', 'kind_2': 'bounce'},
        ),
    },
    'bank._REFERENCES': {
        'sqlite': (
            'SELECT payment_reference.code, payment_reference.reference \n'
            'FROM payment_reference',
            (),
            {},
        ),
        'postgresql': (
            'SELECT payment_reference.code, payment_reference.reference \n'
            'FROM payment_reference',
            None,
            {},
        ),
    },
    'bank._STANDING': {
        'sqlite': (
            'SELECT payment.customer_id, payment.seq, customer.name, payment.amount, payment.invoice \n'
            'FROM payment JOIN customer ON customer.id = payment.customer_id \n'
            'WHERE payment.customer_id = ? AND payment.seq IN (__[places]) AND NOT (EXISTS (SELECT * \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq)) ORDER BY payment.seq, payment.n',
            ('customer', 'places'),
            {},
        ),
        'postgresql': (
            'SELECT payment.customer_id, payment.seq, customer.name, payment.amount, payment.invoice \n'
            'FROM payment JOIN customer ON customer.id = payment.customer_id \n'
            'WHERE payment.customer_id = %(customer)s::INTEGER AND payment.seq = ANY(%(places)s) AND NOT (EXISTS (SELECT * \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq)) ORDER BY payment.seq, payment.n',
            None,
            {},
        ),
    },
    'calendars._KEPT': {
        'sqlite': (
            'SELECT calendar_year.customer_id, calendar_year.contract, calendar_year.term, calendar_year.year, calendar_year.days \n'
            'FROM calendar_year',
            (),
            {},
        ),
        'postgresql': (
            'SELECT calendar_year.customer_id, calendar_year.contract, calendar_year.term, calendar_year.year, calendar_year.days \n'
            'FROM calendar_year',
            None,
            {},
        ),
    },
    'calendars._KEPT_OF': {
        'sqlite': (
            'SELECT calendar_year.customer_id, calendar_year.contract, calendar_year.term, calendar_year.year, calendar_year.days \n'
            'FROM calendar_year \n'
            'WHERE calendar_year.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT calendar_year.customer_id, calendar_year.contract, calendar_year.term, calendar_year.year, calendar_year.days \n'
            'FROM calendar_year \n'
            'WHERE calendar_year.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'case_names._NAMED': {
        'sqlite': (
            'SELECT case_reference.reference, case_reference.customer_id, ? AS folded \n'
            'FROM case_reference \n'
            'WHERE case_reference.reference = ? UNION ALL SELECT case_reference.reference, case_reference.customer_id, case_name.folded \n'
            'FROM case_reference JOIN case_name ON case_name.reference = case_reference.reference \n'
            'WHERE case_name.folded = ?',
            ('param_1', 'case', 'folded'),
            {'param_1': ''},
        ),
        'postgresql': (
            'SELECT case_reference.reference, case_reference.customer_id, %(param_1)s::VARCHAR AS folded \n'
            'FROM case_reference \n'
            'WHERE case_reference.reference = %(case)s::VARCHAR UNION ALL SELECT case_reference.reference, case_reference.customer_id, case_name.folded \n'
            'FROM case_reference JOIN case_name ON case_name.reference = case_reference.reference \n'
            'WHERE case_name.folded = %(folded)s::VARCHAR',
            None,
            {'param_1': ''},
        ),
    },
    'case_names._EXACTLY': {
        'sqlite': (
            'SELECT case_reference.reference, case_reference.customer_id \n'
            'FROM case_reference \n'
            'WHERE case_reference.reference IN (__[cases])',
            ('cases',),
            {},
        ),
        'postgresql': (
            'SELECT case_reference.reference, case_reference.customer_id \n'
            'FROM case_reference \n'
            'WHERE case_reference.reference = ANY(%(cases)s)',
            None,
            {},
        ),
    },
    'case_names._ANY_OF': {
        'sqlite': (
            'SELECT case_reference.reference, case_reference.customer_id, case_name.folded \n'
            'FROM case_reference JOIN case_name ON case_name.reference = case_reference.reference \n'
            'WHERE case_name.folded IN (__[folded])',
            ('folded',),
            {},
        ),
        'postgresql': (
            'SELECT case_reference.reference, case_reference.customer_id, case_name.folded \n'
            'FROM case_reference JOIN case_name ON case_name.reference = case_reference.reference \n'
            'WHERE case_name.folded = ANY(%(folded)s)',
            None,
            {},
        ),
    },
    'cases.OF_CASE': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed, case_event.n \n'
            'FROM case_event \n'
            'WHERE case_event.customer_id = ? AND case_event."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed, case_event.n \n'
            'FROM case_event \n'
            'WHERE case_event.customer_id = %(customer)s::INTEGER AND case_event."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'cases._BY_LOG': {
        'sqlite': (
            'SELECT case_event_1.customer_id, case_event_1."case", link_1.recorded_at, link_2.recorded_at AS recorded_at_1 \n'
            'FROM case_event AS case_event_1 JOIN case_event AS case_event_2 ON case_event_2.customer_id = case_event_1.customer_id AND case_event_2.seq = case_event_1.seq + ? AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = ? JOIN entry ON entry.customer_id = case_event_1.customer_id AND entry.seq = case_event_1.seq + ? AND entry."case" = case_event_1."case" JOIN link AS link_1 ON link_1.customer_id = case_event_1.customer_id AND link_1.seq = case_event_1.seq JOIN link AS link_2 ON link_2.customer_id = entry.customer_id AND link_2.seq = entry.seq \n'
            'WHERE case_event_1."case" IN (__[cases]) AND case_event_1.kind = ?',
            ('seq_1', 'kind_1', 'seq_2', 'cases', 'kind_2'),
            {'seq_1': 1, 'kind_1': 'take', 'seq_2': 2, 'kind_2': 'open'},
        ),
        'postgresql': (
            'SELECT case_event_1.customer_id, case_event_1."case", link_1.recorded_at, link_2.recorded_at AS recorded_at_1 \n'
            'FROM case_event AS case_event_1 JOIN case_event AS case_event_2 ON case_event_2.customer_id = case_event_1.customer_id AND case_event_2.seq = case_event_1.seq + %(seq_1)s::INTEGER AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = %(kind_1)s::VARCHAR JOIN entry ON entry.customer_id = case_event_1.customer_id AND entry.seq = case_event_1.seq + %(seq_2)s::INTEGER AND entry."case" = case_event_1."case" JOIN link AS link_1 ON link_1.customer_id = case_event_1.customer_id AND link_1.seq = case_event_1.seq JOIN link AS link_2 ON link_2.customer_id = entry.customer_id AND link_2.seq = entry.seq \n'
            'WHERE case_event_1."case" = ANY(%(cases)s) AND case_event_1.kind = %(kind_2)s::VARCHAR',
            None,
            {'seq_1': 1, 'kind_1': 'take', 'seq_2': 2, 'kind_2': 'open'},
        ),
    },
    'cases._NOT_CLOSED': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE (case_event.customer_id, case_event."case") IN (SELECT case_event_1.customer_id, case_event_1."case" \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.kind = ? AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_2 \n'
            'WHERE case_event_2.customer_id = case_event_1.customer_id AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = ? AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_3 \n'
            'WHERE case_event_3.customer_id = case_event_2.customer_id AND case_event_3."case" = case_event_2."case" AND (case_event_3.kind = ? OR case_event_3.kind IN (__[kind_4]) AND case_event_3.at >= case_event_2.at)))))) ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            ('kind_1', 'kind_2', 'kind_3', 'kind_4'),
            {'kind_1': 'open', 'kind_2': 'close', 'kind_3': 'void', 'kind_4': ['reopen', 'answer', 'files']},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE (case_event.customer_id, case_event."case") IN (SELECT case_event_1.customer_id, case_event_1."case" \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.kind = %(kind_1)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_2 \n'
            'WHERE case_event_2.customer_id = case_event_1.customer_id AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = %(kind_2)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_3 \n'
            'WHERE case_event_3.customer_id = case_event_2.customer_id AND case_event_3."case" = case_event_2."case" AND (case_event_3.kind = %(kind_3)s::VARCHAR OR case_event_3.kind = ANY(%(kind_4)s) AND case_event_3.at >= case_event_2.at)))))) ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            None,
            {'kind_1': 'open', 'kind_2': 'close', 'kind_3': 'void', 'kind_4': ['reopen', 'answer', 'files']},
        ),
    },
    'cases._NOT_CLOSED_OF': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE (case_event.customer_id, case_event."case") IN (SELECT case_event_1.customer_id, case_event_1."case" \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.kind = ? AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_2 \n'
            'WHERE case_event_2.customer_id = case_event_1.customer_id AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = ? AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_3 \n'
            'WHERE case_event_3.customer_id = case_event_2.customer_id AND case_event_3."case" = case_event_2."case" AND (case_event_3.kind = ? OR case_event_3.kind IN (__[kind_4]) AND case_event_3.at >= case_event_2.at)))))) AND case_event.customer_id = ? ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            ('kind_1', 'kind_2', 'kind_3', 'kind_4', 'customer'),
            {'kind_1': 'open', 'kind_2': 'close', 'kind_3': 'void', 'kind_4': ['reopen', 'answer', 'files']},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE (case_event.customer_id, case_event."case") IN (SELECT case_event_1.customer_id, case_event_1."case" \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.kind = %(kind_1)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_2 \n'
            'WHERE case_event_2.customer_id = case_event_1.customer_id AND case_event_2."case" = case_event_1."case" AND case_event_2.kind = %(kind_2)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_3 \n'
            'WHERE case_event_3.customer_id = case_event_2.customer_id AND case_event_3."case" = case_event_2."case" AND (case_event_3.kind = %(kind_3)s::VARCHAR OR case_event_3.kind = ANY(%(kind_4)s) AND case_event_3.at >= case_event_2.at)))))) AND case_event.customer_id = %(customer)s::INTEGER ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            None,
            {'kind_1': 'open', 'kind_2': 'close', 'kind_3': 'void', 'kind_4': ['reopen', 'answer', 'files']},
        ),
    },
    'cases._NOTE_AT': {
        'sqlite': (
            'SELECT personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = ? AND personal.seq = ? AND personal.field = ?',
            ('customer', 'seq', 'field_1'),
            {'field_1': 'note'},
        ),
        'postgresql': (
            'SELECT personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = %(customer)s::INTEGER AND personal.seq = %(seq)s::INTEGER AND personal.field = %(field_1)s::VARCHAR',
            None,
            {'field_1': 'note'},
        ),
    },
    'cases._NOTES_OF': {
        'sqlite': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal JOIN case_event ON case_event.customer_id = personal.customer_id AND case_event.seq = personal.seq \n'
            'WHERE personal.customer_id = ? AND personal.field = ? AND case_event."case" = ?',
            ('customer', 'field_1', 'case'),
            {'field_1': 'note'},
        ),
        'postgresql': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal JOIN case_event ON case_event.customer_id = personal.customer_id AND case_event.seq = personal.seq \n'
            'WHERE personal.customer_id = %(customer)s::INTEGER AND personal.field = %(field_1)s::VARCHAR AND case_event."case" = %(case)s::VARCHAR',
            None,
            {'field_1': 'note'},
        ),
    },
    'cases._ENTRIES': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'cases._CHARGES': {
        'sqlite': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = ? AND charge.entry IN (SELECT entry.seq \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry."case" = ?)',
            ('customer', 'customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = %(customer)s::INTEGER AND charge.entry IN (SELECT entry.seq \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry."case" = %(case)s::VARCHAR)',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[Contract]': {
        'sqlite': (
            'SELECT contract.customer_id, contract.seq, contract.n, contract.tariff, contract.tier, contract.modules, contract.fee, contract.starts_on \n'
            'FROM contract \n'
            'WHERE contract.customer_id IN (__[customers]) ORDER BY contract.customer_id, contract.seq, contract.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT contract.customer_id, contract.seq, contract.n, contract.tariff, contract.tier, contract.modules, contract.fee, contract.starts_on \n'
            'FROM contract \n'
            'WHERE contract.customer_id = ANY(%(customers)s) ORDER BY contract.customer_id, contract.seq, contract.n',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[Term]': {
        'sqlite': (
            'SELECT term.customer_id, term.seq, term.n, term.contract, term.number, term.first_on, term.last_on, term.version \n'
            'FROM term \n'
            'WHERE term.customer_id IN (__[customers]) ORDER BY term.customer_id, term.seq, term.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT term.customer_id, term.seq, term.n, term.contract, term.number, term.first_on, term.last_on, term.version \n'
            'FROM term \n'
            'WHERE term.customer_id = ANY(%(customers)s) ORDER BY term.customer_id, term.seq, term.n',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[Cancellation]': {
        'sqlite': (
            'SELECT cancellation.customer_id, cancellation.seq, cancellation.n, cancellation.contract, cancellation."on" \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id IN (__[customers]) ORDER BY cancellation.customer_id, cancellation.seq, cancellation.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT cancellation.customer_id, cancellation.seq, cancellation.n, cancellation.contract, cancellation."on" \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id = ANY(%(customers)s) ORDER BY cancellation.customer_id, cancellation.seq, cancellation.n',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[Sale]': {
        'sqlite': (
            'SELECT sale.customer_id, sale.seq, sale.n, sale.contract, sale.product, sale.kind, sale.quantity, sale.price, sale.currency, sale.minutes, sale.sold_on, sale.validity, sale.until, sale.credited_on, sale.covers, sale.contacts, sale.extends, sale.reduced_rate, sale.applies_to, sale.priority, sale.grace_days, sale.invoice \n'
            'FROM sale \n'
            'WHERE sale.customer_id IN (__[customers]) ORDER BY sale.customer_id, sale.seq, sale.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT sale.customer_id, sale.seq, sale.n, sale.contract, sale.product, sale.kind, sale.quantity, sale.price, sale.currency, sale.minutes, sale.sold_on, sale.validity, sale.until, sale.credited_on, sale.covers, sale.contacts, sale.extends, sale.reduced_rate, sale.applies_to, sale.priority, sale.grace_days, sale.invoice \n'
            'FROM sale \n'
            'WHERE sale.customer_id = ANY(%(customers)s) ORDER BY sale.customer_id, sale.seq, sale.n',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[Opening]': {
        'sqlite': (
            'SELECT opening.customer_id, opening.seq, opening.n, opening.kind, opening."on", opening.grant, opening.spent, opening.worked_on \n'
            'FROM opening \n'
            'WHERE opening.customer_id IN (__[customers]) ORDER BY opening.customer_id, opening.seq, opening.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT opening.customer_id, opening.seq, opening.n, opening.kind, opening."on", opening."grant", opening.spent, opening.worked_on \n'
            'FROM opening \n'
            'WHERE opening.customer_id = ANY(%(customers)s) ORDER BY opening.customer_id, opening.seq, opening.n',
            None,
            {},
        ),
    },
    'cases._AGREED_WITH[OpeningVoid]': {
        'sqlite': (
            'SELECT opening_void.customer_id, opening_void.seq, opening_void.n, opening_void.opening, opening_void."on", opening_void.reason \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id IN (__[customers]) ORDER BY opening_void.customer_id, opening_void.seq, opening_void.n',
            ('customers',),
            {},
        ),
        'postgresql': (
            'SELECT opening_void.customer_id, opening_void.seq, opening_void.n, opening_void.opening, opening_void."on", opening_void.reason \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = ANY(%(customers)s) ORDER BY opening_void.customer_id, opening_void.seq, opening_void.n',
            None,
            {},
        ),
    },
    'cases._LAST_AT': {
        'sqlite': (
            'SELECT max(case_event.at) AS max_1 \n'
            'FROM case_event',
            (),
            {},
        ),
        'postgresql': (
            'SELECT max(case_event.at) AS max_1 \n'
            'FROM case_event',
            None,
            {},
        ),
    },
    'cases._CUSTOMERS': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name \n'
            'FROM customer',
            (),
            {},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name \n'
            'FROM customer',
            None,
            {},
        ),
    },
    'cases._WORK': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry."case", entry.logged_seconds, charge.minutes, entry.agent, entry.worked_on, link.recorded_at \n'
            'FROM entry LEFT OUTER JOIN charge ON charge.customer_id = entry.customer_id AND charge.entry = entry.seq JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.customer_id IN (__[customers]) AND entry."case" IN (__[cases]) AND (charge.free IS NULL OR charge.free != ?) AND NOT (EXISTS (SELECT * \n'
            'FROM charge AS charge_1 \n'
            'WHERE charge_1.customer_id = charge.customer_id AND charge_1.entry = charge.entry AND (charge_1.seq > charge.seq OR charge_1.seq = charge.seq AND charge_1.n > charge.n)))',
            ('customers', 'cases', 'free_1'),
            {'free_1': 'void'},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry."case", entry.logged_seconds, charge.minutes, entry.agent, entry.worked_on, link.recorded_at \n'
            'FROM entry LEFT OUTER JOIN charge ON charge.customer_id = entry.customer_id AND charge.entry = entry.seq JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.customer_id = ANY(%(customers)s) AND entry."case" = ANY(%(cases)s) AND (charge.free IS NULL OR charge.free != %(free_1)s::VARCHAR) AND NOT (EXISTS (SELECT * \n'
            'FROM charge AS charge_1 \n'
            'WHERE charge_1.customer_id = charge.customer_id AND charge_1.entry = charge.entry AND (charge_1.seq > charge.seq OR charge_1.seq = charge.seq AND charge_1.n > charge.n)))',
            None,
            {'free_1': 'void'},
        ),
    },
    'cases._LOGGED_ONLY': {
        'sqlite': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry."case" IS NOT NULL AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = entry.customer_id AND case_event_1."case" = entry."case" AND case_event_1.kind = ?)) ORDER BY entry.customer_id, entry.seq',
            ('kind_1',),
            {'kind_1': 'open'},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry."case" IS NOT NULL AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = entry.customer_id AND case_event_1."case" = entry."case" AND case_event_1.kind = %(kind_1)s::VARCHAR)) ORDER BY entry.customer_id, entry.seq',
            None,
            {'kind_1': 'open'},
        ),
    },
    'cases._LOGGED_ONLY_OF': {
        'sqlite': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry."case" IS NOT NULL AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = entry.customer_id AND case_event_1."case" = entry."case" AND case_event_1.kind = ?)) AND entry.customer_id = ? ORDER BY entry.customer_id, entry.seq',
            ('kind_1', 'customer'),
            {'kind_1': 'open'},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry."case" IS NOT NULL AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = entry.customer_id AND case_event_1."case" = entry."case" AND case_event_1.kind = %(kind_1)s::VARCHAR)) AND entry.customer_id = %(customer)s::INTEGER ORDER BY entry.customer_id, entry.seq',
            None,
            {'kind_1': 'open'},
        ),
    },
    'cases._SUBJECTS': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event."case", personal.value \n'
            'FROM case_event JOIN personal ON personal.customer_id = case_event.customer_id AND personal.seq = case_event.seq \n'
            'WHERE case_event."case" IN (__[cases]) AND personal.field = ? AND (case_event.kind = ? OR case_event.kind = ? AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = case_event.customer_id AND case_event_1."case" = case_event."case" AND case_event_1.refers = case_event.seq))) ORDER BY case_event.customer_id, case_event.at, case_event.seq',
            ('cases', 'field_1', 'kind_1', 'kind_2'),
            {'field_1': 'note', 'kind_1': 'open', 'kind_2': 'change'},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event."case", personal.value \n'
            'FROM case_event JOIN personal ON personal.customer_id = case_event.customer_id AND personal.seq = case_event.seq \n'
            'WHERE case_event."case" = ANY(%(cases)s) AND personal.field = %(field_1)s::VARCHAR AND (case_event.kind = %(kind_1)s::VARCHAR OR case_event.kind = %(kind_2)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM case_event AS case_event_1 \n'
            'WHERE case_event_1.customer_id = case_event.customer_id AND case_event_1."case" = case_event."case" AND case_event_1.refers = case_event.seq))) ORDER BY case_event.customer_id, case_event.at, case_event.seq',
            None,
            {'field_1': 'note', 'kind_1': 'open', 'kind_2': 'change'},
        ),
    },
    'cases._OF_CASES': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE case_event."case" IN (__[cases]) ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            ('cases',),
            {},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE case_event."case" = ANY(%(cases)s) ORDER BY case_event.customer_id, case_event.seq, case_event.n',
            None,
            {},
        ),
    },
    'cases._NOTES': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, personal.value \n'
            'FROM case_event JOIN personal ON personal.customer_id = case_event.customer_id AND personal.seq = case_event.seq \n'
            'WHERE case_event."case" IN (__[cases]) AND personal.field = ?',
            ('cases', 'field_1'),
            {'field_1': 'note'},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, personal.value \n'
            'FROM case_event JOIN personal ON personal.customer_id = case_event.customer_id AND personal.seq = case_event.seq \n'
            'WHERE case_event."case" = ANY(%(cases)s) AND personal.field = %(field_1)s::VARCHAR',
            None,
            {'field_1': 'note'},
        ),
    },
    'cases._CATEGORIES': {
        'sqlite': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry.customer_id IN (__[customers]) AND entry."case" IN (__[cases]) ORDER BY entry.customer_id, entry.seq',
            ('customers', 'cases'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry."case", entry.category \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ANY(%(customers)s) AND entry."case" = ANY(%(cases)s) ORDER BY entry.customer_id, entry.seq',
            None,
            {},
        ),
    },
    'desk._GIVEN': {
        'sqlite': (
            'SELECT reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = ? AND reference.external_id = ?',
            ('kind_1', 'id'),
            {'kind_1': 'entry'},
        ),
        'postgresql': (
            'SELECT reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = %(kind_1)s::VARCHAR AND reference.external_id = %(id)s::VARCHAR',
            None,
            {'kind_1': 'entry'},
        ),
    },
    'desk._MADE': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq \n'
            'FROM entry JOIN customer ON customer.id = entry.customer_id \n'
            'WHERE customer.code = ? AND entry.seq = ? AND entry.id = ?',
            ('code', 'seq', 'id'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq \n'
            'FROM entry JOIN customer ON customer.id = entry.customer_id \n'
            'WHERE customer.code = %(code)s::VARCHAR AND entry.seq = %(seq)s::INTEGER AND entry.id = %(id)s::VARCHAR',
            None,
            {},
        ),
    },
    'desk._DAYS': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, link.recorded_at \n'
            'FROM entry JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.worked_on >= ? AND entry.worked_on <= ? AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = ? AND correction.entry = entry.seq)) AND entry.agent = ? ORDER BY entry.worked_on, link.recorded_at',
            ('first', 'last', 'kind_1', 'agent'),
            {'kind_1': 'void'},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, link.recorded_at \n'
            'FROM entry JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.worked_on >= %(first)s::VARCHAR AND entry.worked_on <= %(last)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = %(kind_1)s::VARCHAR AND correction.entry = entry.seq)) AND entry.agent = %(agent)s::VARCHAR ORDER BY entry.worked_on, link.recorded_at',
            None,
            {'kind_1': 'void'},
        ),
    },
    'desk._DAYS_OF_NOBODY': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, link.recorded_at \n'
            'FROM entry JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.worked_on >= ? AND entry.worked_on <= ? AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = ? AND correction.entry = entry.seq)) AND entry.agent IS NULL ORDER BY entry.worked_on, link.recorded_at',
            ('first', 'last', 'kind_1'),
            {'kind_1': 'void'},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, link.recorded_at \n'
            'FROM entry JOIN link ON link.customer_id = entry.customer_id AND link.seq = entry.seq \n'
            'WHERE entry.worked_on >= %(first)s::VARCHAR AND entry.worked_on <= %(last)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = %(kind_1)s::VARCHAR AND correction.entry = entry.seq)) AND entry.agent IS NULL ORDER BY entry.worked_on, link.recorded_at',
            None,
            {'kind_1': 'void'},
        ),
    },
    'desk._WORKED': {
        'sqlite': (
            'SELECT sum(entry.logged_seconds) AS sum_1 \n'
            'FROM entry \n'
            'WHERE entry.agent = ? AND entry.worked_on = ? AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = ? AND correction.entry = entry.seq))',
            ('agent', 'day', 'kind_1'),
            {'kind_1': 'void'},
        ),
        'postgresql': (
            'SELECT sum(entry.logged_seconds) AS sum_1 \n'
            'FROM entry \n'
            'WHERE entry.agent = %(agent)s::VARCHAR AND entry.worked_on = %(day)s::VARCHAR AND NOT (EXISTS (SELECT * \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = %(kind_1)s::VARCHAR AND correction.entry = entry.seq))',
            None,
            {'kind_1': 'void'},
        ),
    },
    'documents._SUMS_OF_CUSTOMER': {
        'sqlite': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1 \n'
            'FROM document \n'
            'WHERE document.customer_id = ? ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1 \n'
            'FROM document \n'
            'WHERE document.customer_id = %(customer)s::INTEGER ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            None,
            {},
        ),
    },
    'documents._KEPT_OF_CUSTOMER': {
        'sqlite': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1, document.content \n'
            'FROM document \n'
            'WHERE document.customer_id = ? ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1, document.content \n'
            'FROM document \n'
            'WHERE document.customer_id = %(customer)s::INTEGER ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            None,
            {},
        ),
    },
    'documents._KEPT_OF_NUMBER': {
        'sqlite': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1, document.content \n'
            'FROM document \n'
            'WHERE document.code = ? ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            ('number',),
            {},
        ),
        'postgresql': (
            'SELECT document.customer_id, document.seq, document.code, document.kind, document.issued_on, document.due_on, document.currency, document.corrects, document.net, document.rounding, document.total, (SELECT sum(note.total) AS sum_1 \n'
            'FROM document AS note \n'
            'WHERE note.customer_id = document.customer_id AND note.corrects = document.code) AS anon_1, document.content \n'
            'FROM document \n'
            'WHERE document.code = %(number)s::VARCHAR ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            None,
            {},
        ),
    },
    'heads._HEAD': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.vat_id, customer.held_reason, coalesce(head.seq, ?) AS coalesce_1, coalesce(head.hash, ?) AS coalesce_3, (SELECT opening."on" \n'
            'FROM opening \n'
            'WHERE opening.customer_id = customer.id AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = opening.customer_id AND opening_void.opening = opening.seq))\n'
            ' LIMIT ? OFFSET ?) AS anon_1 \n'
            'FROM customer LEFT OUTER JOIN head ON head.customer_id = customer.id \n'
            'WHERE customer.code = ?',
            ('coalesce_2', 'coalesce_4', 'param_1', 'param_2', 'code'),
            {'coalesce_2': 0, 'coalesce_4': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'param_1': 1, 'param_2': 0},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.vat_id, customer.held_reason, coalesce(head.seq, %(coalesce_2)s::INTEGER) AS coalesce_1, coalesce(head.hash, %(coalesce_4)s::VARCHAR) AS coalesce_3, (SELECT opening."on" \n'
            'FROM opening \n'
            'WHERE opening.customer_id = customer.id AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = opening.customer_id AND opening_void.opening = opening.seq)) \n'
            ' LIMIT %(param_1)s::INTEGER) AS anon_1 \n'
            'FROM customer LEFT OUTER JOIN head ON head.customer_id = customer.id \n'
            'WHERE customer.code = %(code)s::VARCHAR',
            None,
            {'coalesce_2': 0, 'coalesce_4': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'param_1': 1},
        ),
    },
    'heads._HEAD_OF': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.vat_id, customer.held_reason, coalesce(head.seq, ?) AS coalesce_1, coalesce(head.hash, ?) AS coalesce_3, (SELECT opening."on" \n'
            'FROM opening \n'
            'WHERE opening.customer_id = customer.id AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = opening.customer_id AND opening_void.opening = opening.seq))\n'
            ' LIMIT ? OFFSET ?) AS anon_1 \n'
            'FROM customer LEFT OUTER JOIN head ON head.customer_id = customer.id \n'
            'WHERE customer.id = ?',
            ('coalesce_2', 'coalesce_4', 'param_1', 'param_2', 'customer'),
            {'coalesce_2': 0, 'coalesce_4': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'param_1': 1, 'param_2': 0},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.vat_id, customer.held_reason, coalesce(head.seq, %(coalesce_2)s::INTEGER) AS coalesce_1, coalesce(head.hash, %(coalesce_4)s::VARCHAR) AS coalesce_3, (SELECT opening."on" \n'
            'FROM opening \n'
            'WHERE opening.customer_id = customer.id AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = opening.customer_id AND opening_void.opening = opening.seq)) \n'
            ' LIMIT %(param_1)s::INTEGER) AS anon_1 \n'
            'FROM customer LEFT OUTER JOIN head ON head.customer_id = customer.id \n'
            'WHERE customer.id = %(customer)s::BIGINT',
            None,
            {'coalesce_2': 0, 'coalesce_4': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'param_1': 1},
        ),
    },
    'heads._KEY': {
        'sqlite': (
            'SELECT customer.id \n'
            'FROM customer \n'
            'WHERE customer.code = ?',
            ('code',),
            {},
        ),
        'postgresql': (
            'SELECT customer.id \n'
            'FROM customer \n'
            'WHERE customer.code = %(code)s::VARCHAR',
            None,
            {},
        ),
    },
    'heads._LOCK': {
        'sqlite': (
            'SELECT head.seq \n'
            'FROM head \n'
            'WHERE head.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT head.seq \n'
            'FROM head \n'
            'WHERE head.customer_id = %(customer)s::INTEGER FOR UPDATE',
            None,
            {},
        ),
    },
    'issued._OF_CUSTOMER': {
        'sqlite': (
            'SELECT document.code, customer.code AS code_1, document.issued_on, document.due_on, document.currency, document.total, document.corrects, document.rounding, document.content \n'
            'FROM document JOIN customer ON customer.id = document.customer_id \n'
            'WHERE document.customer_id = ? AND document.seq <= ? ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            ('customer', 'until'),
            {},
        ),
        'postgresql': (
            'SELECT document.code, customer.code AS code_1, document.issued_on, document.due_on, document.currency, document.total, document.corrects, document.rounding, document.content \n'
            'FROM document JOIN customer ON customer.id = document.customer_id \n'
            'WHERE document.customer_id = %(customer)s::INTEGER AND document.seq <= %(until)s::INTEGER ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            None,
            {},
        ),
    },
    'issued._AMOUNTS': {
        'sqlite': (
            'SELECT document.code, customer.code AS code_1, document.issued_on, document.due_on, document.currency, document.total, document.corrects \n'
            'FROM document JOIN customer ON customer.id = document.customer_id \n'
            'WHERE document.customer_id = ? ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT document.code, customer.code AS code_1, document.issued_on, document.due_on, document.currency, document.total, document.corrects \n'
            'FROM document JOIN customer ON customer.id = document.customer_id \n'
            'WHERE document.customer_id = %(customer)s::INTEGER ORDER BY document.issued_on, document.series DESC, document.year, document.number',
            None,
            {},
        ),
    },
    'issued._LINES': {
        'sqlite': (
            'SELECT document_line.code, document_line.kind, document_line.name, document_line.amount \n'
            'FROM document_line \n'
            'WHERE document_line.customer_id = ? ORDER BY document_line.seq, document_line.line',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT document_line.code, document_line.kind, document_line.name, document_line.amount \n'
            'FROM document_line \n'
            'WHERE document_line.customer_id = %(customer)s::INTEGER ORDER BY document_line.seq, document_line.line',
            None,
            {},
        ),
    },
    'issued._ROUNDINGS': {
        'sqlite': (
            'SELECT document.code, document.rounding \n'
            'FROM document \n'
            'WHERE document.customer_id = ? AND document.rounding != ?',
            ('customer', 'rounding_1'),
            {'rounding_1': 0},
        ),
        'postgresql': (
            'SELECT document.code, document.rounding \n'
            'FROM document \n'
            'WHERE document.customer_id = %(customer)s::INTEGER AND document.rounding != %(rounding_1)s::BIGINT',
            None,
            {'rounding_1': 0},
        ),
    },
    'keys._BY_DIGEST': {
        'sqlite': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.digest = ? ORDER BY access_key.made_at, access_key.name',
            ('digest',),
            {},
        ),
        'postgresql': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.digest = %(digest)s::VARCHAR ORDER BY access_key.made_at, access_key.name',
            None,
            {},
        ),
    },
    'keys._BY_NAME': {
        'sqlite': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.name = ? ORDER BY access_key.made_at, access_key.name',
            ('name',),
            {},
        ),
        'postgresql': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.name = %(name)s::VARCHAR ORDER BY access_key.made_at, access_key.name',
            None,
            {},
        ),
    },
    'keys._BY_ID': {
        'sqlite': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.external_id = ? ORDER BY access_key.made_at, access_key.name',
            ('id',),
            {},
        ),
        'postgresql': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id \n'
            'WHERE access_key.external_id = %(id)s::VARCHAR ORDER BY access_key.made_at, access_key.name',
            None,
            {},
        ),
    },
    'keys._ALL': {
        'sqlite': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id ORDER BY access_key.made_at, access_key.name',
            (),
            {},
        ),
        'postgresql': (
            'SELECT access_key.name, access_key.scope, customer.code, access_key.made_at, access_key.expires_on, access_key.revoked_at, access_key.uses, access_key.used_at \n'
            'FROM access_key LEFT OUTER JOIN customer ON customer.id = access_key.customer_id ORDER BY access_key.made_at, access_key.name',
            None,
            {},
        ),
    },
    'ledger._SELECT[Contract]': {
        'sqlite': (
            'SELECT contract.customer_id, contract.seq, contract.n, contract.tariff, contract.tier, contract.modules, contract.fee, contract.starts_on \n'
            'FROM contract \n'
            'WHERE contract.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT contract.customer_id, contract.seq, contract.n, contract.tariff, contract.tier, contract.modules, contract.fee, contract.starts_on \n'
            'FROM contract \n'
            'WHERE contract.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Term]': {
        'sqlite': (
            'SELECT term.customer_id, term.seq, term.n, term.contract, term.number, term.first_on, term.last_on, term.version \n'
            'FROM term \n'
            'WHERE term.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT term.customer_id, term.seq, term.n, term.contract, term.number, term.first_on, term.last_on, term.version \n'
            'FROM term \n'
            'WHERE term.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[TierChange]': {
        'sqlite': (
            'SELECT tier_change.customer_id, tier_change.seq, tier_change.n, tier_change.contract, tier_change.tier, tier_change."on", tier_change.effective_from \n'
            'FROM tier_change \n'
            'WHERE tier_change.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT tier_change.customer_id, tier_change.seq, tier_change.n, tier_change.contract, tier_change.tier, tier_change."on", tier_change.effective_from \n'
            'FROM tier_change \n'
            'WHERE tier_change.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Cancellation]': {
        'sqlite': (
            'SELECT cancellation.customer_id, cancellation.seq, cancellation.n, cancellation.contract, cancellation."on" \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT cancellation.customer_id, cancellation.seq, cancellation.n, cancellation.contract, cancellation."on" \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Sale]': {
        'sqlite': (
            'SELECT sale.customer_id, sale.seq, sale.n, sale.contract, sale.product, sale.kind, sale.quantity, sale.price, sale.currency, sale.minutes, sale.sold_on, sale.validity, sale.until, sale.credited_on, sale.covers, sale.contacts, sale.extends, sale.reduced_rate, sale.applies_to, sale.priority, sale.grace_days, sale.invoice \n'
            'FROM sale \n'
            'WHERE sale.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT sale.customer_id, sale.seq, sale.n, sale.contract, sale.product, sale.kind, sale.quantity, sale.price, sale.currency, sale.minutes, sale.sold_on, sale.validity, sale.until, sale.credited_on, sale.covers, sale.contacts, sale.extends, sale.reduced_rate, sale.applies_to, sale.priority, sale.grace_days, sale.invoice \n'
            'FROM sale \n'
            'WHERE sale.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Payment]': {
        'sqlite': (
            'SELECT payment.customer_id, payment.seq, payment.n, payment.invoice, payment.amount, payment.paid_on, payment.own_money \n'
            'FROM payment \n'
            'WHERE payment.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT payment.customer_id, payment.seq, payment.n, payment.invoice, payment.amount, payment.paid_on, payment.own_money \n'
            'FROM payment \n'
            'WHERE payment.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Deposit]': {
        'sqlite': (
            'SELECT deposit.customer_id, deposit.seq, deposit.n, deposit.amount, deposit.currency, deposit.paid_on \n'
            'FROM deposit \n'
            'WHERE deposit.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT deposit.customer_id, deposit.seq, deposit.n, deposit.amount, deposit.currency, deposit.paid_on \n'
            'FROM deposit \n'
            'WHERE deposit.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Refund]': {
        'sqlite': (
            'SELECT refund.customer_id, refund.seq, refund.n, refund.amount, refund.currency, refund.paid_on \n'
            'FROM refund \n'
            'WHERE refund.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT refund.customer_id, refund.seq, refund.n, refund.amount, refund.currency, refund.paid_on \n'
            'FROM refund \n'
            'WHERE refund.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[WriteOff]': {
        'sqlite': (
            'SELECT write_off.customer_id, write_off.seq, write_off.n, write_off.invoice, write_off.amount, write_off."on", write_off.reason \n'
            'FROM write_off \n'
            'WHERE write_off.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT write_off.customer_id, write_off.seq, write_off.n, write_off.invoice, write_off.amount, write_off."on", write_off.reason \n'
            'FROM write_off \n'
            'WHERE write_off.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Bounce]': {
        'sqlite': (
            'SELECT bounce.customer_id, bounce.seq, bounce.n, bounce.payment, bounce."on", bounce.grant \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT bounce.customer_id, bounce.seq, bounce.n, bounce.payment, bounce."on", bounce."grant" \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[CreditNote]': {
        'sqlite': (
            'SELECT credit_note.customer_id, credit_note.seq, credit_note.n, credit_note.number, credit_note.invoice, credit_note."on", credit_note.reason, credit_note.keeps \n'
            'FROM credit_note \n'
            'WHERE credit_note.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT credit_note.customer_id, credit_note.seq, credit_note.n, credit_note.number, credit_note.invoice, credit_note."on", credit_note.reason, credit_note.keeps \n'
            'FROM credit_note \n'
            'WHERE credit_note.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Reduction]': {
        'sqlite': (
            'SELECT reduction.customer_id, reduction.seq, reduction.n, reduction.invoice, reduction.line, reduction.amount, reduction."on" \n'
            'FROM reduction \n'
            'WHERE reduction.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT reduction.customer_id, reduction.seq, reduction.n, reduction.invoice, reduction.line, reduction.amount, reduction."on" \n'
            'FROM reduction \n'
            'WHERE reduction.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[SaleEnd]': {
        'sqlite': (
            'SELECT sale_end.customer_id, sale_end.seq, sale_end.n, sale_end.sale, sale_end."on", sale_end.grant, sale_end.minutes, sale_end.dated_on \n'
            'FROM sale_end \n'
            'WHERE sale_end.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT sale_end.customer_id, sale_end.seq, sale_end.n, sale_end.sale, sale_end."on", sale_end."grant", sale_end.minutes, sale_end.dated_on \n'
            'FROM sale_end \n'
            'WHERE sale_end.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[BankPart]': {
        'sqlite': (
            'SELECT bank_part.customer_id, bank_part.seq, bank_part.n, bank_part.movement, bank_part.amount, bank_part.charges, bank_part.settled_on, bank_part.money \n'
            'FROM bank_part \n'
            'WHERE bank_part.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT bank_part.customer_id, bank_part.seq, bank_part.n, bank_part.movement, bank_part.amount, bank_part.charges, bank_part.settled_on, bank_part.money \n'
            'FROM bank_part \n'
            'WHERE bank_part.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Grant]': {
        'sqlite': (
            'SELECT time_grant.customer_id, time_grant.seq, time_grant.n, time_grant.number, time_grant.contract, time_grant.kind, time_grant.product, time_grant.minutes, time_grant.starts, time_grant.expires, time_grant.covers, time_grant.contacts, time_grant.priority, time_grant.grace_days, time_grant.sale, time_grant.replaces, time_grant.reason \n'
            'FROM time_grant \n'
            'WHERE time_grant.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT time_grant.customer_id, time_grant.seq, time_grant.n, time_grant.number, time_grant.contract, time_grant.kind, time_grant.product, time_grant.minutes, time_grant.starts, time_grant.expires, time_grant.covers, time_grant.contacts, time_grant.priority, time_grant.grace_days, time_grant.sale, time_grant.replaces, time_grant.reason \n'
            'FROM time_grant \n'
            'WHERE time_grant.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Entry]': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Charge]': {
        'sqlite': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Draw]': {
        'sqlite': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw.grant, draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw."grant", draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Correction]': {
        'sqlite': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Quote]': {
        'sqlite': (
            'SELECT quote.customer_id, quote.seq, quote.n, quote.number, quote.contract, quote.title, quote.kind, quote.amount, quote.price, quote.share, quote.currency, quote.minutes, quote."case", quote.quoted_on, quote.valid_until \n'
            'FROM quote \n'
            'WHERE quote.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT quote.customer_id, quote.seq, quote.n, quote.number, quote.contract, quote.title, quote.kind, quote.amount, quote.price, quote.share, quote.currency, quote.minutes, quote."case", quote.quoted_on, quote.valid_until \n'
            'FROM quote \n'
            'WHERE quote.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[QuoteEvent]': {
        'sqlite': (
            'SELECT quote_event.customer_id, quote_event.seq, quote_event.n, quote_event.quote, quote_event.kind, quote_event."on", quote_event.invoice \n'
            'FROM quote_event \n'
            'WHERE quote_event.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT quote_event.customer_id, quote_event.seq, quote_event.n, quote_event.quote, quote_event.kind, quote_event."on", quote_event.invoice \n'
            'FROM quote_event \n'
            'WHERE quote_event.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[QuotedWork]': {
        'sqlite': (
            'SELECT quoted_work.customer_id, quoted_work.seq, quoted_work.n, quoted_work.quote \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT quoted_work.customer_id, quoted_work.seq, quoted_work.n, quoted_work.quote \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[CaseEvent]': {
        'sqlite': (
            'SELECT case_event.customer_id, case_event.seq, case_event.n, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE case_event.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT case_event.customer_id, case_event.seq, case_event.n, case_event."case", case_event.kind, case_event.at, case_event.sender, case_event.agent, case_event.priority, case_event.category, case_event.channel, case_event.contact, case_event.recipient, case_event.detail, case_event.from_at, case_event.until_at, case_event.refers, case_event.agreed \n'
            'FROM case_event \n'
            'WHERE case_event.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Approval]': {
        'sqlite': (
            'SELECT approval.customer_id, approval.seq, approval.n, approval."case", approval.minutes, approval."on" \n'
            'FROM approval \n'
            'WHERE approval.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT approval.customer_id, approval.seq, approval.n, approval."case", approval.minutes, approval."on" \n'
            'FROM approval \n'
            'WHERE approval.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Reminder]': {
        'sqlite': (
            'SELECT reminder.customer_id, reminder.seq, reminder.n, reminder.invoice, reminder.step, reminder."on", reminder.currency, reminder.open, reminder.interest, reminder.indemnity \n'
            'FROM reminder \n'
            'WHERE reminder.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT reminder.customer_id, reminder.seq, reminder.n, reminder.invoice, reminder.step, reminder."on", reminder.currency, reminder.open, reminder.interest, reminder.indemnity \n'
            'FROM reminder \n'
            'WHERE reminder.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[Opening]': {
        'sqlite': (
            'SELECT opening.customer_id, opening.seq, opening.n, opening.kind, opening."on", opening.grant, opening.spent, opening.worked_on \n'
            'FROM opening \n'
            'WHERE opening.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT opening.customer_id, opening.seq, opening.n, opening.kind, opening."on", opening."grant", opening.spent, opening.worked_on \n'
            'FROM opening \n'
            'WHERE opening.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[BroughtInvoice]': {
        'sqlite': (
            'SELECT brought_invoice.customer_id, brought_invoice.seq, brought_invoice.n, brought_invoice.number, brought_invoice.issued_on, brought_invoice.due_on, brought_invoice.currency, brought_invoice.total, brought_invoice.open \n'
            'FROM brought_invoice \n'
            'WHERE brought_invoice.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT brought_invoice.customer_id, brought_invoice.seq, brought_invoice.n, brought_invoice.number, brought_invoice.issued_on, brought_invoice.due_on, brought_invoice.currency, brought_invoice.total, brought_invoice.open \n'
            'FROM brought_invoice \n'
            'WHERE brought_invoice.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._SELECT[OpeningVoid]': {
        'sqlite': (
            'SELECT opening_void.customer_id, opening_void.seq, opening_void.n, opening_void.opening, opening_void."on", opening_void.reason \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT opening_void.customer_id, opening_void.seq, opening_void.n, opening_void.opening, opening_void."on", opening_void.reason \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'ledger._RARE_THERE': {
        'sqlite': (
            'SELECT EXISTS (SELECT * \n'
            'FROM tier_change \n'
            'WHERE tier_change.customer_id = ?) AS r0, EXISTS (SELECT * \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id = ?) AS r1, EXISTS (SELECT * \n'
            'FROM sale \n'
            'WHERE sale.customer_id = ?) AS r2, EXISTS (SELECT * \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = ?) AS r3, EXISTS (SELECT * \n'
            'FROM sale_end \n'
            'WHERE sale_end.customer_id = ?) AS r4, EXISTS (SELECT * \n'
            'FROM opening \n'
            'WHERE opening.customer_id = ?) AS r5, EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = ?) AS r6',
            ('customer', 'customer', 'customer', 'customer', 'customer', 'customer', 'customer'),
            {},
        ),
        'postgresql': (
            'SELECT EXISTS (SELECT * \n'
            'FROM tier_change \n'
            'WHERE tier_change.customer_id = %(customer)s::INTEGER) AS r0, EXISTS (SELECT * \n'
            'FROM cancellation \n'
            'WHERE cancellation.customer_id = %(customer)s::INTEGER) AS r1, EXISTS (SELECT * \n'
            'FROM sale \n'
            'WHERE sale.customer_id = %(customer)s::INTEGER) AS r2, EXISTS (SELECT * \n'
            'FROM bounce \n'
            'WHERE bounce.customer_id = %(customer)s::INTEGER) AS r3, EXISTS (SELECT * \n'
            'FROM sale_end \n'
            'WHERE sale_end.customer_id = %(customer)s::INTEGER) AS r4, EXISTS (SELECT * \n'
            'FROM opening \n'
            'WHERE opening.customer_id = %(customer)s::INTEGER) AS r5, EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = %(customer)s::INTEGER) AS r6',
            None,
            {},
        ),
    },
    'ledger._USED': {
        'sqlite': (
            'SELECT day_drawn.grant, sum(day_drawn.minutes) AS sum_1, sum(CASE WHEN (day_drawn.day <= ?) THEN day_drawn.minutes ELSE ? END) AS sum_2, max(CASE WHEN (day_drawn.returns > ?) THEN day_drawn.day END) AS max_1 \n'
            'FROM day_drawn \n'
            'WHERE day_drawn.customer_id = ? AND day_drawn.grant IN (__[grants]) GROUP BY day_drawn.grant',
            ('at', 'param_1', 'returns_1', 'customer', 'grants'),
            {'param_1': 0, 'returns_1': 0},
        ),
        'postgresql': (
            'SELECT day_drawn."grant", sum(day_drawn.minutes) AS sum_1, sum(CASE WHEN (day_drawn.day <= %(at)s::VARCHAR) THEN day_drawn.minutes ELSE %(param_1)s::INTEGER END) AS sum_2, max(CASE WHEN (day_drawn.returns > %(returns_1)s::INTEGER) THEN day_drawn.day END) AS max_1 \n'
            'FROM day_drawn \n'
            'WHERE day_drawn.customer_id = %(customer)s::INTEGER AND day_drawn."grant" = ANY(%(grants)s) GROUP BY day_drawn."grant"',
            None,
            {'param_1': 0, 'returns_1': 0},
        ),
    },
    'ledger.OF_CASE': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'ledger.OF_DAY': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry.worked_on = ?',
            ('customer', 'day'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry.worked_on = %(day)s::VARCHAR',
            None,
            {},
        ),
    },
    'ledger.FIRST': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry.contract = ? AND entry.category = ? AND NOT (EXISTS (SELECT 1 \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = ? AND correction.entry = entry.seq)) AND NOT (EXISTS (SELECT 1 \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = entry.customer_id AND quoted_work.seq = entry.seq)) ORDER BY entry.seq\n'
            ' LIMIT ? OFFSET ?',
            ('customer', 'contract', 'category', 'kind_1', 'param_1', 'param_2'),
            {'kind_1': 'void', 'param_1': 1, 'param_2': 0},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry.contract = %(contract)s::INTEGER AND entry.category = %(category)s::VARCHAR AND NOT (EXISTS (SELECT 1 \n'
            'FROM correction \n'
            'WHERE correction.customer_id = entry.customer_id AND correction.kind = %(kind_1)s::VARCHAR AND correction.entry = entry.seq)) AND NOT (EXISTS (SELECT 1 \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = entry.customer_id AND quoted_work.seq = entry.seq)) ORDER BY entry.seq \n'
            ' LIMIT %(param_1)s::INTEGER',
            None,
            {'kind_1': 'void', 'param_1': 1},
        ),
    },
    'ledger.AT': {
        'sqlite': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry.seq IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT entry.customer_id, entry.seq, entry.n, entry.id, entry.contract, entry."case", entry.category, entry.worked_on, entry.logged_seconds, entry.agent, entry.contact \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry.seq = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'ledger.CHARGES': {
        'sqlite': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = ? AND charge.entry IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT charge.customer_id, charge.seq, charge.n, charge.entry, charge.category, charge.minutes, charge.free, charge.overage, charge.rate, charge.owed, charge.dated_on \n'
            'FROM charge \n'
            'WHERE charge.customer_id = %(customer)s::INTEGER AND charge.entry = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'ledger.DRAWS': {
        'sqlite': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw.grant, draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = ? AND draw.entry IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw."grant", draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = %(customer)s::INTEGER AND draw.entry = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'ledger.VERIFIED': {
        'sqlite': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ? AND correction.kind = ? AND correction."case" = ?',
            ('customer', 'kind_1', 'case'),
            {'kind_1': 'verify'},
        ),
        'postgresql': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER AND correction.kind = %(kind_1)s::VARCHAR AND correction."case" = %(case)s::VARCHAR',
            None,
            {'kind_1': 'verify'},
        ),
    },
    'links._BY_DIGEST': {
        'sqlite': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.digest = ? ORDER BY access_link.made_at, access_link.name',
            ('digest',),
            {},
        ),
        'postgresql': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.digest = %(digest)s::VARCHAR ORDER BY access_link.made_at, access_link.name',
            None,
            {},
        ),
    },
    'links._BY_NAME': {
        'sqlite': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.name = ? ORDER BY access_link.made_at, access_link.name',
            ('name',),
            {},
        ),
        'postgresql': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.name = %(name)s::VARCHAR ORDER BY access_link.made_at, access_link.name',
            None,
            {},
        ),
    },
    'links._BY_ID': {
        'sqlite': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.external_id = ? ORDER BY access_link.made_at, access_link.name',
            ('id',),
            {},
        ),
        'postgresql': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id \n'
            'WHERE access_link.external_id = %(id)s::VARCHAR ORDER BY access_link.made_at, access_link.name',
            None,
            {},
        ),
    },
    'links._ALL': {
        'sqlite': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id ORDER BY access_link.made_at, access_link.name',
            (),
            {},
        ),
        'postgresql': (
            'SELECT access_link.name, access_link.role, customer.code, access_link.contact, access_link.own_cases, access_link.agent, access_link.made_at, access_link.expires_on, access_link.revoked_at, access_link.uses, access_link.used_at \n'
            'FROM access_link LEFT OUTER JOIN customer ON customer.id = access_link.customer_id ORDER BY access_link.made_at, access_link.name',
            None,
            {},
        ),
    },
    'links._SESSION': {
        'sqlite': (
            'SELECT session.link, session.expires_on \n'
            'FROM session \n'
            'WHERE session.digest = ?',
            ('digest',),
            {},
        ),
        'postgresql': (
            'SELECT session.link, session.expires_on \n'
            'FROM session \n'
            'WHERE session.digest = %(digest)s::VARCHAR',
            None,
            {},
        ),
    },
    'maintenance._AHEAD': {
        'sqlite': (
            'SELECT maintenance.content, maintenance.code \n'
            'FROM maintenance \n'
            'WHERE maintenance.ends_at > ? ORDER BY maintenance.starts_at, maintenance.code',
            ('at',),
            {},
        ),
        'postgresql': (
            'SELECT maintenance.content, maintenance.code \n'
            'FROM maintenance \n'
            'WHERE maintenance.ends_at > %(at)s::VARCHAR ORDER BY maintenance.starts_at, maintenance.code',
            None,
            {},
        ),
    },
    'numbering._SERIES_BY_LOCK[False]': {
        'sqlite': (
            'SELECT series.name, series.last_on, series.last_number, series.hash \n'
            'FROM series \n'
            'WHERE series.name = ?',
            ('of',),
            {},
        ),
        'postgresql': (
            'SELECT series.name, series.last_on, series.last_number, series.hash \n'
            'FROM series \n'
            'WHERE series.name = %(of)s::VARCHAR',
            None,
            {},
        ),
    },
    'numbering._SERIES_BY_LOCK[True]': {
        'sqlite': (
            'SELECT series.name, series.last_on, series.last_number, series.hash \n'
            'FROM series \n'
            'WHERE series.name = ?',
            ('of',),
            {},
        ),
        'postgresql': (
            'SELECT series.name, series.last_on, series.last_number, series.hash \n'
            'FROM series \n'
            'WHERE series.name = %(of)s::VARCHAR FOR UPDATE',
            None,
            {},
        ),
    },
    'parties.ISSUER': {
        'sqlite': (
            'SELECT issuer.id, issuer.name, issuer.country, issuer.language, issuer.email, issuer.vat_id, issuer.siren, issuer.electronic_address, issuer.street, issuer.house_number, issuer.second_line, issuer.postcode, issuer.city, issuer.vat_basis, issuer.currency, issuer.timezone, issuer.iban, issuer.qr_iban, issuer.round_total, issuer.terms, issuer.write_off_limit, issuer.reminder_minimum, issuer.bic, issuer.einvoice, issuer.region, issuer.exempt, issuer.tax_number, issuer.phone, issuer.web, issuer.contact, issuer.accent, issuer.logo, issuer.legal, issuer.period_n, issuer.period_hash, issuer.journal_n, issuer.journal_hash \n'
            'FROM issuer ORDER BY issuer.id',
            (),
            {},
        ),
        'postgresql': (
            'SELECT issuer.id, issuer.name, issuer.country, issuer.language, issuer.email, issuer.vat_id, issuer.siren, issuer.electronic_address, issuer.street, issuer.house_number, issuer.second_line, issuer.postcode, issuer.city, issuer.vat_basis, issuer.currency, issuer.timezone, issuer.iban, issuer.qr_iban, issuer.round_total, issuer.terms, issuer.write_off_limit, issuer.reminder_minimum, issuer.bic, issuer.einvoice, issuer.region, issuer.exempt, issuer.tax_number, issuer.phone, issuer.web, issuer.contact, issuer.accent, issuer.logo, issuer.legal, issuer.period_n, issuer.period_hash, issuer.journal_n, issuer.journal_hash \n'
            'FROM issuer ORDER BY issuer.id',
            None,
            {},
        ),
    },
    'parties._BEGUN': {
        'sqlite': (
            'INSERT INTO head (customer_id, seq, hash) SELECT customer.id, ? AS anon_1, ? AS anon_2 \n'
            'FROM customer \n'
            'WHERE customer.code = ?',
            ('param_1', 'param_2', 'of'),
            {'param_1': 0, 'param_2': '0000000000000000000000000000000000000000000000000000000000000000'},
        ),
        'postgresql': (
            'INSERT INTO head (customer_id, seq, hash) SELECT customer.id, %(param_1)s::INTEGER AS anon_1, %(param_2)s::VARCHAR AS anon_2 \n'
            'FROM customer \n'
            'WHERE customer.code = %(of)s::VARCHAR',
            None,
            {'param_1': 0, 'param_2': '0000000000000000000000000000000000000000000000000000000000000000'},
        ),
    },
    'parties.BY_KEY': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.vat_basis, customer.terms, customer.round_total, customer.consumer, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours, customer.held_reason \n'
            'FROM customer \n'
            'WHERE customer.id = ?',
            ('of',),
            {},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.vat_basis, customer.terms, customer.round_total, customer.consumer, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours, customer.held_reason \n'
            'FROM customer \n'
            'WHERE customer.id = %(of)s::BIGINT',
            None,
            {},
        ),
    },
    'parties._BY_CODE': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.vat_basis, customer.terms, customer.round_total, customer.consumer, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours, customer.held_reason \n'
            'FROM customer \n'
            'WHERE customer.code = ?',
            ('of',),
            {},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.vat_basis, customer.terms, customer.round_total, customer.consumer, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours, customer.held_reason \n'
            'FROM customer \n'
            'WHERE customer.code = %(of)s::VARCHAR',
            None,
            {},
        ),
    },
    'parties._DATA': {
        'sqlite': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.terms, customer.vat_basis, customer.round_total, customer.consumer, customer.held_reason, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours \n'
            'FROM customer \n'
            'WHERE customer.id = ?',
            ('of',),
            {},
        ),
        'postgresql': (
            'SELECT customer.id, customer.code, customer.name, customer.country, customer.language, customer.email, customer.vat_id, customer.siren, customer.electronic_address, customer.street, customer.house_number, customer.second_line, customer.postcode, customer.city, customer.terms, customer.vat_basis, customer.round_total, customer.consumer, customer.held_reason, customer."order", customer.buyer_reference, customer.einvoice, customer.attention, customer.hours \n'
            'FROM customer \n'
            'WHERE customer.id = %(of)s::BIGINT',
            None,
            {},
        ),
    },
    'parties._LIKE': {
        'sqlite': (
            'SELECT customer.code, customer.id \n'
            'FROM customer \n'
            'WHERE lower(customer.code) = ? ORDER BY customer.code',
            ('lower',),
            {},
        ),
        'postgresql': (
            'SELECT customer.code, customer.id \n'
            'FROM customer \n'
            'WHERE lower(customer.code) = %(lower)s ORDER BY customer.code',
            None,
            {},
        ),
    },
    'parties._CONTACTS': {
        'sqlite': (
            'SELECT contact.number, personal.value \n'
            'FROM contact JOIN personal ON personal.customer_id = contact.customer_id AND personal.seq = contact.seq AND personal.field = (? || CAST(contact.number AS VARCHAR)) \n'
            'WHERE contact.customer_id = ?',
            ('param_1', 'customer'),
            {'param_1': 'contact-'},
        ),
        'postgresql': (
            'SELECT contact.number, personal.value \n'
            'FROM contact JOIN personal ON personal.customer_id = contact.customer_id AND personal.seq = contact.seq AND personal.field = (%(param_1)s::VARCHAR || CAST(contact.number AS VARCHAR)) \n'
            'WHERE contact.customer_id = %(customer)s::INTEGER',
            None,
            {'param_1': 'contact-'},
        ),
    },
    'parties._LAST_CONTACT': {
        'sqlite': (
            'SELECT max(contact.number) AS max_1 \n'
            'FROM contact \n'
            'WHERE contact.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT max(contact.number) AS max_1 \n'
            'FROM contact \n'
            'WHERE contact.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'parties._NOTES': {
        'sqlite': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = ? AND personal.field = ?',
            ('customer', 'field_1'),
            {'field_1': 'note'},
        ),
        'postgresql': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = %(customer)s::INTEGER AND personal.field = %(field_1)s::VARCHAR',
            None,
            {'field_1': 'note'},
        ),
    },
    'parties._CHANGED': {
        'sqlite': (
            'SELECT correction.entry, correction.seq \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ? AND correction.kind = ?',
            ('customer', 'kind_1'),
            {'kind_1': 'note'},
        ),
        'postgresql': (
            'SELECT correction.entry, correction.seq \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER AND correction.kind = %(kind_1)s::VARCHAR',
            None,
            {'kind_1': 'note'},
        ),
    },
    'parties._NOTES_AT': {
        'sqlite': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = ? AND personal.field = ? AND personal.seq IN (__[places])',
            ('customer', 'field_1', 'places'),
            {'field_1': 'note'},
        ),
        'postgresql': (
            'SELECT personal.seq, personal.value \n'
            'FROM personal \n'
            'WHERE personal.customer_id = %(customer)s::INTEGER AND personal.field = %(field_1)s::VARCHAR AND personal.seq = ANY(%(places)s)',
            None,
            {'field_1': 'note'},
        ),
    },
    'parties._CHANGED_AT': {
        'sqlite': (
            'SELECT correction.entry, correction.seq \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ? AND correction.kind = ? AND correction.entry IN (__[places])',
            ('customer', 'kind_1', 'places'),
            {'kind_1': 'note'},
        ),
        'postgresql': (
            'SELECT correction.entry, correction.seq \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER AND correction.kind = %(kind_1)s::VARCHAR AND correction.entry = ANY(%(places)s)',
            None,
            {'kind_1': 'note'},
        ),
    },
    'parties._ALL_VERSIONS': {
        'sqlite': (
            'SELECT tariff_version.id, tariff_version.name, tariff_version.valid_from, tariff_version.text, tariff_version.digest \n'
            'FROM tariff_version ORDER BY tariff_version.id',
            (),
            {},
        ),
        'postgresql': (
            'SELECT tariff_version.id, tariff_version.name, tariff_version.valid_from, tariff_version.text, tariff_version.digest \n'
            'FROM tariff_version ORDER BY tariff_version.id',
            None,
            {},
        ),
    },
    'parties._VERSIONS': {
        'sqlite': (
            'SELECT tariff_version.id, tariff_version.name, tariff_version.valid_from, tariff_version.text, tariff_version.digest \n'
            'FROM tariff_version \n'
            'WHERE tariff_version.id IN (SELECT term.version \n'
            'FROM term \n'
            'WHERE term.customer_id = ?) ORDER BY tariff_version.id',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT tariff_version.id, tariff_version.name, tariff_version.valid_from, tariff_version.text, tariff_version.digest \n'
            'FROM tariff_version \n'
            'WHERE tariff_version.id IN (SELECT term.version \n'
            'FROM term \n'
            'WHERE term.customer_id = %(customer)s::INTEGER) ORDER BY tariff_version.id',
            None,
            {},
        ),
    },
    'parts._DRAWN': {
        'sqlite': (
            'SELECT day_drawn.grant, sum(day_drawn.minutes) AS sum_1, max(day_drawn.day) FILTER (WHERE day_drawn.returns > ?) AS anon_1 \n'
            'FROM day_drawn \n'
            'WHERE day_drawn.customer_id = ? GROUP BY day_drawn.grant',
            ('returns_1', 'customer'),
            {'returns_1': 0},
        ),
        'postgresql': (
            'SELECT day_drawn."grant", sum(day_drawn.minutes) AS sum_1, max(day_drawn.day) FILTER (WHERE day_drawn.returns > %(returns_1)s::INTEGER) AS anon_1 \n'
            'FROM day_drawn \n'
            'WHERE day_drawn.customer_id = %(customer)s::INTEGER GROUP BY day_drawn."grant"',
            None,
            {'returns_1': 0},
        ),
    },
    'parts._DRAWS_OF': {
        'sqlite': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw.grant, draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = ? AND draw.grant IN (__[grants]) AND draw.dated_on >= ? AND draw.dated_on <= ?',
            ('customer', 'grants', 'since', 'until'),
            {},
        ),
        'postgresql': (
            'SELECT draw.customer_id, draw.seq, draw.n, draw.entry, draw.charge_seq, draw.charge_n, draw."grant", draw.minutes, draw.dated_on, draw.kind \n'
            'FROM draw \n'
            'WHERE draw.customer_id = %(customer)s::INTEGER AND draw."grant" = ANY(%(grants)s) AND draw.dated_on >= %(since)s::VARCHAR AND draw.dated_on <= %(until)s::VARCHAR',
            None,
            {},
        ),
    },
    'parts._ON_CASE': {
        'sqlite': (
            'SELECT entry.seq \n'
            'FROM entry \n'
            'WHERE entry.customer_id = ? AND entry."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT entry.seq \n'
            'FROM entry \n'
            'WHERE entry.customer_id = %(customer)s::INTEGER AND entry."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'parts._ON_QUOTES': {
        'sqlite': (
            'SELECT quoted_work.seq \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = ? AND quoted_work.quote IN (__[quotes])',
            ('customer', 'quotes'),
            {},
        ),
        'postgresql': (
            'SELECT quoted_work.seq \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = %(customer)s::INTEGER AND quoted_work.quote = ANY(%(quotes)s)',
            None,
            {},
        ),
    },
    'parts._OWES': {
        'sqlite': (
            'SELECT sum(day_owed.minutes) AS sum_1 \n'
            'FROM day_owed \n'
            'WHERE day_owed.customer_id = ?',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT sum(day_owed.minutes) AS sum_1 \n'
            'FROM day_owed \n'
            'WHERE day_owed.customer_id = %(customer)s::INTEGER',
            None,
            {},
        ),
    },
    'parts._VERDICTS': {
        'sqlite': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ? AND correction."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER AND correction."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'parts._OF[QuotedWork]': {
        'sqlite': (
            'SELECT quoted_work.customer_id, quoted_work.seq, quoted_work.n, quoted_work.quote \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = ? AND quoted_work.seq IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT quoted_work.customer_id, quoted_work.seq, quoted_work.n, quoted_work.quote \n'
            'FROM quoted_work \n'
            'WHERE quoted_work.customer_id = %(customer)s::INTEGER AND quoted_work.seq = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'parts._OF[Correction]': {
        'sqlite': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = ? AND correction.entry IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT correction.customer_id, correction.seq, correction.n, correction.kind, correction.entry, correction."case", correction."on", correction.reason \n'
            'FROM correction \n'
            'WHERE correction.customer_id = %(customer)s::INTEGER AND correction.entry = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'parts._OF[Quote]': {
        'sqlite': (
            'SELECT quote.customer_id, quote.seq, quote.n, quote.number, quote.contract, quote.title, quote.kind, quote.amount, quote.price, quote.share, quote.currency, quote.minutes, quote."case", quote.quoted_on, quote.valid_until \n'
            'FROM quote \n'
            'WHERE quote.customer_id = ? AND quote.seq IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT quote.customer_id, quote.seq, quote.n, quote.number, quote.contract, quote.title, quote.kind, quote.amount, quote.price, quote.share, quote.currency, quote.minutes, quote."case", quote.quoted_on, quote.valid_until \n'
            'FROM quote \n'
            'WHERE quote.customer_id = %(customer)s::INTEGER AND quote.seq = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'parts._OF[QuoteEvent]': {
        'sqlite': (
            'SELECT quote_event.customer_id, quote_event.seq, quote_event.n, quote_event.quote, quote_event.kind, quote_event."on", quote_event.invoice \n'
            'FROM quote_event \n'
            'WHERE quote_event.customer_id = ? AND quote_event.quote IN (__[entries])',
            ('customer', 'entries'),
            {},
        ),
        'postgresql': (
            'SELECT quote_event.customer_id, quote_event.seq, quote_event.n, quote_event.quote, quote_event.kind, quote_event."on", quote_event.invoice \n'
            'FROM quote_event \n'
            'WHERE quote_event.customer_id = %(customer)s::INTEGER AND quote_event.quote = ANY(%(entries)s)',
            None,
            {},
        ),
    },
    'payments._PAID_BY_ONE': {
        'sqlite': (
            'SELECT payment.invoice, sum(payment.amount) AS sum_1 \n'
            'FROM payment LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE bounce.payment IS NULL AND payment.customer_id = ? GROUP BY payment.invoice',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT payment.invoice, sum(payment.amount) AS sum_1 \n'
            'FROM payment LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE bounce.payment IS NULL AND payment.customer_id = %(customer)s::INTEGER GROUP BY payment.invoice',
            None,
            {},
        ),
    },
    'payments._PAID': {
        'sqlite': (
            'SELECT document.currency, sum(payment.amount) AS sum_1 \n'
            'FROM payment JOIN document ON document.customer_id = payment.customer_id AND document.code = payment.invoice LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE payment.customer_id = ? AND bounce.payment IS NULL AND payment.own_money = ? GROUP BY document.currency',
            ('customer', 'own_money_1'),
            {'own_money_1': 0},
        ),
        'postgresql': (
            'SELECT document.currency, sum(payment.amount) AS sum_1 \n'
            'FROM payment JOIN document ON document.customer_id = payment.customer_id AND document.code = payment.invoice LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE payment.customer_id = %(customer)s::INTEGER AND bounce.payment IS NULL AND payment.own_money = %(own_money_1)s::INTEGER GROUP BY document.currency',
            None,
            {'own_money_1': 0},
        ),
    },
    'payments._PAID_BROUGHT': {
        'sqlite': (
            'SELECT brought_invoice.currency, sum(payment.amount) AS sum_1 \n'
            'FROM payment JOIN brought_invoice ON brought_invoice.customer_id = payment.customer_id AND brought_invoice.number = payment.invoice AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = brought_invoice.customer_id AND opening_void.opening = brought_invoice.seq)) LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE payment.customer_id = ? AND bounce.payment IS NULL AND payment.own_money = ? GROUP BY brought_invoice.currency',
            ('customer', 'own_money_1'),
            {'own_money_1': 0},
        ),
        'postgresql': (
            'SELECT brought_invoice.currency, sum(payment.amount) AS sum_1 \n'
            'FROM payment JOIN brought_invoice ON brought_invoice.customer_id = payment.customer_id AND brought_invoice.number = payment.invoice AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = brought_invoice.customer_id AND opening_void.opening = brought_invoice.seq)) LEFT OUTER JOIN bounce ON bounce.customer_id = payment.customer_id AND bounce.payment = payment.seq \n'
            'WHERE payment.customer_id = %(customer)s::INTEGER AND bounce.payment IS NULL AND payment.own_money = %(own_money_1)s::INTEGER GROUP BY brought_invoice.currency',
            None,
            {'own_money_1': 0},
        ),
    },
    'payments._DEPOSITED': {
        'sqlite': (
            'SELECT deposit.currency, sum(deposit.amount) AS sum_1 \n'
            'FROM deposit LEFT OUTER JOIN bounce ON bounce.customer_id = deposit.customer_id AND bounce.payment = deposit.seq \n'
            'WHERE deposit.customer_id = ? AND bounce.payment IS NULL AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = deposit.customer_id AND opening_void.opening = deposit.seq)) GROUP BY deposit.currency',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT deposit.currency, sum(deposit.amount) AS sum_1 \n'
            'FROM deposit LEFT OUTER JOIN bounce ON bounce.customer_id = deposit.customer_id AND bounce.payment = deposit.seq \n'
            'WHERE deposit.customer_id = %(customer)s::INTEGER AND bounce.payment IS NULL AND NOT (EXISTS (SELECT * \n'
            'FROM opening_void \n'
            'WHERE opening_void.customer_id = deposit.customer_id AND opening_void.opening = deposit.seq)) GROUP BY deposit.currency',
            None,
            {},
        ),
    },
    'payments._REFUNDED': {
        'sqlite': (
            'SELECT refund.currency, -sum(refund.amount) AS anon_1 \n'
            'FROM refund \n'
            'WHERE refund.customer_id = ? GROUP BY refund.currency',
            ('customer',),
            {},
        ),
        'postgresql': (
            'SELECT refund.currency, -sum(refund.amount) AS anon_1 \n'
            'FROM refund \n'
            'WHERE refund.customer_id = %(customer)s::INTEGER GROUP BY refund.currency',
            None,
            {},
        ),
    },
    'periods._ALL': {
        'sqlite': (
            'SELECT period.n, period.kind, period.month, period."on", period.reason, period.heads, period.settings, period.names \n'
            'FROM period \n'
            "WHERE period.kind != 'setting' ORDER BY period.n",
            (),
            {},
        ),
        'postgresql': (
            'SELECT period.n, period.kind, period.month, period."on", period.reason, period.heads, period.settings, period.names \n'
            'FROM period \n'
            "WHERE period.kind != 'setting' ORDER BY period.n",
            None,
            {},
        ),
    },
    'quoted._NAMED': {
        'sqlite': (
            'SELECT quote.seq \n'
            'FROM quote \n'
            'WHERE quote.customer_id = ? AND quote."case" = ?',
            ('customer', 'case'),
            {},
        ),
        'postgresql': (
            'SELECT quote.seq \n'
            'FROM quote \n'
            'WHERE quote.customer_id = %(customer)s::INTEGER AND quote."case" = %(case)s::VARCHAR',
            None,
            {},
        ),
    },
    'quoted._PLACE': {
        'sqlite': (
            'SELECT quote_document.customer_id, quote_document.seq \n'
            'FROM quote_document \n'
            'WHERE quote_document.code = ?',
            ('number',),
            {},
        ),
        'postgresql': (
            'SELECT quote_document.customer_id, quote_document.seq \n'
            'FROM quote_document \n'
            'WHERE quote_document.code = %(number)s::VARCHAR',
            None,
            {},
        ),
    },
    'references._REFERENCE': {
        'sqlite': (
            'SELECT reference.external_id, reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = ? AND reference.external_id = ?',
            ('kind', 'id'),
            {},
        ),
        'postgresql': (
            'SELECT reference.external_id, reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = %(kind)s::VARCHAR AND reference.external_id = %(id)s::VARCHAR',
            None,
            {},
        ),
    },
    'references._REFERENCES': {
        'sqlite': (
            'SELECT reference.external_id, reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = ? AND reference.external_id IN (__[ids])',
            ('kind', 'ids'),
            {},
        ),
        'postgresql': (
            'SELECT reference.external_id, reference.customer_id, reference.seq \n'
            'FROM reference \n'
            'WHERE reference.kind = %(kind)s::VARCHAR AND reference.external_id = ANY(%(ids)s)',
            None,
            {},
        ),
    },
    'references._REQUEST': {
        'sqlite': (
            'SELECT link.request \n'
            'FROM link \n'
            'WHERE link.customer_id = ? AND link.seq = ?',
            ('customer', 'seq'),
            {},
        ),
        'postgresql': (
            'SELECT link.request \n'
            'FROM link \n'
            'WHERE link.customer_id = %(customer)s::INTEGER AND link.seq = %(seq)s::INTEGER',
            None,
            {},
        ),
    },
    'references._REQUESTS': {
        'sqlite': (
            'SELECT link.customer_id, link.seq, link.request \n'
            'FROM link \n'
            'WHERE link.customer_id = ? AND link.seq IN (__[places])',
            ('customer', 'places'),
            {},
        ),
        'postgresql': (
            'SELECT link.customer_id, link.seq, link.request \n'
            'FROM link \n'
            'WHERE link.customer_id = %(customer)s::INTEGER AND link.seq = ANY(%(places)s)',
            None,
            {},
        ),
    },
    'timers._OF': {
        'sqlite': (
            'SELECT timer.agent, timer."case", timer.customer_id, timer.began_at, timer.since, timer.seconds \n'
            'FROM timer \n'
            'WHERE timer.agent = ? ORDER BY timer.since IS NULL, timer.began_at',
            ('agent',),
            {},
        ),
        'postgresql': (
            'SELECT timer.agent, timer."case", timer.customer_id, timer.began_at, timer.since, timer.seconds \n'
            'FROM timer \n'
            'WHERE timer.agent = %(agent)s::VARCHAR ORDER BY timer.since IS NULL, timer.began_at',
            None,
            {},
        ),
    },
    'timers._RUNNING': {
        'sqlite': (
            'SELECT timer.agent, timer."case", timer.customer_id, timer.began_at, timer.since, timer.seconds \n'
            'FROM timer \n'
            'WHERE timer.since IS NOT NULL ORDER BY timer.since, timer.agent',
            (),
            {},
        ),
        'postgresql': (
            'SELECT timer.agent, timer."case", timer.customer_id, timer.began_at, timer.since, timer.seconds \n'
            'FROM timer \n'
            'WHERE timer.since IS NOT NULL ORDER BY timer.since, timer.agent',
            None,
            {},
        ),
    },
    'timers._BEGIN': {
        'sqlite': (
            'INSERT INTO timer (agent, "case", customer_id, began_at, since, seconds, running) VALUES (?, ?, ?, ?, ?, ?, ?)',
            ('agent', 'case', 'customer_id', 'began_at', 'since', 'seconds', 'running'),
            {},
        ),
        'postgresql': (
            'INSERT INTO timer (agent, "case", customer_id, began_at, since, seconds, running) VALUES (%(agent)s::VARCHAR, %(case)s::VARCHAR, %(customer_id)s::INTEGER, %(began_at)s::VARCHAR, %(since)s::VARCHAR, %(seconds)s::INTEGER, %(running)s::INTEGER)',
            None,
            {},
        ),
    },
    'timers._DROP': {
        'sqlite': (
            'DELETE FROM timer WHERE timer.agent = ? AND timer."case" = ?',
            ('whose', 'what'),
            {},
        ),
        'postgresql': (
            'DELETE FROM timer WHERE timer.agent = %(whose)s::VARCHAR AND timer."case" = %(what)s::VARCHAR',
            None,
            {},
        ),
    },
    'timers._CHANGE': {
        'sqlite': (
            'UPDATE timer SET since=?, seconds=?, running=? WHERE timer.agent = ? AND timer."case" = ?',
            ('since', 'seconds', 'running', 'whose', 'what'),
            {},
        ),
        'postgresql': (
            'UPDATE timer SET since=%(since)s::VARCHAR, seconds=%(seconds)s::INTEGER, running=%(running)s::INTEGER WHERE timer.agent = %(whose)s::VARCHAR AND timer."case" = %(what)s::VARCHAR',
            None,
            {},
        ),
    },
}
