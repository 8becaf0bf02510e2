-- +goose Up
-- The paper of each version of a contract, as it was when it was first asked for, and which version somebody signed.
create table contract_paper (
  id uuid primary key, -- of the amendment; of the contract for its first version
  contract_id uuid not null references contract,
  language text not null,
  sha256 text not null,
  content bytea not null,
  made_at timestamptz not null
);
create trigger contract_paper_immutable before update or delete on contract_paper for each row execute function refuse_change();
alter table contract_signature add column version integer not null default 1;
