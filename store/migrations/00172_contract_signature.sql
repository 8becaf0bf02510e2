-- +goose Up
-- Who signed a contract, when and where, and the hash of what was signed (S058, S059).
create table contract_signature (
  id uuid primary key,
  contract_id uuid not null references contract,
  party text not null check (party in ('customer', 'seller')),
  signer text not null,
  signed_on date not null,
  place text not null default '',
  hash text not null, -- SHA-256 of the signed copy, or of the contract's paper where none was kept
  document_id uuid references document on delete set null, -- the signed copy
  language text not null default '', -- of the paper; empty: it is the hash of the copy
  noted_by uuid not null references app_user,
  noted_at timestamptz not null
);
create index contract_signature_contract on contract_signature (contract_id, noted_at);
