-- Rules about what may pass between this instance and others, how they are changed, and what waits because of them.

-- What may pass. NULL: whatever it is. Owner: src/rules.
CREATE TABLE rules (
  id UUID PRIMARY KEY,
  effect TEXT NOT NULL,                -- allow, no-media, hide, read-only, hold, refuse
  host TEXT,                           -- a host, or a domain with all names below it
  organisation TEXT,                   -- kind of organisation
  group_id UUID REFERENCES groups (id) ON DELETE CASCADE,
  kind TEXT,                           -- topic, reply, reaction, report, join
  class TEXT,
  direction TEXT,                      -- in, out, fetch
  until TIMESTAMPTZ,                   -- NULL: until it is taken away
  reason TEXT NOT NULL,
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL
);

-- Changes of the rules: proposed with what they would do, applied, undone. Owner: src/rules/changes.
CREATE TABLE rule_changes (
  id UUID PRIMARY KEY,
  state TEXT NOT NULL,                 -- proposed, awaiting, applied, undone, withdrawn
  changes TEXT NOT NULL,               -- JSON: what is to change
  reason TEXT NOT NULL,
  result TEXT NOT NULL,                -- JSON: what it would change, by the log of the last days
  hash TEXT NOT NULL,                  -- SHA-256 of changes and result: what is applied is what was seen
  wide BOOLEAN NOT NULL,               -- a second administrator has to agree
  before TEXT NOT NULL,                -- JSON: what stood there before it was applied; empty until then
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  second_id UUID REFERENCES people (id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL,
  ran_at TIMESTAMPTZ NOT NULL,         -- when the result was made
  applied_at TIMESTAMPTZ,
  undone_at TIMESTAMPTZ
);
CREATE INDEX rule_changes_created ON rule_changes (created_at, id);

-- Memberships and follows that ended because of a change, for when it is undone. Owner: src/rules/changes.
CREATE TABLE severed_ties (
  id UUID PRIMARY KEY,
  change_id UUID NOT NULL REFERENCES rule_changes (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                  -- membership, follow; once it was undone: restored, lost
  tie TEXT NOT NULL,                   -- JSON: the row as it was
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX severed_ties_change ON severed_ties (change_id, id);

-- Who runs the server, as our administrators know it. Owner: src/federation/store.
ALTER TABLE peers ADD COLUMN organisation TEXT NOT NULL DEFAULT 'unknown';

-- Lists ask whether any server is limited.
CREATE INDEX peers_state ON peers (state, host);

-- The group that an activity is about which waits for a moderator, and who let it in. Owner: src/federation/store.
ALTER TABLE inbox ADD COLUMN held_in UUID REFERENCES groups (id) ON DELETE SET NULL;
ALTER TABLE inbox ADD COLUMN released_by UUID REFERENCES people (id) ON DELETE SET NULL;
CREATE INDEX inbox_held ON inbox (created_at, id) WHERE state = 'held';
CREATE INDEX inbox_held_subject ON inbox (subject, id) WHERE state = 'held';

-- The chain of the audit trail: each line holds the hash of itself and of the line before it. Owner: src/audit.
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE TABLE audit_days (
  day TEXT PRIMARY KEY,                -- 2026-12-01, in UTC
  lines BIGINT NOT NULL,
  last TEXT NOT NULL                   -- hash of its last line
);
