-- How far each webhook target was told of the history, and which replica tells it now.
create table webhook (
  -- As the configuration names it.
  name text collate "C" primary key,
  -- The number of the last entry of the history that it took, or that it was not to be told of.
  seq bigint not null,
  -- The replica that tells it, and until when it alone may, by the clock of the database.
  holder uuid,
  held_until timestamptz,
  -- How often the next entry was tried in vain, and when it may be tried again.
  attempts integer not null default 0,
  next_at timestamptz
);
