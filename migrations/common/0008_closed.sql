-- Closed groups: what outsiders may know of them, how one is invited, and which servers may hold what is in them.

-- Outsiders may know that this closed group exists, and see its public part. Owner: src/groups.
ALTER TABLE groups ADD COLUMN face BOOLEAN NOT NULL DEFAULT FALSE;

-- Mails about closed groups of class leden may name a topic's title. Owner: src/people.
ALTER TABLE accounts ADD COLUMN mail_titles BOOLEAN NOT NULL DEFAULT FALSE;

-- One-time invitations into a group. Owner: src/membership/invitations.rs.
CREATE TABLE invitations (
  id UUID PRIMARY KEY,
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  person_id UUID REFERENCES people (id) ON DELETE CASCADE,  -- for this person alone; NULL: for whoever has the link
  secret TEXT UNIQUE,                  -- hash of the secret in the link; NULL: there is no link
  note TEXT NOT NULL,                  -- whom it is meant for, for those who keep the list
  created_at TIMESTAMPTZ NOT NULL,
  until TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ,
  used_by UUID REFERENCES people (id) ON DELETE SET NULL,
  withdrawn_at TIMESTAMPTZ
);
CREATE INDEX invitations_group ON invitations (group_id, created_at, id);
CREATE INDEX invitations_person ON invitations (person_id);

-- What was agreed with another server about closed content. Owner: src/agreements.
CREATE TABLE agreements (
  host TEXT PRIMARY KEY,
  state TEXT NOT NULL,                 -- agreed, suspended, ended
  ceiling TEXT NOT NULL,               -- the strictest class that may go there: leden, vertrouwelijk
  until TIMESTAMPTZ,                   -- NULL: until it is ended
  organisation TEXT NOT NULL,
  contact TEXT NOT NULL,
  purpose TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL,
  reminded BIGINT NOT NULL DEFAULT 0   -- how many days before its end administrators were last reminded; 0: not yet
);
