"""What is said beside a change of rows, and follows from it anyway.

Whoever has a row keeps it, running the file again adds nothing, all other columns take their defaults. None of it is an
instruction; it is struck out before the change itself is read.
"""

import re
from itertools import pairwise

from agent.offline import regex
from agent.offline.reading.ledger import Ledger

LACKS = (
    r"(?:(?:have|has|having|had|with|got|is|are|owns?|owning) (?:none|no(?! default)|zero|0|not a single|not even one)|(?:do|does|did|have|has) not(?! have to| need| to)(?: (?:yet|ever|currently|already|even|actually))*(?: (?:have|own|logged|recorded|had|got|there|in there|exist|present|any|a single|one))*|without(?: (?:any|one|an?|a single|at least|yet|corresponding|matching))*|lack(?:s|ing)?|missing|"
    r"for (?:whom|which) (?:there (?:is|are) )?no|never(?: ever)?(?: [a-z]+)?|not (?:present |found |there |listed |contained |represented )?in|not yet|at least one|there (?:is|are) (?:none|no(?! default))|none exists?|(?:but|and|or|still) no|no (?:row|entry|record)s?|(?:where|if|when) no|no(?= (?:[a-z_]+ ){1,6}exists?))"
)
_HAVING = r"already|existing|others?|rest|(?:every|any)(?:one|body|thing) else|nobody else|who(?:ever)?(?: [a-z]+)? (?:do|does|has|have)|(?:that|which) (?:do|does|have|has|exists?|are there)|(?:with|has|have|having) (?:(?:a|an|any|some|at least|1|one|the|>=|their|own|more|or) )*(?:[a-z]+ )?(?:logs?|rows?|entr(?:y|ies)|records?|ones?|{nouns})|(?:has|have) (?:one|some|any|them|it)|those who|(?:that|which) are there|present|exists?"
_KEPT = (
    r"un(?:touched|changed|modified|affected)|alone|as (?:they|it|he|she|is)|skip(?:s|ped|ping)?|ignored?|ignoring|preserved?|excluded?|leave|leaving|keeps?|kept|stays?|remains?|nothing|no-op|"
    r"(?:not|never) (?:be )?(?:touch|chang|modif|updat|overwr|overwritten|affect|get|receive|need|add|alter|edit|duplicat|given)[a-z]*|(?:no|not an?) ?(?:second|other|new|another|extra|additional|further) (?:one|row|entry|log)|not another|do(?:es)? not (?:count|matter)"
)
_AGAIN = (
    r"idempotent(?:ly)?|re-?run(?:s|ning|nable)?(?: [^.,;\n()]*)?|(?:run|running|runs|execut[a-z]+|appl[a-z]+|repeat(?:ing|ed)?)(?: [a-z]+){0,4} (?:twice|again|a second time|repeatedly|multiple times|several times|more than once)(?: [^.,;\n()]*)?|"
    r"(?:safe|ok|fine|harmless|repeatable) to (?:run|re-?run|repeat|apply|execute)(?: [^.,;\n()]*)?|(?:(?:make|cause|create|insert|produce|get|add)s? )?(?:no|not|never|without|avoid(?:ing)?|avoids?)(?: (?!row|log)[a-z]+){0,2} (?:duplicates?|doubles?|duplicate rows|double (?:rows|entries)|duplicat(?:ing|ed?) [a-z]+|second (?:one|row|log|entry))|"
    r"on conflict do nothing|no-op on [a-z-]+|repeatable|nobody (?:gets|ends up with) (?:two|2)|(?:the )?(?:rollback|down|undo)(?: (?:script|migration|block))? (?:must|should|has to|needs to) (?:work|exist|be there|be possible)|reversible"
)
_LEAD = r"(?:(?:it|this|that|the|migration|script|file|backfill|insert|which|and|so|must|should|shall|has|have|needs?|to|be|is|can|may|will|also|please|make|sure|do|does) )*"
_REST = (
    r"(?:everything|anything|all|the|any) ?(?:else|rest|other|others|remaining)(?: (?:of (?:it|them|the (?:columns|fields|row|values))|columns?|fields?|values?|attributes?))*"
    r"(?: (?:can|may|should|shall|stays?|remains?|remain|at|as|is|are|be|=|:|->|use|uses|using|on|keeps?|to|with|gets?|takes?|its|their|the|they|it|table|column|own|or|empty|null|blank|left|default|defaults|database|db|normal|usual|standard|plain|fall|falls|back|(?:is|are) fine|fine|values?|have|has|whatever|whichever))*"
)
_DEFAULTS = r"(?:(?:the|with|use|using|take|taking|its|their|own|table|column|db|database|and|plain|normal|usual) )*defaults?(?: values?)? (?:(?:for|of|in|on|everywhere|to) )+(?:(?:the|all|any|every) )*(?:rest|everything else|(?:others?|remaining)(?: (?:columns?|fields?|values?))?|else|else is fine)"
_REST_ALONE = r"rest (?:=|:|->|is|are|can|stays?|may|at|as|use|gets?)(?: (?:can|may|should|at|as|is|are|be|=|stay|use|on|keep|to|with|its|their|the|table|column|own|or|empty|null|blank|left|default|defaults|db|database|normal|usual|values?))+"
_LATER = r"(?:and |but |so )?(?:the |their |our )?(?:parents?|they|people|users?|famil(?:y|ies)|kids?|children|editors|support|we|he|she|that)(?: [a-z]+)? (?:can|may|will|could)(?: [a-z]+){0,2} (?:it|them|that|this|those)(?: [a-z]+)? (?:later|afterwards|themselves|whenever|any time|anytime|in the (?:app|settings)|if|when)[^.;\n]*"
_EVEN = r"(?:even|also) (?:if|when|though|those)[^.;\n()]*|(?:no matter|regardless of|irrespective of)[^.;\n()]*"
_BREAK = re.compile(r" (?:\.|\n|;|,|\(|\)|but|while|whereas|->|-)(?= )")


