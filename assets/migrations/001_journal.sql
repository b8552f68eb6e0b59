-- The journal: one row per fact, in order, never changed. Each row's hash covers the row before it.
CREATE TABLE journal (
    seq       INTEGER PRIMARY KEY,  -- 1, 2, 3, … without gaps
    at        TEXT NOT NULL,        -- RFC 3339, UTC, milliseconds
    actor     TEXT NOT NULL,        -- ana@terminal, desk, or a seller
    kind      TEXT NOT NULL,        -- subject.verb: quote.received, booking.done, …
    seller    TEXT NOT NULL,        -- our name for the seller
    subject   TEXT NOT NULL,        -- the id a person looks it up by
    quote_id  TEXT,
    deal_id   TEXT,
    entry     TEXT NOT NULL,        -- the whole fact as JSON
    prev_hash TEXT NOT NULL,        -- hash of the row before; zeros in the first row
    hash      TEXT NOT NULL         -- SHA-256 hex of prev_hash, seq and entry, a line each
) STRICT;

CREATE INDEX journal_by_quote ON journal (quote_id) WHERE quote_id IS NOT NULL;
CREATE INDEX journal_by_deal ON journal (deal_id) WHERE deal_id IS NOT NULL;

CREATE TRIGGER journal_keeps_every_row BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_changes_no_row BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_has_no_gaps BEFORE INSERT ON journal
WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
