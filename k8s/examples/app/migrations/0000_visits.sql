CREATE TABLE "visit" (
    "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "at" timestamp with time zone DEFAULT now() NOT NULL
);
