-- When a place was removed last: news of a deployment before that, read later, does not revive it.
ALTER TABLE deployed_places ALTER COLUMN since DROP NOT NULL;
ALTER TABLE deployed_places ADD COLUMN removed_at timestamptz;
