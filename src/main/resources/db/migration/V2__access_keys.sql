-- Who may call. A row stays when the key is revoked: a registry that ever had a key is never open.
create table access_key (
  id text collate "C" primary key check (id ~ '^[a-z0-9]{12}$'),
  -- The order in which keys were made.
  seq bigint generated always as identity unique,
  name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$'),
  -- SHA-256 of the secret, hexadecimal. The secret is 256 random bits, so there is nothing to guess
  -- that a slow hash would have to protect. The secret itself is nowhere.
  secret_hash text not null check (secret_hash ~ '^[0-9a-f]{64}$'),
  roles jsonb not null,
  -- Names of models, with * for anything; ["*"] is all.
  models jsonb not null,
  -- Requests a second, and how many may come at once; null is no limit.
  rate integer check (rate > 0),
  burst integer check (burst > 0),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  -- To the minute or so, written beside the calls.
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);
-- The audit names callers by their key's name, so no two live keys share one.
create unique index access_key_name on access_key (name) where revoked_at is null;
