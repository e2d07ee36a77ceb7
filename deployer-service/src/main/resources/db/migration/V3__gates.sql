-- Somebody's word that a deployment may go on although a check failed. Written once.
create table waiver (
  deployment uuid primary key,
  checks text not null,
  reason text not null,
  given_by text not null,
  given_at timestamptz not null default now()
);

-- Who is on call for a team, as it was last told; one name a line.
create table duty (
  team text primary key,
  people text not null,
  until timestamptz,
  told_at timestamptz not null
);
