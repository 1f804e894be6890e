-- The keys that prediction ids are made and read with. Old ones stay, as ids have no end. The
-- secret is needed as it is, so it is here as it is: whoever reads it can read and forge ids.
create table prediction_id_key (
  number integer generated always as identity primary key,
  secret bytea not null check (octet_length(secret) = 16),
  -- Ids count their time from here, in milliseconds.
  created_at timestamptz not null,
  created_by text not null
);
-- Which replica has which of the numbers that keep the ids of replicas apart. A start takes the one
-- that nobody has used for the longest time.
create table prediction_id_number (
  number integer primary key check (number between 1 and 16383),
  -- Of the data folder, as in the table of replicas.
  replica uuid not null,
  name text not null,
  -- By the clock of the database: those of the machines may differ.
  taken_at timestamptz not null,
  seen_at timestamptz not null
);
create index prediction_id_number_seen on prediction_id_number (seen_at);
