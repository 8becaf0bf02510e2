-- +goose Up
-- What tells whether two records are of the same company or person: names without legal forms, accents and order, e-mail addresses without
-- what is behind a plus, telephone numbers as E.164. Triggers keep it beside accounts, contacts and leads, whoever writes these.

-- +goose StatementBegin
-- Greek and Cyrillic forms are written as they are; the others as they are without accents and points. Those of two or three letters are
-- words elsewhere ("AS Roma", "Co di Busso") and count at the end only; a few stand in front by custom.
create function match_name(text) returns text language plpgsql immutable strict parallel safe as $$
declare
  n text := plain($1);
  s text;
begin
  n := regexp_replace(n, '[.''’`´]', '', 'g');
  n := btrim(regexp_replace(n, '[[:punct:][:space:]]+', ' ', 'g'));
  s := regexp_replace(n, '\m(societa per azioni|societa in accomandita per azioni|societa a responsabilita limitata( semplificata)?|societa in nome collettivo|societa in accomandita semplice|societa cooperativa|spolka z ograniczona odpowiedzialnoscia|spolka akcyjna|spolka komandytowa|spolka jawna|spolka cywilna|sociedad (de responsabilidad )?limitada( unipersonal)?|sociedad anonima|sociedad cooperativa|societe anonyme|societe a responsabilite limitee|societe par actions simplifiee|gesellschaft mit beschrankter haftung|aktiengesellschaft|kommanditgesellschaft|besloten vennootschap|naamloze vennootschap|public limited company|private limited company|aktiebolag|aktieselskab|anpartsselskab|osakeyhtio|spolecnost s rucenim omezenym|akciova spolecnost|spolocnost s rucenim obmedzenym|druzba z omejeno odgovornostjo|drustvo s ogranicenom odgovornoscu|korlatolt felelossegu tarsasag|societate cu raspundere limitata|uzdaroji akcine bendrove|sabiedriba ar ierobezotu atbildibu|osauhing)\M', ' ', 'g');
  s := ' ' || btrim(regexp_replace(s, ' +', ' ', 'g'));
  s := regexp_replace(s, '( (spa|s p a|srl|s r l|srls|snc|s n c|sas|s a s|sapa|scarl|scrl|soc coop|scpa|coop|gmbh|g m b h|mbh|ug|ag|kg|ohg|gbr|kgaa|eg|ek|e k|co|cie|sp zoo|sp z oo|sp z o o|spzoo|sa|s a|sp k|spk|sp j|spj|psa|ska|sc|sl|s l|slu|s l u|sll|sau|slp|sarl|s a r l|sasu|eurl|sca|sci|snc|ltd|limited|llp|plc|lp|inc|llc|corp|bv|b v|nv|n v|vof|cv|bvba|sprl|srl|asbl|vzw|ab|hb|kb|as|a s|aps|is|ivs|oy|oyj|ky|tmi|ou|uab|mb|sia|ik|sro|s r o|spol sro|spol s r o|vos|ks|doo|d o o|jdoo|dd|d d|kft|zrt|nyrt|rt|bt|kkt|eood|ood|ead|ad|et|pfa|sca|ike|epe|ae|oe|ee|lda|ldta|ltda|limitada|unipessoal|dac|clg|teo|se|sce|geie|ike|αε|επε|οε|εε|ικε|еоод|оод|еад|ад|ет))+$', '');
  s := btrim(regexp_replace(btrim(s), '^(uab|sia|ab|ou|as|oy|firma|phu|pphu|ditta) (?=.)', ''));
  if s = '' then
    s := n; -- it is called like a legal form
  end if;
  return coalesce((select string_agg(w, ' ' order by w collate "C") from unnest(string_to_array(s, ' ')) w where w <> ''), '');
end $$;

create function match_email(text) returns text language sql immutable strict parallel safe as $$
  select case when position('@' in $1) < 2 then '' else
    case when split_part(lower($1), '@', 2) in ('gmail.com', 'googlemail.com') then replace(split_part(split_part(lower($1), '@', 1), '+', 1), '.', '') || '@gmail.com'
    else split_part(split_part(lower($1), '@', 1), '+', 1) || '@' || split_part(lower($1), '@', 2) end end
$$;

-- match_phone is a number as E.164, if the country is known that it is written for; else its digits. A nought in front that is dialled only
-- within the country is left out, also where it was written after the country's code; Italy's belongs to the number.
create function match_phone(text, country text) returns text language plpgsql immutable strict parallel safe as $$
declare
  n text := regexp_replace($1, '[^0-9+]', '', 'g');
  codes constant jsonb := '{"IT":"39","SM":"378","VA":"39","ES":"34","PL":"48","DE":"49","FR":"33","AT":"43","CH":"41","LI":"423","PT":"351","BE":"32","NL":"31","LU":"352","IE":"353","GB":"44","DK":"45","SE":"46","NO":"47","FI":"358","IS":"354","EE":"372","LV":"371","LT":"370","CZ":"420","SK":"421","HU":"36","RO":"40","BG":"359","GR":"30","EL":"30","CY":"357","MT":"356","SI":"386","HR":"385","US":"1","CA":"1"}';
  trunks constant jsonb := '{"49":"0","33":"0","43":"0","41":"0","32":"0","31":"0","353":"0","44":"0","46":"0","358":"0","421":"0","36":"06","40":"0","359":"0","386":"0","385":"0","370":"0","1":"1"}';
  code text;
  trunk text;
