-- +goose Up
-- Sums of open deals by stage and month, and the forecast, are read from the index alone: it has the pipeline, the owner and the currency too.
drop index if exists opportunity_month;
create index opportunity_month on opportunity (pipeline, stage, close_date) include (amount, owner_id, currency) where state = 'open';

-- +goose Down
select 1;
