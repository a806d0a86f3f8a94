CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint
-- Words in any language: lower case, accents folded, nothing stemmed and nothing left out.
CREATE TEXT SEARCH CONFIGURATION mina_simple (COPY = simple);
--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION mina_simple
  ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart
  WITH unaccent, simple;
