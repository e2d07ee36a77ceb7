-- What webhooks have delivered: neither an id nor a content is acted upon twice.
create table delivery (
  application text not null,
  environment text not null,
  id text not null,
  fingerprint text not null,
  received_at timestamptz not null default now(),
  primary key (application, environment, id),
  unique (application, environment, fingerprint)
);
