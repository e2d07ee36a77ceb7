-- A place that was taken away: nothing is deployed there until a manifest with it is applied again.
alter table place add column gone boolean not null default false;
-- When that was, the last time: no rollback goes back behind it.
alter table place add column removed_at timestamptz;
-- And by which deployment: what was asked for before has nothing to begin at.
alter table place add column removed_by uuid;

-- Whoever makes a release serve there, a deployer of an earlier version too, has it back.
create function place_serves_again() returns trigger language plpgsql as $$
begin
  new.gone := false;
  return new;
end
$$;
create trigger place_serves_again before update on place for each row
  when (new.serving is not null and new.gone)
  execute function place_serves_again();
