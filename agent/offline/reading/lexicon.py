"""What words mean to the reader, as data: which carry an instruction, which name columns, which are no values."""

from agent.offline.words import wordset

CHOICE_NOUNS = wordset(
    "type kind status state category level difficulty priority role tier mood stage phase mode colour color size frequency "
    "visibility rarity severity plan grade class format source channel gender scope cadence outcome result reaction rank "
    "language sentiment audience method unit types kinds statuses levels values options choices rating theme enum label "
    "relation relationship value device species platform region style"
)
"""Nouns for columns that take one of a few values."""
COLUMN_WORDS = wordset(
    "title name description body notes note comment summary bio slug code label message content nickname feedback reason "
    "caption headline subtitle position score points progress url icon_url image_url created_at updated_at tags metadata"
)
"""What columns are called so often that a bare list of them is one of columns."""
NO_VALUE = wordset(
    "a an the is are be been being was of as either to from with has have having can could may might must should in on for "
    "that which called named it its one each every per by via and or text integer number null optional required between "
    "among only exactly any default defaults defaulting add set whose where when if so than at more less greater fewer higher "
    "lower above below equal later nothing empty not column field columns fields allowed allow new their will need needs "
    "starting starts start unless until while but nullable unique boolean over under possible valid json jsonb max min list "
    "array ones we they there who falls falling fall depending meaning such initially please describing saying showing "
    "telling using says http-or-https https mandatory timestamp timestamptz uuid bigint numeric index indexed just also "
    "becomes become then plus begins begin minimum maximum permitted preset store stored track record otherwise none "
    "anything something never no without whether how what why always read-only append-only references table create give "
    "rows row entries date datetime he she i you people int4 int8 int bool varchar float decimal belongs belong gets get many-to-many lower case"
)
ACCESS_VERBS = wordset(
    "see select view read access query list follow browse look add create insert log record post submit enter give assign "
    "write edit update change modify correct adjust delete remove manage maintain handle administer control view inserts "
    "updates deletes rename inserted updated deleted changed added edited removed created alter altered modified"
)
FILLERS = wordset(
    "a an the its their his her our your my per this that these those each every all any some it them they we i you he she one ones "
    "which who what there here be is are was were been being am do does did have has had having will would shall should must can "
    "could may might need needs needed want wants like please just simply also too as well then so and or of to for with in on at "
    "by from into about but get gets where whereby whose if how when either both such let lets us "
    "column columns field fields attribute attributes property properties called named value values plus stored store kept keep "
    "keeps recorded record track tracked tracking holding holds hold containing contains contain including includes include "
    "consisting consists carries carry bears bear own new given only always ever additionally furthermore finally lastly another "
    "addition besides starts begins starting beginning run runs stay stays go goes lie lies measured allowed allow accepted accept "
    "accepts accepting permitted valid ranging range ranges restricted limited limit constrained validated checked ok okay "
    "become becomes use uses using make makes making made existing currently match matches say says saying sure ensure extra "
    "additional following possible exactly else add adds added adding create creating introduce introducing put give giving insert "
    "inserting ask asks extend extended extending implement define specify save make must become part save saves replace asked asking able pick choose chosen several together many single remember remembers stores storing afterwards later not never : - | = + / ( ) , ; . \n • -> =>  <-> alter change update"
)
"""Words that are part of no name, at its ends."""
NEVER_NAMES = wordset(
    "bunch lot couple ton col cols knows tells ensures guarantees lets prevents prevent means needs exceed exceeds hold holds "
    "this that it key primary inclusive exclusive notice table tables column columns field fields row "
    "rows record records entry entries extra fix data_fix data ticket component task feature bug expected page index "
    "indexes constraint constraints rule rules check default defaults value values type_of something anything nothing stuff "
    "thing things everything change changes trigger function policy policies access permission permissions rls again going "
    "empty blank omitted unspecified please so because always never now today yes no true false optional required mandatory "
    "migration schema database app feature users nobody everyone everybody same other others rest way case cases time_being "
    "purpose addition entity model attribute attributes property properties option options choice choices new old there "
    "null nullable not and or both minimum maximum between characters text integer boolean numeric uuid jsonb flag sense whether "
    "unless otherwise though although limits bounds ones one pair combination relation relationship link foreign references reference how who where which if "
    "itself they we you i he she what once twice good well number parents parent users user editors members member owners owner admins teachers people team kids children see view read update delete insert earn several together thx better access rated a an the to of by for with in on at is are was be has have can may must should set get only"
)
"""Words that alone are no column's name."""
OF_BOUNDS = wordset(
    "length size cap caps capped anything everything reject refuse refused rejected accept accepts accepting accepted contain contains fit fits fails "
    "stop stops bounded keep carries carry present db database enforce cannot range shortest longest forced inclusive within fine plenty"
)
"""Words that a bound is told with."""
TIES = (
    r"(?:belongs? to|goes to(?= (?:an?|one|1|each|every) )|belonging to|owned by|linked (?:to|with)|linking to|links? to|tied to|attached to|attaches to|connected "
    r"(?:to|with)|associated with|related to|relating to|referencing|references?(?: to)?|refers to|referring to|pointing (?:to|at)|"
    r"points? (?:to|at)|refer to|foreign key (?:to|on|referencing|for|into)|fk(?: to| on| for)?|part of|scoped to|specific to|assigned to|"
    r"given to|earned by|awarded to|unlocked by|accompanied by|built around|made by|written by|created by|hang(?:s|ing)? off|keyed (?:to|by)|pertains? to|concerns?|->)"
)
CHARGED = wordset(
    "not never no none nobody cannot except unless only without unique uniqueness distinct duplicate duplicates twice once "
    "default defaults index indexes indexed optional required mandatory nullable null min max minimum maximum least most "
    "between above below exceed exactly drop truncate delete rename cascade policy policies trigger primary foreign enum "
    "negative positive than >= <= > < anonymous anon public disable grant revoke cascade partition encrypt merge split "
    "integer bigint smallint boolean jsonb json uuid timestamp timestamptz numeric varchar float decimal gin "
    "http-or-https https audit audited append-only read-only immutable if when where until otherwise bool int int4 "
    "int8 many-to-many set-null unless computed generated multiple expires_unless ignoring case-insensitive "
    "move copy archive swap revoke security half later earlier before after same again true false"
)
"""Words that carry an instruction; each has to become part of a fact."""
TYPED = wordset("integer int bigint smallint boolean json jsonb")
"""Types that stand before a name."""
SCHEMES = wordset("http https http-or-https")
STATES = wordset("completed complete done finished open closed active draft pending archived expired cancelled failed")
"""Values of a status, by which it is told from other choices."""
