-- Groups, membership and bans. Owner: src/groups, src/membership, src/moderation.

CREATE TABLE groups (
  id UUID PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  mission TEXT NOT NULL,               -- one sentence
  description TEXT NOT NULL,           -- Markdown
  description_html TEXT NOT NULL,
  rules TEXT NOT NULL,                 -- ground rules, Markdown
  rules_html TEXT NOT NULL,
  emblem_id UUID,
  emblem_url TEXT,
  emblem_alt TEXT NOT NULL,
  colour BIGINT NOT NULL,              -- 1 to 8, a class of the theme
  class TEXT NOT NULL,                 -- openbaar, leden, vertrouwelijk, lokaal
  joining TEXT NOT NULL,               -- open, approval
  posting TEXT NOT NULL,               -- members, staff: who starts topics
  featured TEXT,                       -- remote: collection of pinned topics
  moderators TEXT,                     -- remote: collection of moderators
  member_count BIGINT NOT NULL,
  topic_count BIGINT NOT NULL,
  active_at TIMESTAMPTZ NOT NULL,
  created_by UUID REFERENCES people (id) ON DELETE SET NULL,
  archived_at TIMESTAMPTZ,             -- nothing new is posted
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX groups_active ON groups (active_at, id);

-- Who belongs to a group. Followers from elsewhere are members too.
CREATE TABLE memberships (
  id UUID PRIMARY KEY,
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL,                  -- member, moderator, owner
  state TEXT NOT NULL,                 -- pending, accepted
  motivation TEXT NOT NULL,
  follow_uri TEXT,                     -- id of the Follow activity, for Accept, Reject and Undo
  created_at TIMESTAMPTZ NOT NULL,
  accepted_at TIMESTAMPTZ,
  UNIQUE (group_id, person_id)
);
CREATE INDEX memberships_person ON memberships (person_id);
CREATE INDEX memberships_list ON memberships (group_id, state, created_at, id);
CREATE INDEX memberships_staff ON memberships (group_id, role);

CREATE TABLE bans (
  id UUID PRIMARY KEY,
  group_id UUID REFERENCES groups (id) ON DELETE CASCADE,   -- NULL: from the whole instance
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  reason TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  until TIMESTAMPTZ,                   -- NULL: until it is lifted
  lifted_at TIMESTAMPTZ
);
CREATE INDEX bans_person ON bans (person_id);

-- People and things that are reported, also by people without an account.
CREATE TABLE reports (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL,               -- the first report of the case: all open ones about the same thing
  uri TEXT UNIQUE,                     -- id of the Flag, when it came in
  group_id UUID REFERENCES groups (id) ON DELETE CASCADE,
  post_id UUID,
  person_id UUID REFERENCES people (id) ON DELETE CASCADE,  -- whose post, or who is reported
  reporter_id UUID REFERENCES people (id) ON DELETE SET NULL,
  reporter_name TEXT NOT NULL,         -- somebody without an account
  reporter_email TEXT NOT NULL,
  reporter_host TEXT NOT NULL,         -- empty: here
  entry_id UUID,                       -- objection: the moderators' decision, a line of the journal
  category TEXT NOT NULL,              -- rules, privacy, illegal, spam, other, objection
  reason TEXT NOT NULL,
  state TEXT NOT NULL,                 -- open, acted, dismissed
  forwarded BOOLEAN NOT NULL,
  resolved_by UUID REFERENCES people (id) ON DELETE SET NULL,
  resolution TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  resolved_at TIMESTAMPTZ
);
CREATE INDEX reports_queue ON reports (state, created_at, id);
CREATE INDEX reports_case ON reports (case_id);
CREATE INDEX reports_post ON reports (post_id);
CREATE INDEX reports_person ON reports (person_id);
