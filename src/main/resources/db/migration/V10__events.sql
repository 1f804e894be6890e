-- What listeners, webhooks and replicas read: what has happened, in the order of commits. The audit
-- is one of those that write it, through a trigger, so that a release that does not know this table
-- writes it, too. Old rows are removed; the audit keeps everything.

-- Other releases wait here until this migration has ended; then the trigger sees all their entries.
-- The number is that of the lock of the audit's end.
select pg_advisory_xact_lock(32488822435963257);

create table event (
  -- 1, 2, 3 … without gaps, set by the database.
  sequence bigint primary key,
  -- Such as promoted. Open: a later release writes others.
  kind text not null,
  -- The model that it is about; null if it is not about one.
  model text,
  -- One JSON object, as it is delivered.
  payload json not null,
  at timestamptz not null,
  -- The entry of the audit that it tells of; null if it tells of something else.
  audit bigint,
  -- The hash of that entry.
  audit_hash text,
  -- By which receivers recognise an event that arrives again, whatever registry it is from.
  id text not null
);
create index event_at on event (at);
create index event_audit on event (audit);

-- Whoever adds an event waits for the others that do, until their transactions have ended: so a
-- reader that has read up to a number has missed nothing before it.
create function event_in_order() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(32488822435963257);
  new.sequence := (select coalesce(max(sequence), 0) + 1 from event);
  perform pg_notify('slipway_history', '');
  return new;
end
$$;
create trigger event_in_order before insert on event
  for each row execute function event_in_order();

create function tell_of_audit_entry(entry audit_entry) returns void language plpgsql as $$
declare
  named text :=
    case entry.action
      when 'version.registered' then 'registered'
      when 'stage.promoted' then 'promoted'
      when 'stage.rolled_back' then 'rolled_back'
      when 'alias.moved' then 'alias_moved'
      when 'alias.removed' then 'alias_moved'
      when 'model.changed' then 'changed'
      when 'version.changed' then 'changed'
      when 'model.deleted' then 'deleted'
      when 'version.deleted' then 'deleted'
      else entry.action
    end;
begin
  insert into event (kind, model, payload, at, audit, audit_hash, id)
  select named, entry.model, row_to_json(data), entry.at, entry.seq,
    entry.hash, entry.seq || '_' || left(entry.hash, 16)
  from (
    select named as kind, entry.model as model, entry.version as version,
      entry.target as target,
      case when named in ('promoted', 'rolled_back', 'alias_moved')
          and entry.from_value ~ '^[0-9]{1,9}$'
        then entry.from_value::integer end as previous,
      entry.revision as revision,
      to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      entry.actor as actor
  ) data;
end
$$;

create function audit_entry_told() returns trigger language plpgsql as $$
begin
  perform tell_of_audit_entry(new);
  return null;
end
$$;
-- Rehearsals have negative numbers, and are rolled back.
create trigger audit_entry_told after insert on audit_entry
  for each row when (new.seq > 0) execute function audit_entry_told();

-- What webhooks may not have been told of yet, as far back as events are kept by default.
do $$
declare
  entry audit_entry;
begin
  for entry in
    select * from audit_entry
    where seq > (select max(seq) from audit_entry) - 100000 and at > now() - interval '7 days'
    order by seq
  loop
    perform tell_of_audit_entry(entry);
  end loop;
end
$$;

-- The last event that the target took, or that it was not to be told of; null if no release that
-- knows events has sent to it. seq stays the last entry of the audit among them.
alter table webhook add column event_sequence bigint;
