-- An open alert is unique by its fingerprint: the same problem is never open twice.
create table alert (
  id              uuid primary key,
  incident        uuid        not null,
  fingerprint     text        not null,
  cause           text        not null,
  severity        text        not null,
  words           jsonb       not null,
  labels          jsonb       not null,
  state           text        not null check (state in ('open', 'acknowledged', 'resolved')),
  since           timestamptz not null,
  raised_at       timestamptz not null,
  last_seen_at    timestamptz not null,
  occurrences     integer     not null,
  revision        integer     not null,
  suppressed      text,
  remind_at       timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledged_via text,
  resolved_at     timestamptz,
  resolution      text
);
create unique index alert_open on alert (fingerprint) where state <> 'resolved';
create index alert_by_time on alert (raised_at desc);
create index alert_of_incident on alert (incident) where state <> 'resolved';
create index alert_suppressed on alert (raised_at) where state <> 'resolved' and suppressed is not null;
create index alert_to_remind on alert (remind_at) where state = 'open' and remind_at is not null;

-- Why an alert was told to whom, or was not.
create table finding (
  number  bigint generated always as identity primary key,
  alert   uuid        not null references alert on delete cascade,
  at      timestamptz not null,
  step    text        not null,
  finding text        not null
);
create index finding_of_alert on finding (alert, number);

-- One message to one channel. Its id comes from alert, revision and channel: planned twice, it is one.
create table notification (
  id              uuid primary key,
  number          bigint generated always as identity,
  alert           uuid        not null references alert on delete cascade,
  incident        uuid        not null,
  revision        integer     not null,
  channel         text        not null,
  receiver        text        not null,
  kind            text        not null,
  urgency         smallint    not null,
  bulletin        jsonb       not null,
  state           text        not null default 'pending'
                  check (state in ('pending', 'sending', 'delivered', 'combined', 'failed')),
  caused_at       timestamptz not null,
  created_at      timestamptz not null,
  attempts        integer     not null default 0,
  next_attempt_at timestamptz not null,
  claim           uuid,
  lease_until     timestamptz,
  repeated        boolean     not null default false,
  handed_over     boolean     not null default false,
  finished_at     timestamptz,
  detail          text,
  reference       text
);
create index notification_of_alert on notification (alert, channel, number);
create index notification_waiting on notification (channel, urgency, next_attempt_at)
  where state in ('pending', 'sending');
create index notification_claimed on notification (claim) where state = 'sending';
create index notification_by_time on notification (number desc);

create table attempt (
  number          bigint generated always as identity primary key,
  notification    uuid        not null references notification on delete cascade,
  at              timestamptz not null,
  millis          bigint      not null,
  outcome         text        not null,
  detail          text        not null,
  next_attempt_at timestamptz
);
create index attempt_of_notification on attempt (notification, number);

-- What is left of a channel's rate, and until when its vendor asked us to wait; for all instances.
create table channel (
  name        text primary key,
  empty_until timestamptz not null,
  not_before  timestamptz not null
);

create table silence (
  id         uuid primary key,
  matchers   jsonb       not null,
  starts_at  timestamptz not null,
  ends_at    timestamptz not null,
  created_by text        not null,
  comment    text        not null,
  ended      boolean     not null default false,
  check (ends_at > starts_at)
);
create index silence_in_force on silence (ends_at) where not ended;

-- What the manifests say of a place; routes can look at it.
create table place (
  application text  not null,
  environment text  not null,
  labels      jsonb not null,
  primary key (application, environment)
);
