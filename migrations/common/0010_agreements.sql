-- Agreements become a conversation: who asked, what the other side last told us of its own, and what administrators wrote each other.

-- Owner: src/agreements. `state` can also be requested or discussion.
ALTER TABLE agreements ADD COLUMN asked TEXT NOT NULL DEFAULT 'nobody';
ALTER TABLE agreements ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agreements ADD COLUMN their_state TEXT;
ALTER TABLE agreements ADD COLUMN their_ceiling TEXT;
ALTER TABLE agreements ADD COLUMN their_until TIMESTAMPTZ;
ALTER TABLE agreements ADD COLUMN their_organisation TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN their_contact TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN their_purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE agreements ADD COLUMN their_at TIMESTAMPTZ;

-- What administrators of both sides wrote each other about an agreement. Owner: src/agreements.
CREATE TABLE agreement_messages (
  id UUID PRIMARY KEY,
  host TEXT NOT NULL REFERENCES agreements (host) ON DELETE CASCADE,
  uri TEXT NOT NULL UNIQUE,            -- its id on the wire
  ours BOOLEAN NOT NULL,               -- written here
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  content TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agreement_messages_host ON agreement_messages (host, created_at, id);
