"""What columns are usually called, and what that says about their values."""

import re

_WORD = r"(?:^|_)(?:{})(?:$|_)"


def _word(alternatives: str) -> "re.Pattern[str]":
    return re.compile(_WORD.format(alternatives), re.IGNORECASE)


NAMED = tuple(
    (_word(words), template)
    for words, template in (
        ("e?mails?|email_address", "{table}.{tag}@example.com"),
        ("url|uri|link|website|href|avatar|image|photo|picture|logo|webhook|endpoint|homepage|thumbnail",
         "https://example.com/{column}/{tag}"),
        ("phone|mobile|tel|telephone|msisdn|whatsapp|fax", "+1555{serial:07d}"),
        ("slug|handle|username|user_name|nickname|subdomain|permalink|shortname", "{table}{tag}"),
        ("domain|hostname|host", "{tag}.example.com"),
        ("tz|timezone|time_zone", "Europe/Berlin"),
        ("currency|currency_code", "EUR"),
        ("country|country_code|nationality", "DE"),
        ("locale|lang|language|language_code", "en"),
        ("colou?r|hex", "#3366cc"),
        ("hash|sha|sha256|checksum|digest|fingerprint", "{hex:08x}" * 8),
        ("mime|mime_type|content_type|media_type", "text/plain"),
        ("path|file_path|storage_path|filename|file_name", "folder/{tag}.txt"),
        ("version|semver", "1.0.{serial}"),
        ("ip|ip_address", "10.0.0.1"),
        ("zip|zip_code|postal_code|postcode", "10115"),
        ("iban", "DE89370400440532013000"),
        ("uuid|guid", "{uuid}"),
        ("key|token|secret|code|sku|reference|ref|number", "{column}-{tag}"),
    )
)  # fmt: skip

ENDED = re.compile(
    r"^(?:is_)?(?:soft_)?(?:deleted|archived|revoked|banned|removed|suspended|cancell?ed|cancell?ation|disabled|blocked|"
    r"locked|left|ended|closed|failed|failure|rejected|rejection|declined|withdrawn|dismissed|expired|used|consumed|"
    r"redeemed|error|deactivated|invalidated|unsubscribed|merged)(?:_|$)|_(?:deleted|archived|error|error_message)(?:_at)?$",
    re.IGNORECASE,
)
"""A row that this is set in is over: left empty."""

POWERS = re.compile(
    r"admin|owner|super|staff|moderat|service|root|system|manager|internal|god|editor|principal|director|lead|teacher|"
    r"banned|suspend|delet|archiv|block|disabl|inactive|cancel|reject|expire|fail|revoke|remov|closed|private",
    re.IGNORECASE,
)
"""Labels that let people do more, or that a row is over with: not what a row starts as."""

ON = _word("active|enabled|available|visible|valid|open|allowed|confirmed|published|current|ok|success|succeeded")
OFF = re.compile(r"^(?:in|dis|un|non_|not_|hide)|hidden", re.IGNORECASE)

USER = re.compile(
    r"^(?:user|owner|author|creator|created_by|uploaded_by|added_by|profile|account|customer|member|sender|parent|"
    r"student|client|host|organizer|posted_by|submitted_by|requested_by|uid)(?:_(?:id|uid|uuid|user_id))?$",
    re.IGNORECASE,
)
"""A column that says whose row it is, with a foreign key or without."""

_BEFORE = _word("starts?|started|begins?|began|from|created|opens?|opened|since|first|period_start|effective|issued|in")
_BEHIND = _word("ends?|expires?|expiry|expiration|until|till|to|due|deadline|closes|finish|valid_to|next|last|"
                "period_end|renews?|trial|out|target|scheduled|remind|send")  # fmt: skip
_BORN = re.compile("created|birth|inserted", re.IGNORECASE)


def time_rank(name: str) -> int:
    """Days from now that a time of this name usually is: beginnings lie behind, ends ahead."""
    if _BORN.search(name):
        return -20
    if _BEHIND.search(name):
        return 30
    return -10 if _BEFORE.search(name) else -1


MANAGED_SCHEMAS = {"auth", "storage", "realtime", "vault", "cron", "net", "pgmq", "supabase_functions"}
MANAGED = {
    "auth.users.id": "UUID",
    "auth.users.instance_id": "00000000-0000-0000-0000-000000000000",
    "auth.users.aud": "authenticated",
    "auth.users.role": "authenticated",
    "auth.users.email": "user.TAG@example.com",
    "auth.users.email_confirmed_at": "2026-01-01 12:00:00+00",
    "auth.users.created_at": "2026-01-01 12:00:00+00",
    "auth.users.updated_at": "2026-01-01 12:00:00+00",
    "auth.users.raw_app_meta_data": '{"provider": "email", "providers": ["email"]}',
    "auth.users.raw_user_meta_data": """{"name": "User TAG", "full_name": "User TAG", "display_name": "User TAG",
 "first_name": "User", "last_name": "TAG", "username": "user-TAG", "user_name": "user-TAG",
 "email": "user.TAG@example.com", "avatar_url": "https://example.com/avatar/TAG", "email_verified": true}""",
    "storage.buckets.id": "bucket-TAG",
    "storage.buckets.name": "bucket-TAG",
    "storage.objects.name": "folder/file-TAG.txt",
}
"""What the services write; TAG and UUID are a row's own."""
