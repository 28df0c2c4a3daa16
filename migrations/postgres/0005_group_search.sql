CREATE TABLE group_index (
  number BIGINT PRIMARY KEY REFERENCES group_entries (number) ON DELETE CASCADE,
  terms TSVECTOR NOT NULL
);
CREATE INDEX group_index_terms ON group_index USING gin (terms);
