-- Moves by the Idempotency-Key of the request that asked for them, so that a request that is sent
-- again moves nothing twice. Rows are removed after a week.
create table move_request (
  model_id bigint not null references model (id) on delete cascade,
  key text collate "C" not null,
  -- Who asked for what, so that a key is not taken for another request.
  request text not null,
  -- What was answered.
  version integer,
  previous integer,
  revision bigint not null,
  moved_at timestamptz not null,
  primary key (model_id, key)
);
create index move_request_moved on move_request (moved_at);
