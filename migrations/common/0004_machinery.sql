-- Journal, jobs, instance settings, federation. Owner: src/journal.rs, src/jobs.rs, src/instance, src/federation/store.rs.

-- What happened, in order. The public moderation log and all that follows from an act read this.
CREATE TABLE journal (
  id UUID PRIMARY KEY,
  act TEXT NOT NULL,
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  remote BOOLEAN NOT NULL,             -- the act came in from another server
  moderation BOOLEAN NOT NULL,         -- shown in the public moderation log
  group_id UUID REFERENCES groups (id) ON DELETE SET NULL,
  thread_id UUID,
  post_id UUID,
  person_id UUID,                      -- whom it was done to
  detail TEXT NOT NULL,                -- JSON
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX journal_moderation ON journal (group_id, created_at, id) WHERE moderation;
CREATE INDEX journal_age ON journal (created_at);

CREATE TABLE jobs (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,               -- JSON
  lane TEXT NOT NULL,                  -- jobs of one lane are done in the order they were made; empty: in any order
  run_at TIMESTAMPTZ NOT NULL,         -- not before; while leased: when the lease ends
  attempts BIGINT NOT NULL,
  leased_by TEXT,
  failed_at TIMESTAMPTZ,               -- given up
  error TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE failed_at IS NULL;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,                 -- JSON
  updated_at TIMESTAMPTZ NOT NULL
);

-- Pages that an admin writes: privacy, accessibility, rules, contact.
CREATE TABLE pages (
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  content TEXT NOT NULL,               -- Markdown
  html TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (name, language)
);

-- Other servers.
CREATE TABLE peers (
  host TEXT PRIMARY KEY,
  state TEXT NOT NULL,                 -- open, limited, blocked
  paused BOOLEAN NOT NULL,             -- deliveries wait
  note TEXT NOT NULL,
  software TEXT NOT NULL,
  version TEXT NOT NULL,
  form TEXT NOT NULL,                  -- unknown, threadiverse, microblog: which Announce it shows
  scheme TEXT NOT NULL,                -- cavage, rfc9421-rsa, rfc9421-ed25519: how we sign to it
  implements TEXT NOT NULL,            -- FEP-844e, words separated by spaces
  application TEXT,                    -- its Application actor (FEP-2677)
  failures BIGINT NOT NULL,            -- in a row
  retry_at TIMESTAMPTZ,                -- back-off: nothing is sent before
  leased_by TEXT,                      -- the process that delivers to it now: one at a time, which keeps the order
  leased_until TIMESTAMPTZ,
  seen_at TIMESTAMPTZ,                 -- last signed request from it
  reached_at TIMESTAMPTZ,              -- last successful delivery or fetch
  failed_at TIMESTAMPTZ,
  error TEXT NOT NULL,
  nodeinfo_at TIMESTAMPTZ,             -- when it last said what it is, or had nothing to say; null: to be asked
  created_at TIMESTAMPTZ NOT NULL
);

-- Activities that came in, kept as they came until they are applied.
CREATE TABLE inbox (
  id UUID PRIMARY KEY,
  actor_uri TEXT NOT NULL,
  activity_uri TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- Create, Announce, …
  body TEXT,                           -- raw JSON; NULL once pruned: the id stays against replay
  lane TEXT NOT NULL,                  -- what it must be applied in order with: a host and thread
  subject TEXT NOT NULL,               -- id of the thing it is about, so that what follows on it finds its lane
  state TEXT NOT NULL,                 -- waiting, parked, applied, ignored, refused, failed
  reason TEXT NOT NULL,                -- id of the rule that refused it
  attempts BIGINT NOT NULL,
  run_at TIMESTAMPTZ NOT NULL,         -- not before; while leased: when the lease ends
  leased_by TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  done_at TIMESTAMPTZ,
  UNIQUE (actor_uri, activity_uri)
);
CREATE INDEX inbox_due ON inbox (run_at, id) WHERE done_at IS NULL;
CREATE INDEX inbox_lane ON inbox (lane, id) WHERE done_at IS NULL;
CREATE INDEX inbox_subject ON inbox (subject, id) WHERE done_at IS NULL;
CREATE INDEX inbox_log ON inbox (created_at, id);

-- Requests refused at the door, before anything was stored.
CREATE TABLE refusals (
  id UUID PRIMARY KEY,
  host TEXT NOT NULL,
  actor_uri TEXT NOT NULL,
  kind TEXT NOT NULL,
  status BIGINT NOT NULL,
  reason TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX refusals_log ON refusals (created_at, id);

-- Our activities: each is served at its id, and is what deliveries send, byte for byte.
CREATE TABLE activities (
  id UUID PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE,
  actor_id UUID NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  group_id UUID,                       -- whose class decides who may read it
  object_uri TEXT NOT NULL,            -- what it is about, for Undo of an Announce
  document TEXT NOT NULL,              -- JSON
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX activities_object ON activities (object_uri);
CREATE INDEX activities_outbox ON activities (actor_id, created_at, id);

CREATE TABLE deliveries (
  id UUID PRIMARY KEY,
  activity_id UUID NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
  host TEXT NOT NULL,
  inbox TEXT NOT NULL,
  lane TEXT NOT NULL,                  -- order is kept per host and lane; '' is a barrier: a whole group is concerned
  group_id UUID,
  state TEXT NOT NULL,                 -- waiting, done, failed
  attempts BIGINT NOT NULL,
  status BIGINT NOT NULL,              -- last HTTP status; 0: no answer
  error TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  done_at TIMESTAMPTZ,
  UNIQUE (activity_id, inbox)
);
CREATE INDEX deliveries_waiting ON deliveries (host, id) WHERE done_at IS NULL;
CREATE INDEX deliveries_log ON deliveries (created_at, id);

-- Inboxes that answered 410: nothing more is sent there.
CREATE TABLE closed_inboxes (
  url TEXT PRIMARY KEY,
  closed_at TIMESTAMPTZ NOT NULL
);
