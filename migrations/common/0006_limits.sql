-- How often limits held somebody up lately. Owner: src/instance/limits.rs.

CREATE TABLE limit_hits (
  name TEXT NOT NULL,                  -- which limit: policy::rates::Limit
  who TEXT NOT NULL,                   -- a person's id, a host, part of an address; '' is unknown, or many
  hour TIMESTAMPTZ NOT NULL,           -- the hour in which it was
  count BIGINT NOT NULL,
  PRIMARY KEY (name, who, hour)
);
CREATE INDEX limit_hits_hour ON limit_hits (hour);
