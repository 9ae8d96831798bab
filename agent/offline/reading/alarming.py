"""What is never drafted from words alone: to destroy, to rename, to let strangers in."""

import re

from agent.offline import regex
from agent.offline.reading.access_words import NEGATES, NO_STRANGERS, STRANGERS
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.lexicon import ACCESS_VERBS

_DESTROYS = re.compile(
    r" (?:(?:drop(?:ping)?|(?<!or )(?<!, )(?<!/ )dropped)(?! (?:below|under|to |down))|truncate|wipe|purge|erase|destroy|get rid of|throw(?:ing|n)? (?:away|out)|rename[ds]?(?! folders| them)|merge|split|(?<!too )narrow|shrink|downsize|partition|encrypt|anonymi[sz]e|"
    r"disable|turn off|switch off|bypass|without (?:rls|policies|row level security|protection)|no (?:rls|policies)(?! (?:are |will be |is |need |should )*(?:change[ds]?|changing|touched|affected|to change|be changed|for now))|anon(?! (?:: )?(?:nothing|none|no|never|not|gets nothing|has no|cannot))|anonymous|unauthenticated|superuser|bypassrls|materialized|pg_cron|"
    r"copy|archive|grant (?:all|select|insert)|revoke) "
)
_DELETES = re.compile(
    r"(?:^ *|\n |(?: and| then| also| please| to| could you| can you| should| must| we| i| first| finally| ,| ;| \.) )(?:delete|remove|clear|clean up)(?= (?!is |: |no |yes |cascad|otherwise|until|if|when|it |them|their|rows |by |or |only|,|\.|the (?:rows|link)|own|and|bookmarks|favorites|those|quests|goals))[^.;\n]*"
)
_ORDERED_AWAY = re.compile(
    r"(?:^ *|\n |\. |• |; |please |first |then |(?<!edits|dates|nsert|pdate|reate) and )(?:delete|remove|clear|clean up)(?= (?!/|or |and |,)[a-z_]+ )[^.;\n]*"
)
_PUBLIC = re.compile(
    rf" (?:make|made|making|be|is|are|become|becomes|open|expose|exposed|available|accessible|visible|readable) (?!(?:(?!not |never )[a-z]+ ){{0,2}}{NEGATES})[^.\n]{{0,30}}(?:public|publicly|world|internet|visitors|guests|everyone(?! signed-in)) | public (?:read|access|api) | world-readable "
    rf"| polic(?:y|ies) (?:[a-z]+ ){{0,3}}?(?:for|to) (?:(?:the|all|our) )*{STRANGERS} "
)
_CALM = (
    r" (?:be|is|are|as|to|of|stays?|starts?(?: out)?(?: as| with| at)?|counts? as|becomes?|gets?|=|:|off|on) (?!visible|readable|accessible|available|public|open|opened|shown|exposed|there|free|for)[a-z_0-9]+ (?:by default )?(?:for|with) (?:absolutely )?(?:everyone|everybody)(?= )",
    r" (?:parents?|editors?|teachers?|families|they|users?|people|members?|admins?|kids|children|somebody|someone) (?:(?:should|must|can|could|may|might|will|to|be|able|want|wants|like|need|have|often|sometimes|also|asks?|asked|us) )*(?:archive|disable|turn off|switch off)(?= )",
    r" (?:never|not|no longer) (?:be )?(?:made )?public(?:ly)? ",
    r" archive (?=[^.\n]* (?:is_archived|archived_at) )",
)
"""A value that everybody gets, and what people do in the app."""


def refuse_alarming(words: str, *, watched: bool = False) -> None:
    """Raises Unclear for what asks to destroy, to rename, or to let strangers in.

    Where changes are to be `watched`, "remove" and "delete" are among what happens, but for an order of their own.
    """
    verbs = "|".join(sorted(ACCESS_VERBS, key=len, reverse=True))
    words = regex.sub(NO_STRANGERS, " ", words)
    text = regex.sub(
        rf" (?:(?:{verbs})(?:ing)? (?:(?:,|/|and|or|them|it) )+)+(?:(?:delet|remov)(?:es?|ed|ing|ions?|e)|(?:get(?:ting)? rid of|throw away|erase)) ",
        " … ",
        words,
    )
    text = regex.sub(
        r" (?:(?:allowed|able|permitted|free|want|wants|rights?|permission|forbidden|ability|way) to|(?:can|may) (?:also|even)) (?:delete|remove|clear) ",
        " ",
        text,
    )
    text = regex.sub(
        r" (?:delete|remove)d? (?:the |its |their |all )?[a-z]* ?(?:too |also |along )?(?:when|if|once|together with|along with) ",
        " ",
        text,
    )
    text = regex.sub(r"[a-z_]+(?: / [a-z_]+)+", " … ", text)
    if regex.search(
        r" (?:public (?:,|/|\|) [a-z]+ (?:,|/|\||or|and)|[a-z]+ (?:,|/|\|) (?:(?:or|and) )?public|public (?:or|/) private|private (?:or|/) public) ",
        words,
    ):
        text = text.replace(" public ", " ")  # a value among others
    text = regex.sub(r" ([a-z]{4,}?)e?(?= .* (?:is|was)_\1e?d )", " ", text)  # "archive children ...: is_archived"
    for calm in _CALM:
        text = regex.sub(calm, " ", text)
    for pattern in (_DESTROYS, _ORDERED_AWAY if watched else _DELETES, _PUBLIC):
        if match := pattern.search(text):
            raise Unclear(match[0])
