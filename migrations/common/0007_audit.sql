-- Who got in, and who administered: for whoever has to account for it. Owner: src/audit.rs.

CREATE TABLE audit (
  id UUID PRIMARY KEY,
  act TEXT NOT NULL,                   -- what: audit::Act
  outcome TEXT NOT NULL,               -- how it ended: audit::Outcome
  by_id UUID,                          -- who, where that is known; no key: the line stays when the person goes
  object TEXT NOT NULL,                -- about what: method and path, or a command; may be empty
  origin TEXT NOT NULL,                -- from where: an address on the network, or 'command line'
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX audit_log ON audit (created_at, id);
