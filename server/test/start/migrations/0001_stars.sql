ALTER TABLE "notes" ADD COLUMN "stars" integer NOT NULL DEFAULT 0;--> statement-breakpoint
CREATE INDEX "notes_stars" ON "notes" ("stars");
