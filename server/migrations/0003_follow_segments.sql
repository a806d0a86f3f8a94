-- What the list shows of a conversation follows its segments, whoever writes them and however many at once:
-- words are counted once, by the transcript that is read.
CREATE FUNCTION follow_segments(transcript uuid, words int, last_ms int, first_idx int, speakers_changed boolean) RETURNS void
LANGUAGE sql AS $$
  UPDATE conversations SET
    word_count = word_count + words,
    duration_ms = greatest(duration_ms, last_ms),
    revision = revision + 1,
    updated_at = now(),
    opening = CASE WHEN first_idx < 5 THEN coalesce((
      SELECT left(string_agg(s.text, ' ' ORDER BY s.idx), 300)
      FROM (SELECT idx, text FROM segments WHERE transcript_id = transcript AND idx >= 0 ORDER BY idx LIMIT 5) s), '')
      ELSE opening END,
    speakers = CASE WHEN speakers_changed THEN coalesce((
      SELECT array_agg(s.speaker ORDER BY s.first)
      FROM (SELECT speaker, min(idx) AS first FROM segments
            WHERE transcript_id = transcript AND speaker IS NOT NULL GROUP BY speaker ORDER BY 2 LIMIT 30) s), '{}')
      ELSE speakers END
  WHERE transcript_id = transcript
$$;
--> statement-breakpoint
CREATE FUNCTION segments_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM follow_segments(n.transcript_id, sum(n.word_count)::int, max(n.end_ms), min(n.idx), bool_or(
    n.speaker IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM conversations c WHERE c.transcript_id = n.transcript_id AND n.speaker = ANY (c.speakers))))
  FROM new_rows n GROUP BY n.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION segments_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM follow_segments(n.transcript_id, sum(n.word_count - o.word_count)::int, max(n.end_ms), min(n.idx),
    bool_or(n.speaker IS DISTINCT FROM o.speaker))
  FROM new_rows n JOIN old_rows o USING (id) GROUP BY n.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION segments_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM follow_segments(o.transcript_id, -sum(o.word_count)::int, 0, min(o.idx), bool_or(o.speaker IS NOT NULL))
  FROM old_rows o GROUP BY o.transcript_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER segments_inserted AFTER INSERT ON segments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION segments_inserted();
--> statement-breakpoint
CREATE TRIGGER segments_updated AFTER UPDATE ON segments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION segments_updated();
--> statement-breakpoint
CREATE TRIGGER segments_deleted AFTER DELETE ON segments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION segments_deleted();