def strike_asides(ledger: Ledger, nouns: str = "(?!)", kept: str = "(?!)") -> bool:
    """`nouns` are words for the rows, `kept` for what is no aside. True where other columns are left to defaults."""
    for pattern in (_EVEN, rf"{_LEAD}(?:{_AGAIN})"):
        ledger.take_all(pattern)
    rest = [ledger.take_all(pattern) for pattern in (_DEFAULTS, _REST, _REST_ALONE)]
    ends = [0, *(m.start() for m in _BREAK.finditer(ledger.text)), len(ledger.text)]
    for low, high in pairwise(ends):
        if is_aside(ledger.left[low:high], nouns) and not ledger.find(kept, low, high):
            said = ledger.left[low:high]
            opened = len(said) - len(_BREAK.sub("", said, count=1).lstrip()) if _BREAK.match(said) else 1
            ledger.strike(low + opened, high)
    ledger.take_all(_LATER)
    return any(rest) and any(regex.search(r"default", m[0]) for found in rest for m in found)


def is_aside(said: str, nouns: str = "(?!)") -> bool:
    """ "Kids who have logs stay as they are": it says what nobody would change."""
    padded = f" {said.strip()} "
    kept = regex.search(rf" (?:{_KEPT}) ", padded)
    having = regex.search(rf" (?:{_HAVING.format(nouns=nouns)}) ", padded)
    number = regex.search(r" (?!0 |1 )-?\d", padded)
    lacks = regex.search(
        r" (?:without|lack(?:s|ing)?|missing|never|none|zero|0|no (?!other|second|new|more|extra|additional|further|duplicates?|changes?|op)|(?:do|does|did) not (?:have|own)|(?:has|have|had|is|are) not(?! to)) ",
        padded,
    )
    return bool(kept and having and not number and not lacks)
