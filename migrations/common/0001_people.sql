-- Actors, people and their accounts. Owner: src/actors, src/people.

-- Whoever can speak on the wire. A person or group has the same id in its own table.
CREATE TABLE actors (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,                  -- person, group, application
  local BOOLEAN NOT NULL,
  host TEXT NOT NULL,                  -- host[:port], also for local actors
  name TEXT NOT NULL,                  -- preferredUsername
  name_folded TEXT NOT NULL,
  uri TEXT NOT NULL UNIQUE,            -- ActivityPub id
  url TEXT NOT NULL,                   -- page for people
  inbox TEXT NOT NULL,
  shared_inbox TEXT,
  outbox TEXT,
  followers TEXT,
  rsa_key_uri TEXT,
  rsa_key TEXT,                        -- SubjectPublicKeyInfo, PEM
  ed_key_uri TEXT,
  ed_key TEXT,                         -- Multikey (FEP-521a)
  moved_to TEXT,
  fetched_at TIMESTAMPTZ,              -- remote only: when its document was last read
  key_tried_at TIMESTAMPTZ,            -- when its key was last refetched after a failed signature
  gone_at TIMESTAMPTZ,                 -- deleted: a tombstone, its name isn't given out again
  created_at TIMESTAMPTZ NOT NULL
);
-- People and groups of this instance share one name space.
CREATE UNIQUE INDEX actors_local_name ON actors (name_folded) WHERE local;
CREATE INDEX actors_handle ON actors (host, name_folded);
CREATE INDEX actors_url ON actors (url);

-- Private keys of local actors.
CREATE TABLE actor_keys (
  actor_id UUID PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
  rsa_private TEXT NOT NULL,           -- PKCS#8, PEM
  ed_private TEXT NOT NULL,            -- PKCS#8, PEM
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE people (
  id UUID PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
  display_name TEXT NOT NULL,
  bio TEXT NOT NULL,                   -- Markdown; empty for remote people
  bio_html TEXT NOT NULL,
  avatar_id UUID,
  avatar_url TEXT,                     -- remote picture, shown through our proxy
  avatar_alt TEXT NOT NULL,
  employer TEXT NOT NULL,
  function TEXT NOT NULL,
  bot BOOLEAN NOT NULL,
  discoverable BOOLEAN NOT NULL,
  suspended_at TIMESTAMPTZ,
  updated_at TIMESTAMPTZ NOT NULL
);

-- What a person of this instance signs in with.
CREATE TABLE accounts (
  person_id UUID PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  email_folded TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,         -- Argon2id, PHC string
  state TEXT NOT NULL,                 -- unconfirmed, waiting, active, leaving
  role TEXT NOT NULL,                  -- member, admin
  language TEXT,                       -- NULL: as the browser asks
  motivation TEXT NOT NULL,            -- what was written when asking to join the instance
  totp_secret BYTEA,
  totp_confirmed_at TIMESTAMPTZ,
  totp_last_step BIGINT NOT NULL,      -- a one-time code counts once
  mail_replies BOOLEAN NOT NULL,
  mail_moderation BOOLEAN NOT NULL,
  delete_after TIMESTAMPTZ,            -- state leaving: the grace period's end
  confirmed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recovery_codes (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES accounts (person_id) ON DELETE CASCADE,
  digest BYTEA NOT NULL,
  used_at TIMESTAMPTZ
);
CREATE INDEX recovery_codes_person ON recovery_codes (person_id);

CREATE TABLE sessions (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES accounts (person_id) ON DELETE CASCADE,
  digest BYTEA NOT NULL UNIQUE,        -- SHA-256 of the cookie's secret
  verified BOOLEAN NOT NULL,           -- false until the second factor was given
  device TEXT NOT NULL,                -- from User-Agent, shortened
  address TEXT NOT NULL,               -- pruned after 30 days
  created_at TIMESTAMPTZ NOT NULL,
  seen_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

-- Bearer tokens for the API.
CREATE TABLE tokens (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES accounts (person_id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  digest BYTEA NOT NULL UNIQUE,
  scopes TEXT NOT NULL,                -- words separated by spaces: read write moderate admin
  created_at TIMESTAMPTZ NOT NULL,
  seen_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ
);
CREATE INDEX tokens_person ON tokens (person_id);

-- Secrets in mailed links: each works once, for one purpose, for a limited time.
CREATE TABLE mail_links (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES accounts (person_id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,               -- confirm, reset, email
  digest BYTEA NOT NULL UNIQUE,
  email TEXT NOT NULL,                 -- the address that it proves
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ
);
CREATE INDEX mail_links_person ON mail_links (person_id);

-- Attempts at something limited, counted per window and subject ("login:account:…", "login:address:…").
CREATE TABLE attempts (
  subject TEXT PRIMARY KEY,
  count BIGINT NOT NULL,
  window_ends_at TIMESTAMPTZ NOT NULL
);

-- Browsers that somebody signed in from: they have an allowance of attempts of their own, so that nobody can lock a member out.
CREATE TABLE devices (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES accounts (person_id) ON DELETE CASCADE,
  digest BYTEA NOT NULL,               -- SHA-256 of the cookie's secret
  seen_at TIMESTAMPTZ NOT NULL,
  UNIQUE (person_id, digest)
);

-- Mail to be sent; the job refers to it. The text is made when it is sent, and what it is made of is blanked then.
CREATE TABLE mails (
  id UUID PRIMARY KEY,
  recipient TEXT NOT NULL,             -- empty: nobody, made to take as much time as a real one
  kind TEXT NOT NULL,                  -- which text: locale keys mail-{kind}-subject and -body; or written: it is in detail
  language TEXT,                       -- the receiver's; NULL: the instance's
  detail TEXT NOT NULL,                -- JSON: the values in the text
  created_at TIMESTAMPTZ NOT NULL,
  sent_at TIMESTAMPTZ
);

-- Whom or what a person doesn't want to meet.
CREATE TABLE blocks (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                  -- block, mute
  target_id UUID REFERENCES people (id) ON DELETE CASCADE,
  target_host TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (person_id, target_id),
  UNIQUE (person_id, target_host)
);

-- Person follows person. A person who follows a group is a member of it: see memberships.
CREATE TABLE follows (
  id UUID PRIMARY KEY,
  follower_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  target_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  uri TEXT NOT NULL,                   -- id of the Follow activity
  accepted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (follower_id, target_id)
);
CREATE INDEX follows_target ON follows (target_id);
