-- Links between open groups: topics of one, the source, are shown in another, the target. Owner: src/links.

CREATE TABLE group_links (
  id UUID PRIMARY KEY,
  source_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  target_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  state TEXT NOT NULL,                 -- asked, accepted
  asked_by TEXT NOT NULL,              -- source, target: whose staff asked
  takes TEXT NOT NULL,                 -- all, promoted: which topics the target shows
  words TEXT NOT NULL,                 -- of all, those with one of these words, a line each; empty: all of them
  note TEXT NOT NULL,                  -- what was written when asking
  follow_uri TEXT,                     -- id of the target's Follow, for Accept, Reject and Undo
  invite_uri TEXT,                     -- id of the source's Invite, for Reject and Undo
  created_by UUID REFERENCES people (id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL,
  accepted_at TIMESTAMPTZ,
  UNIQUE (source_id, target_id)
);
CREATE INDEX group_links_target ON group_links (target_id, state);

-- Topics of other groups that a group shows. Their times are kept as those of the topic, so that a list of both needs no sorting.
CREATE TABLE shown_topics (
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  thread_id UUID NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  promoted BOOLEAN NOT NULL,           -- its curators chose it
  created_at TIMESTAMPTZ NOT NULL,
  active_at TIMESTAMPTZ NOT NULL,
  shown_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (group_id, thread_id)
);
CREATE INDEX shown_topics_active ON shown_topics (group_id, active_at, thread_id);
CREATE INDEX shown_topics_new ON shown_topics (group_id, created_at, thread_id);
CREATE INDEX shown_topics_thread ON shown_topics (thread_id);

-- Proposals to show a topic in a group that its own is linked to ("landelijk interessant").
CREATE TABLE promotions (
  id UUID PRIMARY KEY,
  thread_id UUID NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,  -- where it would be shown
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,  -- who proposed it; NULL: its group, elsewhere
  note TEXT NOT NULL,
  state TEXT NOT NULL,                 -- consent, offered, accepted, declined, refused, ended
  offer_uri TEXT UNIQUE,               -- id of the Offer, when one of the two groups is elsewhere
  reason TEXT NOT NULL,                -- why curators refused it or took it off
  created_at TIMESTAMPTZ NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL,
  UNIQUE (thread_id, group_id)
);
CREATE INDEX promotions_queue ON promotions (group_id, state, created_at, id);
