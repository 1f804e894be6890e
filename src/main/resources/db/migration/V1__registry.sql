-- The book of record: models, their immutable versions, the pointers to them, and every move.

create table model (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
  description text,
  owner text,
  tags jsonb not null default '{}',
  policy jsonb not null default '{}',
  -- Counts every change of a pointer, of the policy and of the description; never goes back.
  revision bigint not null default 0,
  -- Numbers are never used twice, not even by a model that was deleted and came back.
  next_number integer not null default 1,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create index model_tags on model using gin (tags);

create table model_version (
  id bigint generated always as identity primary key,
  model_id bigint not null references model (id),
  number integer not null check (number > 0),
  -- Of the content: what the version is. Hexadecimal.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  -- Of the stored archive: where it lies.
  blob text not null check (blob ~ '^[0-9a-f]{64}$'),
  size bigint not null,
  object text not null,
  examples integer not null,
  manifest jsonb not null,
  signature jsonb not null,
  checks jsonb not null,
  files jsonb not null,
  description text,
  tags jsonb not null default '{}',
  archived boolean not null default false,
  registered_at timestamptz not null,
  registered_by text not null,
  deleted_at timestamptz,
  unique (model_id, number)
);
create unique index model_version_digest on model_version (model_id, digest) where deleted_at is null;
create index model_version_blob on model_version (blob);

create table stage (
  id bigint generated always as identity primary key,
  model_id bigint not null references model (id),
  name text collate "C" not null,
  version integer not null,
  -- The version before the last move: where a rollback leads.
  previous integer,
  revision bigint not null,
  moved_at timestamptz not null,
  moved_by text not null,
  unique (model_id, name),
  foreign key (model_id, version) references model_version (model_id, number)
);

create table alias (
  id bigint generated always as identity primary key,
  model_id bigint not null references model (id),
  name text collate "C" not null,
  version integer not null,
  moved_at timestamptz not null,
  moved_by text not null,
  unique (model_id, name),
  foreign key (model_id, version) references model_version (model_id, number)
);

-- Every version that a stage ever pointed to.
create table stage_move (
  id bigint generated always as identity primary key,
  model_id bigint not null references model (id),
  stage text collate "C" not null,
  version integer not null,
  previous integer,
  revision bigint not null,
  moved_at timestamptz not null
);
create index stage_move_holders on stage_move (model_id, stage, version);

-- Who changed what, when and why. Each entry's hash covers the entry and the hash before it.
create table audit_entry (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  model text,
  version integer,
  target text,
  from_value text,
  to_value text,
  reason text,
  revision bigint,
  request_id text,
  detail text,
  previous_hash text not null,
  hash text not null
);
create index audit_entry_model on audit_entry (model, seq);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'history is append-only';
end
$$;

create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function refuse_change();
create trigger audit_entry_no_truncate before truncate on audit_entry
  for each statement execute function refuse_change();
create trigger stage_move_append_only before update or delete on stage_move
  for each row execute function refuse_change();
create trigger stage_move_no_truncate before truncate on stage_move
  for each statement execute function refuse_change();
