-- A membership of a group hosted here can have an end, as for a temporary assignment. Owner: src/membership/ending.rs.
ALTER TABLE memberships ADD COLUMN until TIMESTAMPTZ;
CREATE INDEX memberships_until ON memberships (until) WHERE until IS NOT NULL;
