-- The table of the example nightly-to-postgres.json. Run it once in your database:
--   psql -f nightly-to-postgres.sql
create table if not exists vendor_invoices (
	dedupe_key      text primary key, -- never changes: the key of the upsert
	content_hash    text not null,    -- another hash: the vendor changed the invoice
	provider        text not null,
	supplier_name   text not null,
	account_id      text,
	invoice_id      text not null,
	invoice_number  text,
	type            text not null,    -- invoice, creditNote, estimate
	direction       text not null,    -- payable: you owe it; receivable: it is owed to you
	status          text not null,
	source_status   text,
	description     text,
	issue_date      date,
	due_date        date,
	paid_date       date,
	period_start    date,
	period_end      date,
	currency        text,
	sub_total       numeric,          -- null: the vendor does not say
	tax_amount      numeric,
	total_amount    numeric,
	signed_total    numeric,          -- negative for a credit note: this is what to add up
	amount_paid     numeric,
	amount_due      numeric,
	account_balance jsonb,
	line_items      jsonb not null,
	tax_items       jsonb not null,
	payments        jsonb not null,
	derived_fields  jsonb not null,
	warnings        jsonb not null,   -- not empty: look at it
	lines_complete  boolean not null,
	has_pdf         boolean not null,
	first_read      timestamptz not null default now(),
	last_read       timestamptz not null
);
