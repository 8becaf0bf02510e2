-- +goose Up
-- What tells whether two records are of the same company or person: names without legal forms, accents and order, e-mail addresses without
-- what is behind a plus, telephone numbers as E.164. Triggers keep it beside accounts, contacts and leads, whoever writes these.

-- +goose StatementBegin
-- Forms of two or three letters are words elsewhere ("AS Roma", "Co di Busso") and count at the end only, however they are spaced; a few stand
-- in front by custom. Greek and Cyrillic ones are written as they are, the others without accents and points.
create function match_name(text) returns text language plpgsql immutable strict parallel safe as $$
declare
  short constant text := ' spa srl srls snc sas sapa scarl scrl soccoop scpa coop gmbh mbh ug ag kg ohg gbr kgaa eg ek co cie spzoo sp sa spk spj psa ska sc sl slu sll sau slp sarl sasu eurl sca sci ltd limited llp plc lp inc llc corp bv nv vof cv bvba sprl asbl vzw ab hb kb as aps is ivs oy oyj ky tmi ou uab mb sia ik sro spolsro vos ks doo jdoo dd kft zrt nyrt rt bt kkt eood ood ead ad et pfa ike epe ae oe ee lda ldta ltda limitada unipessoal dac clg teo se sce geie αε επε οε εε ικε еоод оод еад ад ет ';
  front constant text[] := '{uab,sia,ab,ou,as,oy,firma,phu,pphu,ditta}';
  n text;
  w text[];
  last int;
  k int;
begin
  -- points and apostrophes within a word are nothing, everything else that is no letter parts words
  n := translate(replace(replace(translate(plain($1), '.''’`´', ''), chr(9), ' '), chr(160), ' '), ',;:-_/\&+()[]{}"„”«»!?*#@|', '                             ');
  if n ~ 'societ|spol|socied|gesells|vennoot|company|aktie|anpart|osake|akciova|druzba|drustvo|korlat|uzdaroji|sabied|osauhing' then
    n := regexp_replace(n, '\m(societa per azioni|societa in accomandita per azioni|societa a responsabilita limitata( semplificata)?|societa in nome collettivo|societa in accomandita semplice|societa cooperativa|spolka z ograniczona odpowiedzialnoscia|spolka akcyjna|spolka komandytowa|spolka jawna|spolka cywilna|sociedad (de responsabilidad )?limitada( unipersonal)?|sociedad anonima|sociedad cooperativa|societe anonyme|societe a responsabilite limitee|societe par actions simplifiee|gesellschaft mit beschrankter haftung|aktiengesellschaft|kommanditgesellschaft|besloten vennootschap|naamloze vennootschap|public limited company|private limited company|aktiebolag|aktieselskab|anpartsselskab|osakeyhtio|spolecnost s rucenim omezenym|akciova spolecnost|spolocnost s rucenim obmedzenym|druzba z omejeno odgovornostjo|drustvo s ogranicenom odgovornoscu|korlatolt felelossegu tarsasag|societate cu raspundere limitata|uzdaroji akcine bendrove|sabiedriba ar ierobezotu atbildibu|osauhing)\M', ' ', 'g');
  end if;
  w := array_remove(string_to_array(n, ' '), '');
  last := cardinality(w);
  if last = 0 then -- it is called like a legal form
    return btrim(translate(plain($1), '.', ''));
  end if;
  k := least(4, last - 1);
  while k > 0 loop
    if strpos(short, ' ' || array_to_string(w[last - k + 1:last], '') || ' ') > 0 then
      last := last - k;
      k := least(4, last - 1);
    else
      k := k - 1;
    end if;
  end loop;
  if last > 1 and w[1] = any (front) then
    w := w[2:last];
  else
    w := w[1:last];
  end if;
  if cardinality(w) = 1 then
    return w[1];
  end if;
  return (select string_agg(x, ' ' order by x collate "C") from unnest(w) x);
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
  n text := translate($1, ' .-/()' || chr(160), '');
  code text;
  trunk text;
begin
  if n = '' or n = '+' then
    return '';
  end if;
  if left(n, 2) = '00' then
    n := '+' || substr(n, 3);
  end if;
  if left(n, 1) = '+' then
    trunk := substring(n from '^\+(49|33|43|41|32|31|353|44|46|358|421|40|359|386|385|370)0');
    if trunk is not null then
      return '+' || trunk || substr(n, length(trunk) + 3);
    end if;
    return n;
  end if;
  code := case upper(country)
    when 'IT' then '39' when 'ES' then '34' when 'PL' then '48' when 'DE' then '49' when 'FR' then '33' when 'AT' then '43' when 'CH' then '41' when 'PT' then '351'
    when 'BE' then '32' when 'NL' then '31' when 'LU' then '352' when 'IE' then '353' when 'GB' then '44' when 'DK' then '45' when 'SE' then '46' when 'NO' then '47'
    when 'FI' then '358' when 'IS' then '354' when 'EE' then '372' when 'LV' then '371' when 'LT' then '370' when 'CZ' then '420' when 'SK' then '421' when 'HU' then '36'
    when 'RO' then '40' when 'BG' then '359' when 'GR' then '30' when 'EL' then '30' when 'CY' then '357' when 'MT' then '356' when 'SI' then '386' when 'HR' then '385'
    when 'SM' then '378' when 'VA' then '39' when 'LI' then '423' when 'US' then '1' when 'CA' then '1' end;
  if code is null then
    return n;
  end if;
  trunk := case
    when code = '36' then '06' when code = '1' then '1' when code = '370' and length(n) = 9 and left(n, 1) = '8' then '8'
    when code in ('49', '33', '43', '41', '32', '31', '353', '44', '46', '358', '421', '40', '359', '386', '385', '370') then '0' end;
  if left(n, length(trunk)) = trunk then
    n := substr(n, length(trunk) + 1);
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
