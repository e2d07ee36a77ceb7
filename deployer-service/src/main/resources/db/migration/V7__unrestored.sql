-- A deployment that could not be undone and has left a database as only its release needs it: until
-- a person acts, what served before must not meet that database.
alter table place add column unrestored uuid references deployment (id);
