-- What sellers publish, as last read. Not part of the record: it may be emptied at any time.
CREATE TABLE cache (
    seller TEXT NOT NULL,
    kind   TEXT NOT NULL,  -- kit, products, …
    json   TEXT NOT NULL,
    at     TEXT NOT NULL,  -- when it was read, RFC 3339
    PRIMARY KEY (seller, kind)
) STRICT, WITHOUT ROWID;
