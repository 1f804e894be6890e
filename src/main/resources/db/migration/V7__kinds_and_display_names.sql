-- Kinds of versions: a bundle can be served; files are only kept; of an external version only the
-- place of its content is kept. And a name for people beside a model's name.
alter table model add column display_name text
  check (char_length(display_name) between 1 and 250);
create unique index model_display_name on model (display_name) where deleted_at is null;

alter table model_version
  add column kind text not null default 'bundle' check (kind in ('bundle', 'files', 'external')),
  add column status text not null default 'ready' check (status in ('pending', 'ready', 'failed')),
  -- Where the content of an external version is: a URI.
  add column source text;

alter table model_version
  alter column blob drop not null,
  alter column object drop not null,
  alter column manifest drop not null,
  alter column signature drop not null,
  alter column checks drop not null;

alter table model_version add constraint model_version_kind check (
  case kind
    when 'bundle' then blob is not null and object is not null and manifest is not null
      and signature is not null and checks is not null and source is null
    when 'files' then blob is not null and object is null and source is null
    else blob is null and object is null and source is not null
  end);

-- The same content may be a version of each kind.
drop index model_version_digest;
create unique index model_version_digest on model_version (model_id, digest, kind)
  where deleted_at is null;
