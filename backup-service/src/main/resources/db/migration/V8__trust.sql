-- Whether it was made here, or our key signed its manifest or a drill of it. What was taken in from a
-- store before manifests were signed has no cause, and only a drill's statement says that it is ours.
alter table backup add column trusted boolean not null default true;
update backup set trusted = false
 where causation is null and correlation is null and statement is null and state = 'completed';
