"""How JSON is told of, and lists in it: "in JSON format", "a list of steps, saved as JSON", each as "as a json list"."""

_KIND = r"(?:list|array|object)"
_LIST = r"(?:list|array)"
_FORM = r"(?:format|form|notation|representation|structure|syntax|encoding|shape|type)"
_PUT = r"(?:represented|expressed|encoded|formatted|seriali[sz]ed|modell?ed|structured|(?:written|put|laid)(?: down| out)?|typed|persisted|captured|noted|given|provided|supplied|delivered|declared|defined|held)"
_COME = r"(?:comes?|exists?|goe?s?|lives?|sits?|appears?)(?: (?:along|down|in)\b)?"
_STORED = r"(?:stored|saved|kept|recorded)"
_AS_JSON = r"(?=(?:as|in|into|using|with) (?:an? |the |one )?(?:jsonb?\b|form\b|format\b|shape\b))"
_SAVED = rf"(?:,? (?:which|that|and|;)(?: (?:is|are|it is|they are))?|,|;)?(?: (?:is|are))?(?: (?:we|please))?(?: (?:{_STORED}|store|save|keep)(?: (?:it|them|that|this))?)?"
_N = r"(?!(?:the|its|their|an?|json|jsonb)\b)[a-z_]+(?: (?!as|in|which|that|and|stored|saved|kept|held|is|are)[a-z_]+)?"
_OTHERS = r"(?:(?:rather than|instead of|not|no|never|and not) (?:an? |any )?(?:json )?(?:list|array|object|string|text|map|value|scalar)s?)"
_END = r"(?= *(?:[.,;)]|$|and\b))"
DOCUMENTS = (
    (rf"\b(jsonb?)(?:[ -]{_FORM}(?:ted)?|[- ](?:encoded|based|typed|seriali[sz]ed)|[ -](?:documents?|docs?|dictionary|hash))\b(?! (?:of|is|column))", r"\1"),
    (rf"\b{_PUT} {_AS_JSON}|\b{_PUT} (?=as (?:an? )?{_LIST}\b)", "stored "),
    (rf"\b{_COME} {_AS_JSON}", "are stored "),
    (r"\b(?:as (?:the |an? )?(?:form|format|shape|type) (?:of )?|(?:in|under|using) (?:the |an? |its |one )?(?:(?:form|format|shape|guise|manner) (?:of )?)?)(?=(?:an? )?jsonb?\b(?! (?:columns?|fields?)))", "as "),
    (r"(^|[.;] )(?:(?:[a-z]+ ){1,7})(?:is|are) stored (?:in an? (jsonb?)( list| array)? (?:column|field) (?:called|named) ([a-z_]+)\b|as (?:an? )?(jsonb?)( list| array)? in (?:the |a )?(?:column |field )?([a-z_]+)(?= ?[.;]|$))", lambda m: f"{m[1]}it has {m[4] or m[7]} as a {m[2] or m[5]}{m[3] or m[6] or (' list' if ' list ' in m[0] else '')}"),
    (r"\b(?:in|into|inside|within) an? (?:single )?(jsonb?) (?:column|field)(?= *(?:[.,;)]|$|and\b))", r"as \1"),
    (rf", {_STORED} as (?=(?:an? )?jsonb?\b)", " as "),
    (rf"\b(?:whose|with (?:the|a)) (?:data |column |storage )?{_FORM}(?: is| being|:)? (?=(?:an? )?jsonb?\b)", "as "),
    (rf"\bthe (?:data |column |storage )?{_FORM} (?:of|for) (?:the |its )?({_N}) (?:is|are|should be|must be|has to be) (?=(?:an? )?jsonb?\b)", r"the \1 is "),
    (rf"\b(as|is|are|:|\() an? {_LIST}{_SAVED} (?:as|in) (?:a )?(jsonb?)\b(?! {_LIST})", r"\1 a \2 list"),
    (rf"(?<!json )(?<!jsonb )\b{_LIST} ?[,|/] ?(jsonb?)(?= *(?:[,;)|]|$))|\b(jsonb?)(?: ?[|/] ?|, )(?:an? )?{_LIST}(?= *(?:[;)|]|$))", lambda m: f"{m[1] or m[2]} list"),
    (rf"\b({_N}s) {_LIST} (?:as|in) (?:a )?(jsonb?){_END}", r"\1 as a \2 list"),
    (rf"(?<=[;,.] )(?:and |with )?(?:the|its|their|whose) (?:data |column |storage |stored )?(?:{_FORM}|value|contents?)(?: of (?:it|them|this|that))?(?:,| is| are| being| (must be|has to be|should be)| will be|:| =)? (?=(?:an? |always |only )*(?:jsonb?\b|{_KIND}\b))", lambda m: "it must be " if m[1] else "it is "),
    (rf"\b(jsonb?)(?:,| \(|;|:| -)?(?: and)?(?: (?:it|this|that) is| as)?(?: (?:more )?(?:specifically|namely|precisely|concretely|meaning|in fact|in particular))* (?:an? )?({_LIST}),? {_OTHERS}(?:,? (?:or|and) (?:an? )?[a-z]+)?\)?", r"\1 \2"),
    (rf"\b(?:an? |the |its |their )?(?:list|array|set) (?:of|with|for) (?:the |its |their )?({_N}){_SAVED} (?:as|in) (?:a )?(jsonb?)(?: {_LIST})?{_END}", r"\1 as a \2 list"),
    (rf"\b(an? |the |its )?(jsonb? {_KIND}),? (?:that is |which is |is |to be )?(?:called|named|by the name of|with the name) ([a-z_]+)\b", r"\3 as a \2"),
    (rf"^\s*(?:an? )?(jsonb? {_KIND}|jsonb?) ?: ?([a-z_]+)\s*$", r"\2 as a \1"),
    (r"(^|[.;] )(?:please )?(?:make|let|keep|have|store|save) (?:it|that|this|them)(?: be)? (?=(?:an? |as )?jsonb?\b)", r"\1it is "),
    (r"\b(?:for (?:the |its )?([a-z_]+),? (?:please )?(?:use )?(?:a )?(jsonb?) (?:is|would be|will be|seems) (?:fine|ok|okay|enough|best|right|good|used|sufficient|the type)|use (?:a )?(jsonb?) for (?:the |its )?([a-z_]+))(?= *(?:[.;,]|$))", lambda m: f"the {m[1] or m[4]} is {m[2] or m[3]}"),
    (r"\bthere is (also )?an? (jsonb? (?:list|array|object)) for the ([a-z_]+(?: [a-z_]+)?)(?= *(?:[.,;(]|which|that|$))", r"the \3 is a \2"),
    (r"\b(jsonb?)(?: ?\( ?| ?[-–:] |, (?!(?:an? )?[a-z]+ of\b))(?:an? )?(array|list)( of [a-z]+)?(?: ?\))?(?= *(?:[,;.)]|$))", r"\1 \2\3"),
    (r"\b(jsonb?)(?: objects?)?,? (?:both )?(?:an )?empty(?: objects?)?,? (?:by default|initially|unless (?:(?:it|they) (?:is|are) )?(?:given|set|told|said|filled|provided|specified)(?: otherwise)?)(?!\w)", r"\1 default {}"),
)  # fmt: skip
