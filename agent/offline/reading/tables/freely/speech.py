"""Words that people describe a table with, and that name none of its columns."""

from agent.offline.reading import lexicon
from agent.offline.reading.tables.talk import LEAD, NO_COLUMN, VERBS
from agent.offline.words import wordset


def _inflected(verbs: frozenset[str]) -> frozenset[str]:
    """In the present, the past and as participles, as regular verbs are."""
    forms = set(verbs)
    for verb in verbs:
        stem = verb.removesuffix("e")
        ending = verb[-1] == "y" and verb[-2] not in "aeou"
        forms |= {f"{verb[:-1]}ies", f"{verb[:-1]}ied"} if ending else {f"{verb}s", f"{verb}es", f"{stem}ed"}
        forms |= {f"{stem}ing", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"}
    return frozenset(forms)


SPEECH = _inflected(
    wordset(
        "accept achieve add agree allow appear apply arrange ask assume attach attribute base bear begin belong bind bound bring build capture carry cause check "
        "choose collect come comprise concern confine connect consist constrain contain correspond cover create decide define demand deny depend derive "
        "describe determine display distinguish divide ensure enforce enter exceed exist expect explain express extend fall feature fill find fit fix follow "
        "forbid get give go govern grant group guarantee guard hang happen have help hold identify imply include indicate insist introduce involve join "
        "keep know lead leave let lie like link live look maintain make mark match matter mean measure mention model move need notice observe obtain occur omit own permit "
        "pick possess prefer prevent produce prohibit provide put raise receive recognise refer reflect refuse regard register reject relate rely remain remember "
        "remind render represent request require reserve restrict retain run save say see select separate serve set settle show sit sort speak specify stand "
        "start stay stick stop store suit supply support take tell think tie touch track translate treat turn use vary wait want wish work write yield"
    )
) | wordset(
    "held kept gave given known went gone took taken told said written made meant left stood chosen got found brought built come put let done bound hung led lain fell fallen shown "
    "record records recorded recording note noting count counts counted counting number numbers numbered list lists listed listing earns earn earning finishes whoever whatever whichever whom"
)
"""Verbs, in all their forms; none of them is what a column is called."""
_NOUNS = wordset(
    "field fields column columns attribute attributes property properties piece pieces part parts thing things detail details information data row rows record records "
    "table tables schema database storage storing form manner fashion sense purpose purposes reason idea case cases rest remainder addition beginning length maximum minimum "
    "limit limits cap range ranges scale bound bounds boundary boundaries character characters chars letter letters choice choices option options label labels possibility "
    "possibilities constraint constraints rule rules check checks condition conditions restriction restrictions key keys index pair combination side sides word words term terms "
    "default defaults value values entry entries type-of kinds moments moment timestamp timestamps times dates numbers strings texts enum enums flag flags room home share whole others other "
    "anywhere everywhere nowhere somewhere families family parents users people persons members states integers booleans somebody someone anybody anyone everybody everyone job jobs enumeration enumerations impossible relationship relationships mind vocabulary invariant invariants ticket free-form freeform issue spec specification app apps page screen screens dashboard ui website map exception joy hand match matches mapping mappings pairing pairings relation relations connection connections lowest highest smallest largest biggest latter former first second third last one ones item items fact facts basics basic bit set sets object objects existence there here place-holder itself themselves"
)
_SMALL = wordset(
    "besides furthermore moreover further next then lastly finally possibly thereby hence own sole single certain plain simple short long whole full free fixed possible allowed "
    "permitted permissible valid legal acceptable known available-for every each any all some both either neither several many more most few much such same another again "
    "always never ever often simply just only also too as well like against so than yet still once when where why how what which who whose that this these those it its they them their "
    "thus therefore fewer greater lesser shorter longer earlier smaller larger bigger taller newer older back towards toward whose along alongside instead maybe perhaps first-hand otherwise he she his her we us our you your i me my and or but nor not no of in on at by for from to with without within through across over under above below between among into onto "
    "about around after before until since during per via plus minus up down out off if unless otherwise while because though although be is are was were been being am do does did "
    "behind beneath beside near nearby underneath atop meanwhile indeed overall "
    "has have had having can could may might must shall should will would a an the please ok okay yes with-in apart aside together alone beyond regardless respectively accordingly "
    "new additional extra further-more wide high low large small big little good right exactly precisely strictly at-least meaning namely ie eg etc e.g i.e"
)
PLAIN = SPEECH | _NOUNS | _SMALL | LEAD | VERBS | NO_COLUMN | lexicon.FILLERS | lexicon.CHARGED | lexicon.OF_BOUNDS
"""No column is called by any of these alone."""
CLOSED = wordset(
    "inside outside against despite upon throughout amid past versus vs unlike opposite elsewhere somewhat rather quite sometimes nonetheless nevertheless anyway almost "
    "altogether forever ahead forward forwards backward backwards afterwards beforehand thrice herein therein thereof thereafter wherein whereupon alike likewise away "
    "amongst whilst whereas albeit lest considering excluding barring lots enough numerous various different similar however seldom surely certainly old bare mere actual real "
    "nice great better best worse worst important likely sure unsure clear unclear ready"
)
"""No column is called by any of these alone either; what they say is no common speech."""
KEEPS = _inflected(
    wordset(
        "describe bring leave store save keep record track contain include hold carry have need bear comprise remember log collect give show tell add require feature get put capture provide"
    )
) | wordset("has kept held there with columns fields including plus stored")
"""What rows do with their columns, or people who want them."""
