-- What is stopped: one row, as JSON. Made from the journal like the tables of records.
CREATE TABLE controls (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL
) STRICT;
