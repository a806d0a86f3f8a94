ALTER TABLE "conversation_translations" DROP CONSTRAINT "conversation_translations_conversation_id_language_unique";--> statement-breakpoint
ALTER TABLE "conversation_translations" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "conversation_translations" ADD COLUMN "glossary" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "conversation_translations" ADD COLUMN "terms" jsonb;--> statement-breakpoint
ALTER TABLE "conversation_translations" ADD CONSTRAINT "translation_versions" UNIQUE("conversation_id","language","version");