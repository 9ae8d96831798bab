"""Small words of sentences about columns, none of which is a column."""

from agent.offline.words import wordset

HAVE = wordset(
    "with has have having contains contain containing include includes including stores store storing holds hold holding keeps keep "
    "carries carry carrying needs need gets get records record tracks track saves save wants want consist consists comprise comprises"
)
OPTIONAL = wordset("optional optionally maybe perhaps possibly nullable")
REQUIRED = wordset("required mandatory obligatory necessary compulsory")
LEAD = (
    HAVE
    | wordset(
        "a an the its their his her our this that these which it they there here is are be being been was were will would shall should "
        "must can could may might we you i he she who also then so please just simply of for to in on at as and or plus new some any "
        "one each every all both another further additional additionally extra besides own given needed column columns field fields "
        "attribute attributes property properties called named name? following : - • want wants like know see give gives "
        "add adds put create make let us where when-not such consist consisting from goes go carrying given between many several "
        "leave leaves leaving left always about exactly only say says said do does references data information say said table "
        "tell tells write down log show shows short long free separate certain simple small "
        "together along alongside linking joining junction join bridge bridging "
        "me bring brings remember remembers collect collects define defines enter enters"
    )
    | OPTIONAL
    | REQUIRED
)
"""What only leads up to a name."""
VERBS = wordset(
    "exists exist belongs belong linked tied attached connected associated references refers pointing owned goes gets starts begins ends "
    "runs shows lets means allows happens comes lies stands becomes looks uses changes can cannot must should may might will "
    "is are was were be been has have had do does did not never no none nobody nothing only also once twice always ever sees see "
    "defaults default max min maximum minimum between from to until up at by on of in for with without within under over above below "
    "per than as if when while because since that which who whose where there here it they we you i he she this these those and or "
    "but so then please thanks thank optional optionally required mandatory obligatory necessary needed nullable null unique "
    "exactly whole positive negative non-negative empty equal greater less more least most lower higher longer shorter bigger smaller larger "
    "either one each every any all both enum boolean bool integer int smallint bigint numeric decimal float varchar timestamptz uuid jsonb "
    "json string timestamp datetime filled given set left allowed permitted accepted characters letters chars fk pk foreign primary key cascade "
    "empty-list empty-object empty-text check held kept normally usually initially automatically maybe actually really simply currently today now first later soon about into "
    "unless except otherwise whose its their his her our your my a an the itself themselves such like just already still yet even too very "
    "fail fails come comes leave leaves reject rejects refuse refuses forbid disallow accept accepts accepting keep enforce describes tells says explains indicates represents contains "
    "holds stores keeps records tracks delete insert update select cascade cascades cascading deleted true false yes no now out off down again together apart depending measured counted written stored saved whether how what why"
)
"""What no name goes on with."""
NO_COLUMN = wordset(
    "ids keys fks references table tables row rows record records entry entries column columns field fields thing things stuff data information rls policy "
    "policies access permissions index indexes constraint constraints timestamps id way case rest feature user-story "
    "everything something anything other others nothing nobody parents members users people kids migration database system backend server "
    "acceptance criteria why who what tasks-list schema entity usual default values "
    "everybody everyone anybody somewhere list times lot bit pair combination characters http https http-or-https"
)
"""What no column is called."""
