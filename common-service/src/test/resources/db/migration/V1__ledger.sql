create table ledger (
  entry bigint generated always as identity primary key,
  subject text not null,
  event text not null
);
