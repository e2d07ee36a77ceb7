create table outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key text not null,
  headers jsonb not null,
  value bytea not null,
  appended_at timestamptz not null default now()
)
-- Every row is deleted soon after it was inserted: vacuum by count, not by share.
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create function wake_outbox_relay() returns trigger language plpgsql as $$
begin
  notify outbox;
  return null;
end $$;

create trigger wake_outbox_relay after insert on outbox
  for each statement execute function wake_outbox_relay();

create table inbox (
  handler text not null,
  source text not null,
  event text not null,
  handled_at timestamptz not null default now(),
  primary key (handler, source, event)
);

create index inbox_by_age on inbox (handled_at);
