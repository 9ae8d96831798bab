"""Labels that stand before what they are about: columns, who may do what, why the table is wished for."""

import re

from agent.offline.words import wordset

BACKGROUND = re.compile(
    r"(?:why|context|goal|background|reason|motivation|purpose|story|user story|user-story|scope|epic|overview|problem|rationale) :"
)
STORY = re.compile(
    r"(?<![^ ])as an? [^.\n]{3,50}? (?:i|we) (?:want|would like|need|like|wish|can|am)\b(?:(?! \. |\n| table ).)*"
)
LABEL = re.compile(
    r"(?:the )?(?:new )?(?:(?:(?:text|url|timestamp|type|date|number|string|json|link|flag) )?columns?|strings?|numbers?|texts?|links|enum(?:eration)?s?(?: as text)?|jsonb?|fields?|schema|attributes?|properties|details|structure|data model|acceptance(?: criteria)?|criteria|ac|"
    r"what(?: it has)?|tasks?|times|dates|timestamps|(?:business )?rules?|checks?|enforce|timestamp|extras?|additional(?:ly)?|constraints?|validations?|given|then|and|extra columns?|extra fields?|it has|has|needs|the fields?|(?:the )?following(?: columns| fields)?)(?: are| is)? :"
)
CRITERIA = r"(?:the )?(?:acceptance(?: criteria)?|criteria|ac|definition of done|dod)(?: are| is)?(?: :)?"
NEEDS = ("optional", "nullable", "required", "mandatory", "obligatory", "compulsory", "necessary", "needed")
ACCESS_LABEL = re.compile(
    r"(?:the )?(?:access|rls|permissions?|polic(?:y|ies)|security|rights|who(?: can do what)?|row level security)(?: \( [^()]* \))? :"
)
TABLE_LABEL = re.compile(r"(?:new )?(?:table|model|entity|table name|feat|feature|ticket|add|create|what) :")
NO_TABLES = wordset(
    "rules fields columns permissions constraints checks policies access owner invariants keys references validations data"
)
"""What stands over lists, and might be taken for the table's name."""
