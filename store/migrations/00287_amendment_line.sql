-- +goose Up
-- Amendments add lines, which stand in the terms of the version and not in the quote: a line of a project may be one of them (S059, S083). The id tells it either way.

alter table project_line drop constraint project_line_quote_line_id_fkey;

-- +goose Down
select 1;
