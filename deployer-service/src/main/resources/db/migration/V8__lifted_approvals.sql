-- Who took away that deployments to the place need approval, until another approver has applied a
-- manifest that says so, too: whoever lifted it cannot deploy there alone.
alter table place add column approval_lifted_by text;
alter table place add column approval_lifted_at timestamptz;
-- Who added the place without approval to an application that had others, until another approver
-- has applied a manifest with it: it may be meant to take the place of a guarded one.
alter table place add column opened_by text;
