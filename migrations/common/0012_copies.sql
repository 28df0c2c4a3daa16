-- Which servers hold copies of what is in a closed group hosted here. Owner: src/groups/holders.rs.
CREATE TABLE copy_holders (
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  host TEXT NOT NULL,
  since TIMESTAMPTZ NOT NULL,          -- when something of the group was first delivered there
  dropped_at TIMESTAMPTZ,              -- when the server last said that it has dropped all it had; NULL: it holds copies
  PRIMARY KEY (group_id, host)
);
