-- Drills that wait are asked how many are before them.
create index drill_waiting on drill (requested_at, backup) where state = 'waiting';
