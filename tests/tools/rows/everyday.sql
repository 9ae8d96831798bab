-- Tables with the constraints of everyday; tests/tools/rows/test_everyday.py fills t.
--- two hours
create table room (id uuid primary key default gen_random_uuid(), name text not null);
create table t (id uuid primary key default gen_random_uuid(), room_id uuid not null references room,
  starts_at timestamptz not null, ends_at timestamptz not null,
  check (ends_at > starts_at and ends_at <= starts_at + interval '2 hours'));
--- shift min max
create table t (id bigint generated always as identity primary key, user_id uuid not null references auth.users,
  starts_at timestamptz not null, ends_at timestamptz not null, break_minutes int not null default 0,
  check (ends_at - starts_at between interval '15 minutes' and interval '12 hours'),
  check (break_minutes >= 0 and break_minutes < extract(epoch from ends_at - starts_at) / 60));
--- shift on one day
create table t (id bigint generated always as identity primary key,
  starts_at timestamptz not null, ends_at timestamptz not null,
  check (ends_at > starts_at),
  check (date_trunc('day', starts_at at time zone 'UTC') = date_trunc('day', ends_at at time zone 'UTC')),
  check (extract(minute from starts_at)::int % 15 = 0), check (extract(epoch from ends_at - starts_at)::int % 900 = 0));
--- split to 100 positive
create table t (id uuid primary key default gen_random_uuid(),
  platform_share numeric(5,2) not null check (platform_share > 0),
  creator_share numeric(5, 2) not null check (creator_share >= 50), affiliate_share numeric(5,
  2) not null check (affiliate_share > 0 and affiliate_share < 10),
  check (platform_share + creator_share + affiliate_share = 100));
