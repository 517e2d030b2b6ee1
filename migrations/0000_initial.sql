CREATE TABLE "account" (
	"id" text NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp,
	"refresh_token_expires_at" timestamp,
	"scope" text,
	"password" text,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp NOT NULL,
	CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"id" text NOT NULL,
	"action" text NOT NULL,
	"user_id" text,
	"target_id" text,
	"ip" text,
	"user_agent" text,
	"data" jsonb,
	"created_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "audit_logs_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "blog_authors" (
	"id" text NOT NULL,
	"slug" text NOT NULL,
	"given_name" jsonb,
	"family_name" jsonb,
	"display_name" jsonb NOT NULL,
	"bio" jsonb,
	"job_title" jsonb,
	"email" text,
	"avatar_id" text,
	"avatar_url" text,
	"website" text,
	"same_as" jsonb,
	"works_for_id" text,
	"display_in_home" boolean DEFAULT false NOT NULL,
	"display_in_blog" boolean DEFAULT true NOT NULL,
	"is_featured" boolean DEFAULT false NOT NULL,
	"seo_title" jsonb,
	"seo_description" jsonb,
	"seo_keywords" jsonb,
	"canonical_url" jsonb,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_authors_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "blog_authors_email_unique" UNIQUE ("email"),
	CONSTRAINT "blog_authors_slug_unique" UNIQUE ("slug")
);
--> statement-breakpoint
CREATE TABLE "blog_categories" (
	"id" text NOT NULL,
	"slug" text NOT NULL,
	"name" jsonb NOT NULL,
	"description" jsonb,
	"featured_image_id" text,
	"display_in_home" boolean DEFAULT false NOT NULL,
	"display_in_menu" boolean DEFAULT true NOT NULL,
	"display_in_blog" boolean DEFAULT true NOT NULL,
	"is_featured" boolean DEFAULT false NOT NULL,
	"parent_id" text,
	"seo_title" jsonb,
	"seo_description" jsonb,
	"seo_keywords" jsonb,
	"canonical_url" jsonb,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_categories_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "blog_categories_slug_unique" UNIQUE ("slug")
);
--> statement-breakpoint
CREATE TABLE "blog_comments" (
	"id" text NOT NULL,
	"entity_id" text NOT NULL,
	"entity_type" text NOT NULL,
	"parent_id" text,
	"author_name" text NOT NULL,
	"author_email" text NOT NULL,
	"content" jsonb NOT NULL,
	"rating" integer DEFAULT 0,
	"status" text NOT NULL,
	"in_language" text NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_comments_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "blog_media" (
	"id" text NOT NULL,
	"url" text NOT NULL,
	"content_url" text,
	"type" text NOT NULL,
	"encoding_format" text,
	"width" text,
	"height" text,
	"duration" text,
	"license" text,
	"copyright_holder" text,
	"caption" jsonb,
	"description" jsonb,
	"alt" jsonb,
	"thumbnail_url" text,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_media_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "blog_organizations" (
	"id" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "blog_organizations_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "blog_post_authors" (
	"post_id" text NOT NULL,
	"author_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blog_post_categories" (
	"post_id" text NOT NULL,
	"category_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blog_post_media" (
	"post_id" text NOT NULL,
	"media_id" text NOT NULL,
	"type" text NOT NULL,
	"position" text
);
--> statement-breakpoint
CREATE TABLE "blog_posts" (
	"id" text NOT NULL,
	"slug" text NOT NULL,
	"status" text NOT NULL,
	"published_at" timestamp,
	"display_in_home" boolean DEFAULT false NOT NULL,
	"display_in_blog" boolean DEFAULT true NOT NULL,
	"is_featured" boolean DEFAULT false NOT NULL,
	"reading_time" text,
	"word_count" text,
	"time_required" text,
	"allow_comments" boolean DEFAULT true NOT NULL,
	"in_language" text NOT NULL,
	"license" text,
	"discussion_url" text,
	"url" text,
	"identifier" text,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_posts_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "blog_posts_slug_unique" UNIQUE ("slug")
);
--> statement-breakpoint
CREATE TABLE "blog_translations" (
	"id" text NOT NULL,
	"post_id" text NOT NULL,
	"in_language" text NOT NULL,
	"headline" jsonb NOT NULL,
	"alternative_headline" jsonb,
	"article_body" jsonb NOT NULL,
	"excerpt" jsonb NOT NULL,
	"seo_title" jsonb,
	"seo_description" jsonb,
	"seo_keywords" jsonb,
	"canonical_url" jsonb,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "blog_translations_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" text NOT NULL,
	"organization_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"expires_at" timestamp NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"inviter_id" text NOT NULL,
	CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" text NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text DEFAULT 'member' NOT NULL,
	"created_at" timestamp NOT NULL,
	CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "notification" (
	"id" text NOT NULL,
	"userId" text NOT NULL,
	"message" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"isRead" boolean DEFAULT false,
	"createdAt" timestamp NOT NULL,
	"updatedAt" timestamp,
	CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" text NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"created_at" timestamp NOT NULL,
	"metadata" text,
	CONSTRAINT "organization_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "organization_slug_unique" UNIQUE ("slug")
);
--> statement-breakpoint
CREATE TABLE "rate_limit" (
	"id" text NOT NULL,
	"key" text,
	"count" integer,
	"last_request" bigint,
	CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "services_categories" (
	"id" text NOT NULL,
	"slug" text NOT NULL,
	"name" jsonb NOT NULL,
	"description" jsonb,
	"icon" text,
	"featured_image_id" text,
	"parent_id" text,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"display_in_home" boolean DEFAULT false NOT NULL,
	"display_in_menu" boolean DEFAULT true NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_featured" boolean DEFAULT false NOT NULL,
	"seo_title" jsonb,
	"seo_description" jsonb,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "services_categories_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "services_categories_slug_unique" UNIQUE ("slug")
);
--> statement-breakpoint
CREATE TABLE "services_media" (
	"id" text NOT NULL,
	"url" text NOT NULL,
	"content_url" text,
	"type" text NOT NULL,
	"encoding_format" text,
	"width" text,
	"height" text,
	"duration" text,
	"license" text,
	"copyright_holder" text,
	"caption" jsonb,
	"description" jsonb,
	"alt" jsonb,
	"thumbnail_url" text,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "services_media_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text NOT NULL,
	"expires_at" timestamp NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	"active_organization_id" text,
	"impersonated_by" text,
	CONSTRAINT "session_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "session_token_unique" UNIQUE ("token")
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	"username" text,
	"display_username" text,
	"role" text,
	"banned" boolean DEFAULT false,
	"ban_reason" text,
	"ban_expires" timestamp,
	CONSTRAINT "user_pkey" PRIMARY KEY ("id"),
	CONSTRAINT "user_email_unique" UNIQUE ("email"),
	CONSTRAINT "user_username_unique" UNIQUE ("username")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp NOT NULL,
	"used_at" timestamp,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp DEFAULT now() NOT NULL,
	CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_inviter_id_user_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "user" ("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organization" ("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organization" ("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE;--> statement-breakpoint
CREATE INDEX "account_userId_idx" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "invitation_email_idx" ON "invitation" USING btree ("email");--> statement-breakpoint
CREATE INDEX "invitation_organizationId_idx" ON "invitation" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "member_organizationId_idx" ON "member" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "member_userId_idx" ON "member" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_slug_uidx" ON "organization" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "session_userId_idx" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verification_identifier_idx" ON "verification" USING btree ("identifier");
