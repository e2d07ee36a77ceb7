-- Whether deployments needed approval when a manifest last named the place. That stays when one
-- leaves it out, so that naming it again without approval is known for what it is: taking that
-- away. Null for those that no manifest was applied to since: there the mark of who lifted it tells.
alter table place add column guarded boolean;
