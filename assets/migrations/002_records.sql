-- What follows from the journal, so that people and read commands can query it. Every table here can
-- be emptied: it is made again from the journal. Money is decimal text, times are RFC 3339 in UTC,
-- and `record` is the whole record as JSON. `ord` is the journal row that first put the record.
-- `living` is 1 where something is expected of a record: every desk that books reads those. `seal` is
-- the SHA-256 of `record`. The digest in meta covers ord, living, picked, seal and what every row
-- is found by, so that it is known to be whole without reading the records.

-- One row: how far the tables below have followed the journal.
CREATE TABLE meta (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    rules           INTEGER NOT NULL,  -- version of the rules that filled them
    projected_seq   INTEGER NOT NULL,  -- the newest journal row they hold
    head_hash       TEXT NOT NULL,     -- that row's hash, so that a cut-off end is noticed
    digest          TEXT NOT NULL      -- of all records below, so that an edited or emptied table is noticed
) STRICT;
INSERT INTO meta (id, rules, projected_seq, head_hash, digest) VALUES (1, 0, 0, '', '');

CREATE TABLE quotes (
    ord          INTEGER PRIMARY KEY,
    seller       TEXT NOT NULL,
    quote_id     TEXT NOT NULL,
    status       TEXT NOT NULL,  -- available, booked, expired, declined, other
    raw_status   TEXT NOT NULL,  -- the seller's own word
    stage        TEXT NOT NULL,  -- QUOTED, MY_TURN, …
    deal_type    TEXT NOT NULL,  -- PG, PD, PA
    product_id   TEXT NOT NULL,
    product_name TEXT NOT NULL,
    final_cpm    TEXT,
    agreed_cpm   TEXT,
    currency     TEXT,
    impressions  INTEGER,
    flight_start TEXT,
    flight_end   TEXT,
    cost         TEXT,
    received_at  TEXT NOT NULL,
    changed_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    rfq          TEXT,
    requote_of   TEXT,
    replaced_by  TEXT,
    deal_id      TEXT,
    ticket       TEXT,
    living       INTEGER NOT NULL,
    picked       TEXT,           -- talks: it was talked about, or its seller would not
    seal         BLOB NOT NULL,
    record       TEXT NOT NULL,
    UNIQUE (seller, quote_id)
) STRICT;
CREATE INDEX quotes_sealed ON quotes (living, picked, seal, seller, quote_id);
CREATE INDEX quotes_picked ON quotes (seller) WHERE picked IS NOT NULL;
CREATE INDEX quotes_by_status ON quotes (status);
CREATE INDEX quotes_by_id ON quotes (quote_id);

-- Every move of every negotiation, the quoted price first.
CREATE TABLE rounds (
    seller    TEXT NOT NULL,
    quote_id  TEXT NOT NULL,
    n         INTEGER NOT NULL,  -- position: 0 is the quoted price
    round     INTEGER NOT NULL,
    by        TEXT NOT NULL,     -- us, them
    action    TEXT NOT NULL,     -- open, counter, final_offer, accept, reject, walk, or their word
    cpm       TEXT,
    currency  TEXT,
    rationale TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (seller, quote_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookings (
    ord             INTEGER PRIMARY KEY,
    ticket          TEXT NOT NULL UNIQUE,
    seller          TEXT NOT NULL,
    quote_id        TEXT NOT NULL,
    deal_id         TEXT,
    state           TEXT NOT NULL,  -- sent, done, disputed, refused, expired, not_sent, unknown
    owner           TEXT NOT NULL,  -- the process that sent it
    idempotency_key TEXT NOT NULL,
    confirmed_cpm   TEXT NOT NULL,
    cost            TEXT NOT NULL,
    currency        TEXT NOT NULL,
    by              TEXT NOT NULL,
    at              TEXT NOT NULL,
    ended_at        TEXT,
    says            TEXT,
    released        INTEGER NOT NULL,  -- 1: its deal no longer binds money
    living          INTEGER NOT NULL,
    picked          TEXT,           -- of which kind it makes the usual, in its currency
    seal            BLOB NOT NULL,
    record          TEXT NOT NULL
) STRICT;
CREATE INDEX bookings_sealed ON bookings (living, picked, seal, ticket, quote_id);
CREATE INDEX bookings_picked ON bookings (picked) WHERE picked IS NOT NULL;
CREATE INDEX bookings_by_state ON bookings (state);
CREATE INDEX bookings_by_quote ON bookings (quote_id);

CREATE TABLE deals (
    ord           INTEGER PRIMARY KEY,
    seller        TEXT NOT NULL,
    deal_id       TEXT NOT NULL,
    quote_id      TEXT,
    status        TEXT NOT NULL,  -- proposed, active, …
    raw_status    TEXT NOT NULL,  -- the seller's own word
    ours          TEXT NOT NULL,  -- booked, disputed
    stage         TEXT NOT NULL,
    deal_type     TEXT NOT NULL,
    product_id    TEXT NOT NULL,
    product_name  TEXT NOT NULL,
    final_cpm     TEXT,
    agreed_cpm    TEXT NOT NULL,
    currency      TEXT NOT NULL,
    impressions   INTEGER,
    flight_start  TEXT,
    flight_end    TEXT,
    cost          TEXT,
    ticket        TEXT NOT NULL,
    booked_at     TEXT NOT NULL,
    changed_at    TEXT NOT NULL,
    expires_at    TEXT,
    living        INTEGER NOT NULL,
    picked        TEXT,           -- disputed: it is not as agreed
    seal          BLOB NOT NULL,
    record        TEXT NOT NULL,
    UNIQUE (seller, deal_id)
) STRICT;
CREATE INDEX deals_sealed ON deals (living, picked, seal, seller, deal_id);
CREATE INDEX deals_picked ON deals (picked) WHERE picked IS NOT NULL;
CREATE INDEX deals_by_stage ON deals (stage);
CREATE INDEX deals_by_id ON deals (deal_id);

-- Every change of status: of a quote in the desk's stages, of a deal in its seller's own words.
CREATE TABLE transitions (
    seq         INTEGER NOT NULL,  -- the journal row behind it
    of          TEXT NOT NULL,     -- quote, deal
    seller      TEXT NOT NULL,
    id          TEXT NOT NULL,
    from_status TEXT NOT NULL,     -- empty at the first
    to_status   TEXT NOT NULL,
    by          TEXT NOT NULL,
    at          TEXT NOT NULL,
    notes       TEXT NOT NULL
) STRICT;
CREATE INDEX transitions_by_id ON transitions (of, seller, id);

-- Money that is out, summed up by the desk's own rule: one row, as JSON.
CREATE TABLE exposure (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL
) STRICT;
