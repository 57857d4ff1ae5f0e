-- The tables of the example nightly-to-postgres.json. Run it once in your database:
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
	status          text not null,    -- draft: not issued yet, it may still change
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
	custom_fields   jsonb not null,
	derived_fields  jsonb not null,
	warnings        jsonb not null,
	notes           jsonb not null,
	doubt           text,             -- why a person should look at it; null: nothing calls for one
	told            text,             -- the doubt that was last in a message
	lines_complete  boolean not null,
	has_pdf         boolean not null,
	first_read      timestamptz not null default now(),
	last_read       timestamptz not null
);

-- What changed: one row for each change of an invoice that was stored before. The database writes
-- it together with the change, so that none is missing or doubled if a run is killed or two overlap.
create table if not exists vendor_invoice_changes (
	change_id    bigint generated always as identity primary key,
	dedupe_key   text not null,
	changed_at   timestamptz not null default now(),
	old_total    numeric,             -- the signed totals; equal: something else has changed
	new_total    numeric,
	old_currency text,
	currency     text,
	old_status   text not null,
	new_status   text not null
);

-- Invoices that the vendor's list no longer has: removed there, or numbered (a bill without an ID
-- gets another key then). They still count in sums over vendor_invoices.
create or replace view vendor_invoices_not_listed as
select * from (
	select *, max(last_read) over (partition by provider, supplier_name, account_id) as list_read
	from vendor_invoices
) as invoices
where last_read < list_read - interval '12 hours';

create or replace function vendor_invoices_keep_latest() returns trigger language plpgsql as $$
begin
	-- Of two runs at once, the one that read earlier does not undo what the other has stored.
	-- A clock that was once ahead holds up nothing.
	if new.last_read < old.last_read and old.last_read <= now() then
		return old;
	end if;
	return new;
end $$;

create or replace function vendor_invoices_note_change() returns trigger language plpgsql as $$
begin
	insert into vendor_invoice_changes
		(dedupe_key, old_total, new_total, old_currency, currency, old_status, new_status)
	values
		(new.dedupe_key, old.signed_total, new.signed_total, old.currency, new.currency, old.status, new.status);
	return null;
end $$;

drop trigger if exists keep_latest on vendor_invoices;
create trigger keep_latest before update on vendor_invoices
	for each row execute function vendor_invoices_keep_latest();

drop trigger if exists note_change on vendor_invoices;
create trigger note_change after update on vendor_invoices
	for each row
	when ((old.content_hash, old.signed_total, old.currency, old.status)
		is distinct from (new.content_hash, new.signed_total, new.currency, new.status))
	execute function vendor_invoices_note_change();
