-- +goose Up
-- Which phase of a project a line of its quote belongs to, where somebody said so; else the phase that is called as its product's category (S083).

create table project_line (
  project_id uuid not null references project,
  quote_line_id uuid not null references quote_line on delete cascade,
  phase_id uuid references project_phase, -- none: of no phase
  primary key (project_id, quote_line_id)
);
create index project_line_quote_line on project_line (quote_line_id);

-- +goose Down
select 1;
