-- Who took away that deployments to the place need approval, until somebody else has applied a
-- manifest that says so, too: whoever lifted it cannot deploy there alone.
alter table place add column approval_lifted_by text;
alter table place add column approval_lifted_at timestamptz;
