-- The topics, as one log that is only appended to. Run by the owner of the database `events`; services hold
-- INSERT or SELECT for their own topics and nothing else.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;

CREATE TABLE IF NOT EXISTS event (
  seq   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The publishing transaction. A reader takes only transactions older than every running one: numbers from a
  -- sequence become visible out of order, and a reader that remembers the last one loses what commits late.
  xid   xid8        NOT NULL DEFAULT pg_current_xact_id(),
  topic text        NOT NULL,
  id    uuid        NOT NULL UNIQUE,
  key   text        NOT NULL,
  type  text        NOT NULL,
  time  timestamptz NOT NULL,
  data  jsonb       NOT NULL
);
CREATE INDEX IF NOT EXISTS event_position ON event (topic, xid, seq);

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