begin
  if left(n, 2) = '00' then
    n := '+' || substr(n, 3);
  end if;
  if n in ('', '+') then
    return '';
  end if;
  if left(n, 1) = '+' then
    n := replace(n, '+', '');
    for code in select c from unnest(array[left(n, 3), left(n, 2), left(n, 1)]) c loop
      trunk := trunks ->> code;
      if trunk = '0' and substr(n, length(code) + 1, 1) = '0' then
        return '+' || code || substr(n, length(code) + 2);
      end if;
    end loop;
    return '+' || n;
  end if;
  n := replace(n, '+', '');
  code := codes ->> upper(country);
  if code is null then
    return n;
  end if;
  trunk := trunks ->> code;
  if trunk is not null and left(n, length(trunk)) = trunk then
    n := substr(n, length(trunk) + 1);
  elsif code = '370' and left(n, 1) = '8' and length(n) = 9 then
    n := substr(n, 2);
  end if;
  return '+' || code || n;
end $$;
-- +goose StatementEnd

create table duplicate_key (
  kind text not null check (kind in ('account', 'contact', 'lead')),
  record_id uuid not null,
  account_id uuid, -- of a contact
  name text not null,
  vat text not null,
  email text not null,
  phone text not null,
  country text not null,
  primary key (kind, record_id)
);
create index duplicate_key_name on duplicate_key using gin (name gin_trgm_ops);
create index duplicate_key_vat on duplicate_key (vat) where vat <> '';
create index duplicate_key_email on duplicate_key (email) where email <> '';
create index duplicate_key_phone on duplicate_key (phone) where phone <> '';
create index duplicate_key_account on duplicate_key (account_id) where account_id is not null;

-- +goose StatementBegin
-- home_country is the company's own: where a telephone number is from that does not say.
create function home_country() returns text language sql stable parallel safe as $$ select coalesce((select country from legal_entity order by id limit 1), '') $$;

create function keep_duplicate_key() returns trigger language plpgsql as $$
declare
  k duplicate_key;
  home text;
begin
  if tg_op = 'DELETE' then
    delete from duplicate_key where kind = tg_table_name and record_id = old.id;
    return null;
  end if;
  k.kind := tg_table_name;
  k.record_id := new.id;
  k.vat := '';
  k.country := '';
  if tg_table_name = 'lead' then
    if new.state in ('converted', 'disqualified') then -- what it became is an account, or it is given up
      delete from duplicate_key where kind = 'lead' and record_id = new.id;
      return null;
    end if;
    k.name := match_name(new.company);
    k.vat := new.vat;
    k.country := new.country;
  elsif tg_table_name = 'account' then
    k.name := match_name(new.name);
    k.vat := new.vat;
    k.country := new.country;
  else
    k.name := match_name(new.name);
    k.account_id := new.account_id;
    select country into k.country from account where id = new.account_id;
  end if;
  k.email := match_email(new.email);
  k.phone := '';
  if new.phone <> '' then
    k.phone := match_phone(new.phone, coalesce(nullif(k.country, ''), home_country()));
  end if;
  insert into duplicate_key values (k.*)
    on conflict (kind, record_id) do update set account_id = excluded.account_id, name = excluded.name, vat = excluded.vat, email = excluded.email,
      phone = excluded.phone, country = excluded.country;
  return null;
end $$;
-- +goose StatementEnd

create trigger account_key_new after insert or delete on account for each row execute function keep_duplicate_key();
create trigger account_key after update on account for each row
  when ((old.name, old.vat, old.email, old.phone, old.country) is distinct from (new.name, new.vat, new.email, new.phone, new.country)) execute function keep_duplicate_key();
create trigger contact_key_new after insert or delete on contact for each row execute function keep_duplicate_key();
create trigger contact_key after update on contact for each row
  when ((old.name, old.account_id, old.email, old.phone) is distinct from (new.name, new.account_id, new.email, new.phone)) execute function keep_duplicate_key();
create trigger lead_key_new after insert or delete on lead for each row execute function keep_duplicate_key();
create trigger lead_key after update on lead for each row
  when ((old.company, old.vat, old.email, old.phone, old.country) is distinct from (new.company, new.vat, new.email, new.phone, new.country)
    or (old.state in ('converted', 'disqualified')) <> (new.state in ('converted', 'disqualified'))) execute function keep_duplicate_key();

insert into duplicate_key (kind, record_id, account_id, name, vat, email, phone, country)
  select 'account', id, null::uuid, match_name(name), vat, match_email(email), match_phone(phone, coalesce(nullif(country, ''), home_country())), country from account
  union all
  select 'contact', c.id, c.account_id, match_name(c.name), '', match_email(c.email), match_phone(c.phone, coalesce(nullif(a.country, ''), home_country())), a.country
    from contact c join account a on a.id = c.account_id
  union all
  select 'lead', id, null, match_name(company), vat, match_email(email), match_phone(phone, coalesce(nullif(country, ''), home_country())), country
    from lead where state not in ('converted', 'disqualified');
