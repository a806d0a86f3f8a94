ALTER TABLE "jobs" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "request_hash" text;--> statement-breakpoint
CREATE INDEX "jobs_by_key" ON "jobs" USING btree ("user_id","idempotency_key") WHERE idempotency_key is not null;