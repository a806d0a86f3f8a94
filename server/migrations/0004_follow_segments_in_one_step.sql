-- The same as before in one statement each, whose plan is kept: half the cost of a segment was to follow it.
CREATE FUNCTION opening_of(transcript uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(left(string_agg(s.text, ' ' ORDER BY s.idx), 300), '')
  FROM (SELECT idx, text FROM segments WHERE transcript_id = transcript AND idx >= 0 ORDER BY idx LIMIT 5) s
$$;
--> statement-breakpoint
CREATE FUNCTION speakers_of(transcript uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(s.speaker ORDER BY s.first), '{}')
  FROM (SELECT speaker, min(idx) AS first FROM segments
        WHERE transcript_id = transcript AND speaker IS NOT NULL GROUP BY speaker ORDER BY 2 LIMIT 30) s
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION segments_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations c SET
    word_count = c.word_count + n.words,
    duration_ms = greatest(c.duration_ms, n.last_ms),
    revision = c.revision + 1,
    updated_at = now(),
    opening = CASE WHEN n.first_idx < 5 THEN opening_of(n.transcript_id) ELSE c.opening END,
    speakers = CASE WHEN n.speakers <@ c.speakers THEN c.speakers ELSE speakers_of(n.transcript_id) END
  FROM (
    SELECT transcript_id, sum(word_count)::int AS words, max(end_ms) AS last_ms, min(idx) AS first_idx,
      coalesce(array_agg(DISTINCT speaker) FILTER (WHERE speaker IS NOT NULL), '{}') AS speakers
    FROM new_rows GROUP BY transcript_id
  ) n
  WHERE c.transcript_id = n.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION segments_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations c SET
    word_count = c.word_count + n.words,
    duration_ms = greatest(c.duration_ms, n.last_ms),
    revision = c.revision + 1,
    updated_at = now(),
    opening = CASE WHEN n.first_idx < 5 THEN opening_of(n.transcript_id) ELSE c.opening END,
    speakers = CASE WHEN n.speakers_changed THEN speakers_of(n.transcript_id) ELSE c.speakers END
  FROM (
    SELECT n.transcript_id, sum(n.word_count - o.word_count)::int AS words, max(n.end_ms) AS last_ms,
      min(n.idx) AS first_idx, bool_or(n.speaker IS DISTINCT FROM o.speaker) AS speakers_changed
    FROM new_rows n JOIN old_rows o USING (id) GROUP BY n.transcript_id
  ) n
  WHERE c.transcript_id = n.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION segments_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations c SET
    word_count = c.word_count - o.words,
    revision = c.revision + 1,
    updated_at = now(),
    opening = CASE WHEN o.first_idx < 5 THEN opening_of(o.transcript_id) ELSE c.opening END,
    speakers = CASE WHEN o.had_speakers THEN speakers_of(o.transcript_id) ELSE c.speakers END
  FROM (
    SELECT transcript_id, sum(word_count)::int AS words, min(idx) AS first_idx, bool_or(speaker IS NOT NULL) AS had_speakers
    FROM old_rows GROUP BY transcript_id
  ) o
  WHERE c.transcript_id = o.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
DROP FUNCTION follow_segments(uuid, int, int, int, boolean);
