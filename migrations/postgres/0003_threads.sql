CREATE TABLE search_index (
  number BIGINT PRIMARY KEY REFERENCES search_entries (number) ON DELETE CASCADE,
  terms TSVECTOR NOT NULL
);
CREATE INDEX search_index_terms ON search_index USING gin (terms);
