alter table recovery_drill
  -- When somebody last asked for one that has not begun yet.
  add column requested_at timestamptz,
  -- How often one was begun and has not come to an end.
  add column attempt int not null default 0;