--- jsonb required enum inside
create table t (id uuid primary key default gen_random_uuid(),
  event jsonb not null check (event->>'type' in ('click', 'view') and (event->>'count')::int > 0 and event ? 'at'),
  deep jsonb not null check (jsonb_typeof(deep #> '{theme,colors}') = 'array' and deep #>> '{theme,name}' <> ''));
--- jsonpath check
create table t (id uuid primary key default gen_random_uuid(),
  items jsonb not null check (jsonb_typeof(items) = 'array' and jsonb_array_length(items) > 0 and not jsonb_path_exists(items, '$[*] ? (!exists(@.sku) || !exists(@.qty))')),

  doc jsonb not null check (jsonb_path_match(doc, 'exists($.title)')));
--- array elements
create table t (id uuid primary key default gen_random_uuid(),
  days int[] not null check (days <@ array[1,2,3,4,5,6,7] and cardinality(days) between 1 and 7),
  scopes text[] not null default '{}' check (scopes <@ array['read','write']::text[]),
  roles text[] not null check (array_length(roles, 1) >= 2 and 'admin' = any(roles)),
  clean text[] not null check (array_position(clean, null) is null and '' <> all(clean) and cardinality(clean) >= 1),
  pair numeric[] not null check (array_length(pair, 1) = 2 and pair[1] < pair[2]));
--- password like look-ahead
create table t (id uuid primary key default gen_random_uuid(),
  code text not null check (code ~ '^(?=.*[A-Z])(?=.*[0-9])[A-Z0-9]{8}$'),
  nick text not null check (nick ~ '^(?!.*\.\.)(?!\.)[a-z0-9_.]{3,20}$'),
  path text not null check (path ~ '^/' and path !~ '//' and path !~ '/$'));
--- multiples that are unique
create table t (id uuid primary key default gen_random_uuid(), position int not null unique check (position % 10 = 0),
  lot int not null check (lot % 12 = 0), unique (lot));
--- texts
create table t (id uuid primary key default gen_random_uuid(),
  email text not null unique check (lower(email) = email and position('@' in email) > 1),
  name text not null check (trim(name) = name and name <> '' and length(name) between 1 and 80),
  body text not null check (char_length(body) between 10 and 5000),
  initials text not null check (length(initials) = 2 and initials = upper(initials)),
  lang text not null check (lang ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  path text not null check (starts_with(path, '/') and right(path, 1) <> '/'),
  key text not null check (left(key, 3) = 'sk_'),
  file text not null check (file like '%.pdf' and file not like '%/%'),
  words text not null check (array_length(string_to_array(words, ' '), 1) >= 3),
  title text not null check (btrim(title) <> '' and char_length(btrim(title)) <= 120));
--- exclusion of rooms
create extension if not exists btree_gist;
create table room (id uuid primary key default gen_random_uuid(), name text not null);
create table t (id uuid primary key default gen_random_uuid(), room_id uuid not null references room,
  period tstzrange not null,
  check (not isempty(period) and lower_inc(period) and not upper_inc(period)),
  check (upper(period) - lower(period) <= interval '4 hours'),
  exclude using gist (room_id with =, period with &&));
--- range bounds
create table t (id uuid primary key default gen_random_uuid(),
  stay daterange not null check (lower(stay) is not null and upper(stay) > lower(stay)),
  nights int generated always as (upper(stay) - lower(stay)) stored, check (nights between 1 and 14),
  ages int4range not null check (lower(ages) >= 18 and upper(ages) <= 100),
  budget numrange not null check (lower(budget) >= 0 and not upper_inf(budget)),
  season daterange not null check (upper_inf(season)),
  during tstzrange not null check (lower(during) > '2020-01-01' and upper(during) - lower(during) = interval '1 hour'));
--- exclusion by columns
create extension if not exists btree_gist;
create table t (id uuid primary key default gen_random_uuid(), resource_id uuid not null references auth.users,
  starts_at timestamptz not null, ends_at timestamptz not null,
  status text not null default 'booked' check (status in ('booked', 'cancelled')),
  check (ends_at > starts_at and ends_at - starts_at <= interval '3 hours'),
  exclude using gist (resource_id with =, tstzrange(starts_at, ends_at) with &&) where (status = 'booked'));
--- date parts
create table t (id uuid primary key default gen_random_uuid(),
  week_start date not null check (extract(isodow from week_start) = 1),
  month date not null check (date_trunc('month', month) = month),
  payday date not null check (extract(day from payday) = 15),
  friday date not null check (extract(dow from friday) = 5),
  hour timestamptz not null check (date_trunc('hour', hour) = hour),
  slot timestamptz not null check (extract(minute from slot) in (0, 30) and extract(second from slot) = 0),
  quarter date not null check (extract(day from quarter) = 1 and extract(month from quarter) in (1, 4, 7, 10)),
  month_end date not null check (month_end = (date_trunc('month', month_end) + interval '1 month - 1 day')::date));
--- date parts, unique per user
create table t (id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users,
  week_start date not null check (extract(isodow from week_start) = 1),
  month date not null check (month = date_trunc('month', month)::date),
  unique (user_id, week_start), unique (user_id, month));
--- period of a month
create table t (id uuid primary key default gen_random_uuid(), period_start date not null, period_end date not null,
  unique (period_start), check (date_trunc('month', period_start)::date = period_start),
  check (period_end = (period_start + interval '1 month')::date));
--- one row per hour
create table device (id uuid primary key default gen_random_uuid(),
  serial text not null unique check (serial ~ '^SN-[0-9]{8}$'));
create table t (device_id uuid not null references device,
  bucket timestamptz not null check (bucket = date_trunc('hour', bucket)),
  samples int not null check (samples between 1 and 60), low numeric(5,2) not null, high numeric(5,2) not null,
  mean numeric(5,2) not null, primary key (device_id, bucket), check (low <= mean and mean <= high));
--- big numbers
create table t (id uuid primary key default gen_random_uuid(),
  telegram_id bigint not null unique check (telegram_id > 1000000000),
  stamp bigint not null check (stamp between 1600000000000 and 4000000000000),
  year int not null check (year >= 1990 and year <= extract(year from now())),
  pin int not null check (pin between 1000 and 9999),
  code int not null unique check (code between 100000 and 999999));
--- geo fence
create table t (id uuid primary key default gen_random_uuid(), lat double precision, lng double precision,
  radius_m int, min_lat float not null, max_lat float not null, check ((lat is null) = (lng is null)),
  check (radius_m is null or radius_m between 10 and 50000),
  check (min_lat < max_lat and max_lat - min_lat < 0.5 and min_lat >= -90));
--- heart rate zones
create table t (id uuid primary key default gen_random_uuid(), z1 int not null, z2 int not null, z3 int not null,
  z4 int not null, check (z1 < z2 and z2 < z3 and z3 < z4), check (z1 >= 60 and z4 <= 220));
--- tiers
create table t (id uuid primary key default gen_random_uuid(), from_qty int not null check (from_qty >= 1),
  to_qty int, discount numeric(4,3) not null check (discount >= 0 and discount < 1), unique (from_qty),
  check (to_qty is null or to_qty > from_qty), check (to_qty - from_qty <= 5));
--- bytes and inet
create table t (id uuid primary key default gen_random_uuid(),
  hash bytea not null unique check (octet_length(hash) = 32), salt bytea not null check (length(salt) >= 16),
  ip inet not null check (family(ip) = 4), net cidr not null check (masklen(net) >= 24),
  mac text not null check (mac ~ '^([0-9A-F]{2}:){5}[0-9A-F]{2}$'),
  bits bit varying(8) not null check (length(bits) = 8));
--- check by a function
create function nasty.is_valid_cron(text) returns boolean language sql immutable as $$ select $1 ~ '^(\S+\s){4}\S+$' $$;
create function nasty.all_short(text[]) returns boolean language sql immutable as $$ select coalesce(bool_and(length(x) between 2 and 5), true) from unnest($1) x $$;
create table t (id uuid primary key default gen_random_uuid(), cron text not null check (nasty.is_valid_cron(cron)),
  tags text[] not null check (nasty.all_short(tags) and cardinality(tags) > 0));
--- check by a plpgsql function
create function nasty.ok(a int, b int) returns boolean language plpgsql immutable as $$ begin if a > b then return false; end if; return b - a between 100 and 200; end $$;
create function nasty.luhn(n text) returns boolean language plpgsql immutable as $$ begin return n ~ '^\d{16}$'; end $$;
create table t (id uuid primary key default gen_random_uuid(), a int not null, b int not null, card text not null,
  check (nasty.ok(a, b)), check (nasty.luhn(card)));
--- week of a year
create table t (id uuid primary key default gen_random_uuid(), year int not null check (year between 2020 and 2100),
  week int not null check (week between 1 and 53), month int not null check (month between 1 and 12),
  quarter int not null check (quarter = (month + 2) / 3),
  label text not null check (label = year || '-W' || lpad(week::text, 2, '0')), unique (year, week));
--- derived text
create table t (id uuid primary key default gen_random_uuid(), name text not null, slug text not null,
  domain text not null check (domain like '%.%'), email text not null, check (slug = lower(replace(name, ' ', '-'))),
  check (email like '%@' || domain), check (split_part(email, '@', 2) = domain));
--- full path
create table t (id uuid primary key default gen_random_uuid(),
  bucket text not null check (bucket in ('avatars', 'docs')), path text not null,
  owner uuid not null references auth.users, check (split_part(path, '/', 1) = owner::text),
  check (path ~ '^[^/]+/[^/]+\.(png|jpg)$'));
--- subscription periods
create table t (id uuid primary key default gen_random_uuid(),
  interval text not null check (interval in ('month', 'year')), current_period_start timestamptz not null,
  current_period_end timestamptz not null, trial_end timestamptz, cancel_at timestamptz,
  status text not null check (status in ('trialing', 'active', 'canceled')),
  check (current_period_end = current_period_start + (case interval when 'month' then interval '1 month' else interval '1 year' end)),
  check ((status = 'trialing') = (trial_end is not null)),
  check (trial_end is null or trial_end <= current_period_end));
--- ltree, citext, vector
create extension if not exists ltree; create extension if not exists citext; create extension if not exists vector;
create table t (id uuid primary key default gen_random_uuid(),
  path ltree not null unique check (nlevel(path) between 2 and 5), root ltree not null check (root ~ 'top.*'),
  email citext not null unique check (email ~ '^\S+@\S+\.\S+$'),
  embedding vector(4) not null check (vector_dims(embedding) = 4),
  unit vector(3) not null check (abs(vector_norm(unit) - 1) < 0.001));
--- trigger that refuses
create table plan (id uuid primary key default gen_random_uuid(), seats int not null check (seats > 0),
  name text not null);
create table t (id uuid primary key default gen_random_uuid(), plan_id uuid not null references plan,
  starts_at timestamptz not null, ends_at timestamptz not null, seats int not null);
create function nasty.guard() returns trigger language plpgsql as $$
begin
  if new.ends_at <= new.starts_at then raise exception 'ends before it starts'; end if;
  if new.ends_at - new.starts_at > interval '90 minutes' then raise exception 'too long'; end if;
  if new.seats < 5 or new.seats % 2 = 1 then raise exception 'odd'; end if;
  return new;
end $$;
create trigger guard before insert or update on t for each row execute function nasty.guard();
--- trigger that asks the state of a parent
create table event (id uuid primary key default gen_random_uuid(),
  status text not null default 'draft' check (status in ('draft', 'open', 'closed')), capacity int not null default 0,
  title text not null);
create table t (id uuid primary key default gen_random_uuid(), event_id uuid not null references event,
  user_id uuid not null references auth.users);
create function nasty.guard() returns trigger language plpgsql as $$
declare s text; c int;
begin
  select status, capacity into s, c from nasty.event where id = new.event_id;
  if s <> 'open' then raise exception 'event is not open'; end if;
  if (select count(*) from nasty.t where event_id = new.event_id) >= 1000 then raise exception 'full'; end if;
  return new;
end $$;
create trigger guard before insert on t for each row execute function nasty.guard();
--- trigger that compares with a parent
create table role (id uuid primary key default gen_random_uuid(), scope text not null check (scope in ('site', 'team', 'page')));
create table t (id uuid primary key default gen_random_uuid(), scope text not null check (scope in ('team', 'page')),
  role_id uuid not null references role);
create function nasty.guard() returns trigger language plpgsql as $$
begin
  if (select scope from nasty.role where id = new.role_id) <> new.scope then raise exception 'scope mismatch'; end if;
  return new;
end $$;
create trigger guard before insert on t for each row execute function nasty.guard();
--- JSON Schema
create extension if not exists pg_jsonschema;
create table t (id uuid primary key default gen_random_uuid(), payload jsonb not null check (jsonb_matches_schema('{
  "oneOf": [{"type": "object", "required": ["kind", "size", "tags"], "additionalProperties": false, "properties": {
    "kind": {"const": "box"}, "size": {"type": "integer", "minimum": 3},
    "tags": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["a", "b"]}}}}]}', payload)));
