-- What the router had counted of the previous release when a deployment first moved its traffic.
create table baseline (
  deployment uuid primary key references deployment (id) on delete cascade,
  requests bigint not null,
  errors bigint not null
);
