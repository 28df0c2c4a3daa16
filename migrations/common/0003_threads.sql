-- Topics, replies, reactions, and files. Owner: src/threads, src/media, src/notices.

-- A thread has the id of its first post.
CREATE TABLE threads (
  id UUID PRIMARY KEY,
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  author_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                  -- discussion (other kinds follow)
  title TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  context_uri TEXT,                    -- remote: its context collection
  reply_count BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  active_at TIMESTAMPTZ NOT NULL,      -- last visible post
  pinned_at TIMESTAMPTZ,
  locked_at TIMESTAMPTZ,
  hidden BOOLEAN NOT NULL              -- first post deleted, removed or not yet confirmed by the host
);
CREATE INDEX threads_active ON threads (group_id, active_at, id);
CREATE INDEX threads_new ON threads (group_id, created_at, id);
CREATE INDEX threads_author ON threads (author_id, created_at, id);
CREATE INDEX threads_recent ON threads (active_at, id);
CREATE INDEX threads_latest ON threads (created_at, id);
CREATE INDEX threads_pinned ON threads (group_id, pinned_at, id) WHERE pinned_at IS NOT NULL;

CREATE TABLE posts (
  id UUID PRIMARY KEY,
  thread_id UUID NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  group_id UUID NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  parent_id UUID REFERENCES posts (id) ON DELETE CASCADE,   -- NULL: the first post
  author_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  local BOOLEAN NOT NULL,              -- written here
  uri TEXT NOT NULL UNIQUE,            -- ActivityPub id
  url TEXT NOT NULL,
  content TEXT NOT NULL,               -- Markdown; empty when only HTML came in
  html TEXT NOT NULL,                  -- safe HTML
  summary TEXT NOT NULL,               -- content warning of remote posts
  sensitive BOOLEAN NOT NULL,
  language TEXT,
  depth BIGINT NOT NULL,
  like_count BIGINT NOT NULL,
  dislike_count BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  edited_at TIMESTAMPTZ,
  confirmed_at TIMESTAMPTZ,            -- the group's host has announced it; NULL: "in behandeling"
  refused_reason TEXT,                 -- the group's host refused it
  deleted_at TIMESTAMPTZ,              -- by the author
  removed_at TIMESTAMPTZ,              -- by a moderator
  removed_by UUID REFERENCES people (id) ON DELETE SET NULL,
  removed_reason TEXT NOT NULL,
  document TEXT                        -- the raw object, as its origin sent it (FEP-1b12: never rebuilt)
);
CREATE INDEX posts_thread ON posts (thread_id, created_at, id);
CREATE INDEX posts_author ON posts (author_id, created_at, id);
CREATE INDEX posts_parent ON posts (parent_id);
CREATE INDEX posts_url ON posts (url) WHERE NOT local;       -- pages of posts elsewhere, for whoever looks one up

-- Earlier versions of a post, the oldest first.
CREATE TABLE revisions (
  id UUID PRIMARY KEY,
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  content TEXT NOT NULL,               -- Markdown, or plain text of remote HTML
  by_id UUID REFERENCES people (id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL      -- when this version was written
);
CREATE INDEX revisions_post ON revisions (post_id, created_at, id);

CREATE TABLE reactions (
  id UUID PRIMARY KEY,
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                  -- like, dislike
  emoji TEXT NOT NULL,                 -- EmojiReact; else empty
  uri TEXT UNIQUE,                     -- id of the activity
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (post_id, person_id)
);
CREATE INDEX reactions_person ON reactions (person_id);

-- Who was mentioned in a post.
CREATE TABLE mentions (
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  actor_id UUID NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
  PRIMARY KEY (post_id, actor_id)
);

-- Until when a person has read a thread.
CREATE TABLE thread_reads (
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  thread_id UUID NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
  read_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (person_id, thread_id)
);

CREATE TABLE media (
  id UUID PRIMARY KEY,
  owner_id UUID REFERENCES people (id) ON DELETE CASCADE,
  post_id UUID REFERENCES posts (id) ON DELETE CASCADE,     -- NULL: not yet posted, or an avatar or emblem
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,                  -- image, document
  name TEXT NOT NULL,                  -- file name as uploaded, made safe
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,                -- bytes
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  alt TEXT NOT NULL,
  decorative BOOLEAN NOT NULL,
  file TEXT,                           -- below the media folder; NULL: remote, not fetched
  thumbnail TEXT,
  remote_url TEXT,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX media_post ON media (post_id, position);
CREATE INDEX media_owner ON media (owner_id, created_at, id);

CREATE TABLE notices (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  by_id UUID REFERENCES people (id) ON DELETE CASCADE,
  group_id UUID REFERENCES groups (id) ON DELETE CASCADE,
  thread_id UUID REFERENCES threads (id) ON DELETE CASCADE,
  post_id UUID REFERENCES posts (id) ON DELETE CASCADE,
  entry_id UUID NOT NULL,              -- the journal entry that it tells of
  detail TEXT NOT NULL,                -- JSON: a moderator's reason, a role
  created_at TIMESTAMPTZ NOT NULL,
  read_at TIMESTAMPTZ,
  mailed_at TIMESTAMPTZ,               -- a mail went out too
  UNIQUE (person_id, entry_id)
);
CREATE INDEX notices_person ON notices (person_id, created_at, id);
CREATE INDEX notices_unread ON notices (person_id, thread_id) WHERE read_at IS NULL;

-- What full-text search knows; the terms are in the index that each database has its own of.
CREATE TABLE search_entries (
  number BIGINT PRIMARY KEY,           -- SQLite's FTS5 wants a whole number
  post_id UUID NOT NULL UNIQUE REFERENCES posts (id) ON DELETE CASCADE,
  analyser BIGINT NOT NULL,            -- version of the analyser that made the terms
  created_at TIMESTAMPTZ NOT NULL
);
