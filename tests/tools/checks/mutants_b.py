"""More ways to break a good migration: (name, rules of which one has to be found, regular expression, replacement).

For what tables, columns and indexes have to be like, and for what a change costs those that are in use.
"""

CHILD_INDEX = r"^create index if not exists idx_\w+ on public\.\w+ \(child_id[^;]*;\n"

SUBSTITUTIONS: list[tuple[str, str, str, str]] = [
    ("foreign key index forgotten", "indexes/foreign-key", CHILD_INDEX, ""),
    (
        "foreign key index behind another column",
        "indexes/foreign-key",
        r"^(create index if not exists \w+ on public\.\w+ \()child_id, (\w+)",
        r"\1\2, child_id",
    ),
    (
        "foreign key index of some rows",
        "indexes/foreign-key",
        r"^(create index if not exists idx_\w+ on public\.\w+ \(child_id[^;]*);",
        r"\1 where created_at > '2026-01-01';",
    ),
    (
        "index of a filter forgotten",
        "indexes/filter",
        r"^create index if not exists idx_\w+_email on [^;]*;",
        "select 1;",
    ),
    (
        "index name the other way round",
        "indexes/name",
        r"(index (?:concurrently )?if not exists )idx_(\w+)",
        r"\1\2_idx",
    ),
    (
        "index twice",
        "indexes/duplicate",
        r"^(create index if not exists idx_\w+)( on [^;]*;)",
        r"\1\2\n\1_again\2",
    ),
    ("status without its values", "constraints/status", r"\s+check \(\w*status in \([^)]*\)\)", ""),
    (
        "number without bounds",
        "constraints/range",
        r"((?:score|points|progress|age)\w* (?:integer|smallint)[^,;]*?)\s+check \([^)]*\)",
        r"\1",
    ),
    ("number bounded elsewhere only", "constraints/range", r"check \(score between[^)]*\)", "check (true)"),
    (
        "reference without a foreign key",
        "constraints/foreign-key",
        r"(_id uuid( not null)?) references public\.\w+ \(id\)( on delete (cascade|set null))?",
        r"\1",
    ),
    (
        "id counted up",
        "columns/id",
        r"^  id uuid primary key default [^,]*,",
        "  id bigint generated always as identity primary key,",
    ),
    ("id without a default", "columns/id", r"^  id uuid primary key default [^,]*,", "  id uuid primary key,"),
    (
        "creation forgotten",
        "columns/created-at applies/error",
        r",\n  created_at timestamptz not null default now\(\)",
        "",
    ),
    (
        "creation optional",
        "columns/created-at",
        r"^(  created_at timestamptz) not null( default now\(\),?)\n",
        r"\1\2\n",
    ),
    (
        "creation left to the client",
        "columns/created-at",
        r"^(  created_at timestamptz not null) default now\(\)(,?)\n",
        r"\1\2\n",
    ),
    (
        "change not recorded",
        "columns/updated-at",
        r"(?<=default now\(\)),\n  updated_at timestamptz not null default now\(\)(?=[\s\S]*grant [^;]*update)",
        "",
    ),
    ("wall clock", "columns/timestamptz", r"(\w+_at) timestamptz(?! not null default)", r"\1 timestamp"),
    ("table not explained", "comments/table", r"^comment on table \S+ is '.*';$", "select 1;"),
    (
        "column not explained",
        "comments/column",
        r"^comment on column public\.\w+\.(further_reading|\w*status|score|recommended_age|note) is '.*';$",
        "select 1;",
    ),
    ("index built in the way", "safe-change/lock", r"\bconcurrently ", ""),
    (
        "table locked by hand",
        "safe-change/lock",
        r"^alter table public\.user_progress add",
        "lock table public.user_progress;\nalter table public.user_progress add",
    ),
    (
        "default for each row",
        "safe-change/rewrite",
        r"(alter table public\.user_progress add column if not exists share_key uuid);",
        r"\1 default gen_random_uuid();",
    ),
    ("validated at once", "safe-change/scan", r"(?<=\)) not valid\b", ""),
    ("json", "safe-change/type", r"\bjsonb\b( not null default '\{\}')::jsonb", r"json\1"),
    ("char of a length", "safe-change/type", r"(_code) text\b", r"\1 char(2)"),
    ("batch without a limit", "safe-change/unbatched", r"^ +limit \d+\n", ""),
    (
        "batches under a lock",
        "safe-change/unbatched",
        r"^do \$\$\ndeclare\n  changed integer;",
        "alter table public.children add column if not exists note text;\ndo $$\ndeclare\n  changed integer;",
    ),
    (
        "enum value in company",
        "safe-change/enum",
        r"^(alter type [^;]* add value [^;]*;)",
        r"\1\ndrop index if exists public.idx_lessons_subject;",
    ),
    ("loss not allowed", "safe-change/destructive", r"^-- allow: safe-change/destructive .*\n", ""),
    (
        "column dropped by the way",
        "safe-change/destructive",
        r"^(alter table public\.lessons add column )",
        r"alter table public.lessons drop column if exists tags;\n\1",
    ),
    (
        "type narrowed",
        "safe-change/destructive",
        r"^(alter table public\.lessons add column )",
        r"alter table public.lessons alter column points type smallint;\n\1",
    ),
    ("key of a later version", "postgres-version/newer", r"\bgen_random_uuid\(\)", "uuidv7()"),
    ("computed on reading", "postgres-version/newer", r"(generated always as \([^)]*\)) stored", r"\1 virtual"),
]
