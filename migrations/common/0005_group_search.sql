-- Groups in full-text search. Owner: src/db/search.rs.

-- Which groups search knows; the terms are in the index that each database has its own of.
CREATE TABLE group_entries (
  number BIGINT PRIMARY KEY,           -- SQLite's FTS5 wants a whole number
  group_id UUID NOT NULL UNIQUE REFERENCES groups (id) ON DELETE CASCADE,
  analyser BIGINT NOT NULL,            -- version of the analyser that made the terms
  created_at TIMESTAMPTZ NOT NULL
);
