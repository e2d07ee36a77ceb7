-- Scrubbing that somebody asked for: of one backup, or of every copy whose turn it is.
create table scrub (
  id           uuid primary key,
  backup       uuid,
  requested_by text        not null,
  requested_at timestamptz not null,
  state        text        not null,
  attempt      int         not null default 0,
  ended_at     timestamptz,
  detail       text,
  advice       text
);

-- What was found of each copy; what has been read is not read again after an interruption.
create table scrub_finding (
  scrub   uuid not null references scrub on delete cascade,
  backup  uuid not null,
  store   text not null,
  outcome text not null,
  detail  text,
  primary key (scrub, backup, store)
);
