-- What each replica tells of itself, every few seconds. One that has not for a while is gone.
create table replica (
  -- Of the data folder: a replica that is started again is the same one.
  id uuid primary key,
  name text not null,
  version text not null,
  started_at timestamptz not null,
  -- By the clock of the database: those of the machines may differ.
  reported_at timestamptz not null,
  models jsonb not null
);
