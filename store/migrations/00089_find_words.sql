-- +goose Up
-- What people look for stands beside the records, kind by kind: a record whose state, owner or amount moves leaves the index of its words alone.
create table find_words (
  kind text not null,
  id uuid not null,
  words text not null,
  primary key (kind, id)
) partition by list (kind);

-- +goose StatementBegin
do $body$
declare k record;
begin
  for k in select * from (values
    ('lead', 'lead', array['company', 'contact_name', 'email']),
    ('account', 'account', array['name', 'vat', 'email']),
    ('contact', 'contact', array['name', 'email']),
    ('opportunity', 'opportunity', array['number', 'name']),
    ('quote', 'quote', array['number']),
    ('order', 'sales_order', array['number']),
    ('contract', 'contract', array['number']),
    ('invoice', 'invoice', array['number']),
    ('case', 'care_case', array['number', 'subject']),
    ('product', 'product', array['sku', 'name'])
  ) v (kind, tab, cols) loop
    declare
      said text := (select $$concat_ws(' ', $$ || string_agg('%1$s.' || quote_ident(c), ', ') || ')' from unnest(k.cols) c);
      differs text := (select string_agg(format('old.%1$I is distinct from new.%1$I', c), ' or ') from unnest(k.cols) c);
      part text := 'find_words_' || k.kind;
    begin
      execute format('create table %I partition of find_words for values in (%L)', part, k.kind);
      execute format('insert into %I select %L, x.id, plain(%s) from %I x', part, k.kind, format(said, 'x'), k.tab);
      execute format('create index %I on %I using gin (words gin_trgm_ops)', part || '_like', part);
      execute format($f$create function %1$s_add() returns trigger language plpgsql as $t$
        begin insert into %1$I values (%2$L, new.id, plain(%3$s)); return null; end $t$$f$, part, k.kind, format(said, 'new'));
      execute format($f$create function %1$s_change() returns trigger language plpgsql as $t$
        begin update %1$I set words = plain(%2$s) where kind = %3$L and id = new.id; return null; end $t$$f$, part, format(said, 'new'), k.kind);
      execute format($f$create function %1$s_drop() returns trigger language plpgsql as $t$
        begin delete from %1$I where kind = %2$L and id = old.id; return null; end $t$$f$, part, k.kind);
      execute format('create trigger %1$I after insert on %2$I for each row execute function %1$I()', part || '_add', k.tab);
      execute format('create trigger %1$I after update of %2$s on %3$I for each row when (%4$s) execute function %1$I()',
        part || '_change', (select string_agg(quote_ident(c), ', ') from unnest(k.cols) c), k.tab, differs);
      execute format('create trigger %1$I after delete on %2$I for each row execute function %1$I()', part || '_drop', k.tab);
      execute format('drop index %I', k.tab || '_find');
    end;
  end loop;
end $body$;
-- +goose StatementEnd
