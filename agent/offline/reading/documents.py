"""How JSON is told of, and lists in it: "in JSON format", "a list of steps, saved as JSON", each as "as a json list"."""

_KIND = r"(?:list|array|object)"
_FORM = r"(?:format|form|notation|representation|structure|syntax|encoding|shape|type)"
_PUT = r"(?:represented|expressed|encoded|formatted|seriali[sz]ed|modell?ed|structured|written|laid out|typed|persisted|captured|noted|given|provided|supplied|delivered|declared|defined)"
_SAVED = r"(?:,? (?:which|that|and)(?: (?:is|are))?|,)?(?: (?:is|are))?(?: (?:stored|saved|kept|held|recorded))?"
_N = r"(?!(?:the|its|their|an?|quest)\b)[a-z_]+(?: (?!as|in|which|that|and|stored|saved|kept|held|is|are)[a-z_]+)?"
_OTHERS = r"(?:(?:rather than|instead of|not|no|never|and not) (?:an? |any )?(?:json )?(?:list|array|object|string|text|map|value|scalar)s?)"
DOCUMENTS = (
    (rf"\b(jsonb?)(?:[ -]{_FORM}(?:ted)?|[- ](?:encoded|based|typed|seriali[sz]ed))\b(?! (?:of|is|column))", r"\1"),
    (rf"\b{_PUT} (?=(?:as|in|into|using|with) (?:an? |the )?(?:jsonb?\b|form|format|shape|{_KIND} ))", "stored "),
    (r"\b(?:as (?:the |an? )?(?:form|format|shape|type) (?:of )?|(?:in|under|using) (?:the |an? |its )?(?:(?:form|format|shape|guise|manner) (?:of )?)?)(?=(?:an? )?jsonb?\b(?! (?:columns?|fields?)))", "as "),
    (r"\b(?:in|into|inside|within) an? (?:single )?(jsonb?) (?:column|field)(?= *(?:[.,;)]|$|and\b))", r"as \1"),
    (rf"\b(?:whose|with (?:the|a)) (?:data |column |storage )?{_FORM}(?: is| being|:)? (?=(?:an? )?jsonb?\b)", "as "),
    (r"\bas an? (?:list|array),? (?:and )?(?:(?:stored|kept|saved) )?(?:as|in) (jsonb?)\b(?! (?:list|array))", r"as a \1 list"),
    (rf"(?<=[;,.] )(?:and |with )?(?:the|its|their|whose) (?:data |column |storage |stored )?(?:{_FORM}|value|contents?)(?: of (?:it|them|this|that))?(?:,| is| are| being| (must be|has to be|should be)| will be|:| =)? (?=(?:an? |always |only )*(?:jsonb?\b|{_KIND}\b))", lambda m: "it must be " if m[1] else "it is "),
    (r"(^|[.;] )(?:(?:[a-z]+ ){1,7})(?:lives?|goes?|sits?|(?:is|are) (?:stored|kept|saved|held)) in an? (jsonb?)( list| array)? (?:column|field) (?:called|named) ([a-z_]+)\b", lambda m: f"{m[1]}it has {m[4]} as a {m[2]}{m[3] or (' list' if ' list ' in m[0] else '')}"),
    (rf"\b(jsonb?)(?:,| \(|;|:| -)?(?: and)?(?: (?:it|this|that) is| as)?(?: (?:more )?(?:specifically|namely|precisely|concretely|meaning|in fact|in particular))* (?:an? )?(list|array),? {_OTHERS}(?:,? (?:or|and) (?:an? )?[a-z]+)?\)?", r"\1 \2"),
    (rf"\b(?:an? |the |its |their )?(?:list|array|set) (?:of|with|for) (?:the |its |their )?({_N}){_SAVED} (?:as|in) (?:a )?(jsonb?)(?: list| array)?(?= *(?:[.,;)]|$|and\b))", r"\1 as a \2 list"),
    (rf"\b(an? |the |its )?(jsonb? {_KIND}),? (?:that is |which is |is |to be )?(?:called|named|by the name of|with the name) ([a-z_]+)\b", r"\3 as a \2"),
    (r"(^|[.;] )(?:please )?(?:make|let|keep|have|store|save) (?:it|that|this|them)(?: be)? (?=(?:an? |as )?jsonb?\b)", r"\1it is "),
)  # fmt: skip
