-- Who was last told to be on call for a team; one name a line.
create table on_call (
  team    text primary key,
  people  text        not null,
  until   timestamptz,
  told_at timestamptz not null
);

-- Somebody answers in another's place, or everybody's, for a while.
create table substitution (
  id         uuid primary key,
  team       text        not null,
  person     text        not null,
  instead_of text,
  starts_at  timestamptz not null,
  ends_at    timestamptz not null,
  created_by text        not null,
  reason     text        not null,
  made_at    timestamptz not null default clock_timestamp()
);
create index substitution_by_team on substitution (team, ends_at);
