"""Words that requests are made of, beside those that the readers know, and words that say the same of rows."""

from agent.offline.reading.lexicon import ACCESS_VERBS, CHARGED, FILLERS, NEVER_NAMES, NO_VALUE
from agent.offline.reading.material import ORDERS
from agent.offline.words import wordset

_HEARD = wordset(
    "pairs self differ inserts updates deletions reads edits removals start begin link links reject rejected refuse refused invalid fine bad address "
    "addresses off touch leave leaving left out enforce enforced happen matter relevant ignored logged impossible negative minus "
    "stated error repeat nulls violates specified specifies somebody someone whoever enter enters picks fill filled present database web "
    "proper scheme front current future range remain partial normal condition whole characters letters length obligatory "
    "compulsory real hard backend server service role writes system clients organization deleting adding editing viewing "
    "changing seen sees visible written owns through happens restrict deletion free switch exist done empty-list turned away "
    "obviously second whatever theirs mine manage themselves anymore able likewise backfill families doubled times raise noticing sign-ups other exact comparison enough upper differ "
    "share same picture documented elsewhere show count counts mandatory film surprise fly call really prove review compliance"
)
_MORE = wordset(
    "first newest oldest latest last highest lowest earliest recent recently desc descending ascending top sorted ordered order sort "
    "longer shorter bigger smaller larger long short small large big within inside missing absent lacking lacks lack standard initial starter "
    "alone wrote written forbid forbids classify said told tell marked mark marks flagged orgs org type types receive receives switched "
    "however very upset cap caps noisy covers cover covering end ends support search find found looks looking used using moment moments time times "
    "trail trace yet even already instead still neither nor appear appears occur occurs even got bit bits listed entered optionally "
    "normally job file far often connect connected attach attached link linked linking junction join whenever strictly strength bound bounds "
    "know knows quick quickly slow speed fast build numbers modifications operations percentage percent filter filtered filters "
    "tie ties tied pair pairs paired concern concerns identify identifies hang hangs relate relates related map maps mapped joins pivot "
    "re-run re-runs rerun no-op idempotent untouched running certain specific given concrete respective hence therefore thus ftp pass passes doubles safe skip skipped kinds kind different identical necessary supposed mean means particular sometimes actually maybe come comes go place point "
    "since worth something anything acceptable chose chosen chooses pick picked guard guards ban bans demand demands insist url urls uri uris switch toggle tick checkbox string strings byte bytes fail fails fresh freshly newly brand take precede precedes"
)
PLAIN = frozenset(ORDERS.split("|")) | FILLERS | NO_VALUE | NEVER_NAMES | CHARGED | ACCESS_VERBS | _HEARD | _MORE
ALIKE = (
    wordset("published unpublished draft drafts live"),
    wordset("active inactive retired live archived"),
    wordset("completed complete finished done open"),
)
"""Words for a row's state; one of them in a description explains the others."""
