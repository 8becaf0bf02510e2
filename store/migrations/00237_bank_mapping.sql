-- +goose Up
-- How the columns of a bank's tables are read, as a person confirmed it: by the header and the account that they are of.
create table bank_mapping (
  fingerprint text not null, -- of the header
  iban text not null, -- of the account; empty: each row says its own
  heads jsonb not null,
  places jsonb not null, -- what each column becomes; empty: it is left out
  month_first boolean not null default false, -- 03/04 is the fourth of March
  version integer not null default 1,
  saved_by uuid references app_user,
  at timestamptz not null,
  primary key (fingerprint, iban)
);

-- +goose Down
select 1;
