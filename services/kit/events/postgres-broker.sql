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

-- How long a topic keeps an event, consumed or not. The script that sets the database up writes what the graph says.
CREATE TABLE IF NOT EXISTS topic (
  name      text     PRIMARY KEY,
  retention interval NOT NULL CHECK (retention > interval '0')
);

ALTER TABLE event ADD COLUMN IF NOT EXISTS published_at timestamptz NOT NULL DEFAULT now();
-- W3C traceparent of the PRODUCER span (CloudEvents extension "Distributed Tracing"). Null if it is not traced.
ALTER TABLE event ADD COLUMN IF NOT EXISTS traceparent text;
CREATE INDEX IF NOT EXISTS event_published ON event USING brin (published_at);

-- Deletes up to 10,000 expired events and returns their number. Every role that may connect may call it; SECURITY
-- DEFINER grants the deletion of expired events and nothing else.
CREATE OR REPLACE FUNCTION expire_events() RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH dropped AS (
    DELETE FROM event WHERE seq IN (
      SELECT seq FROM event JOIN topic ON topic.name = event.topic
      WHERE published_at < now() - retention LIMIT 10000 FOR UPDATE OF event SKIP LOCKED)
    RETURNING seq
  )
  SELECT count(*)::int FROM dropped
$$;

-- The limits of the outbox, for publishers that do not use one.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'event_is_carried') THEN
    ALTER TABLE event ADD CONSTRAINT event_is_carried
      CHECK (octet_length(key) BETWEEN 1 AND 255 AND octet_length(data::text) <= 524288) NOT VALID;
  END IF;
END $$;
