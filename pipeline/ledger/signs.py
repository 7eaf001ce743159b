"""Facts that are known by their signs: quotation marks, figures, units, words of time, record and cause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.core.english import WEEKDAY, YEARS, find_numbers, find_places, find_written_dates
from pipeline.ledger.models import FactKind

Place = tuple[FactKind, int, int]
"""A kind of fact with the offsets of its words."""

DATELINE = re.compile(
    r"^([A-Z][A-Z.’'-]{2,}(?: [A-Z][A-Z.’'-]+){0,2})(?:, [A-Z][\w. ]{2,30})?(?: ?\([\w ]{2,20}\))? ?(?::|[—–-])(?=\s)",
    re.M,
)
"""Where a report is from, as agencies write it at its head."""
_LABEL = re.compile(
    r"THE (?!HAGUE)|(?:ADVICE|ANALYSIS|ANSWER|BREAKING|CLAIM|CLARIFICATION|COMMENT|CORRECTION|EDITOR|EXCLUSIVE|"
    r"EXPLAINER|FACTS?|FEATURE|INTERVIEW|LATEST|LISTEN|LIVE|MORE|NOTE|OPINION|PHOTOS?|POLL|PROFILE|QUESTION|QUIZ|RATING|READ|RESULTS?|"
    r"REVIEW|SOURCES?|TIMELINE|UPDATED?|VERDICT|VIDEO|WARNING|WATCH)\b"
)
"""What stands before a colon in capitals and is no place."""
_STRAIGHT = re.compile(r'(?<!\d)"')
_UNCLOSED = re.compile(r"“[^“”\n]+$|“[^“”\n]*?[.?!](?= [^“”\n]*“)", re.M)
"""A quotation goes on in the next paragraph, or its end was lost before another one begins."""
_CUT = r"(?!(?:bout|cos|em|ere|im|nuff|til|till|tis|twas|tween|twill|cause(?! (?:and|for|of)\b))\b(?!['’]))"
"""No mark of quotation stands before a word whose beginning is cut off: `'em`."""
QUOTED = re.compile(
    r"“[^“”\n]+”|\"[^\"\n]+\"|„[^„“\n]+“|«[^«»\n]+»|"
    rf"(?<!\w)‘(?i:{_CUT})[^‘\n]+?’(?!\w)"
    rf"|(?<![\w'])'(?i:{_CUT})(?=[^\W\d])(?:[^'\n]|(?<=\w)'(?=\w)){{2,}}?(?:(?<=[.,!?])'{{1,2}}|'(?=[\s,.;:)]|$))(?!\w)",
    re.M,
)
_SOURCES = re.compile(r"^\*?\s?(?:Sources?|SOURCES?): [^\n/]{3,120}", re.M)
"""Whose figures a table or a chart shows."""
_DOMAINS = "com|org|net|gov|edu|info|news|eu|uk|de|fr|nl|no|se|ca|au|in|jp|ch|at|ie|nz|me|io|co|tv|fm|ly|example"
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"”)\]]+[\w/]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|(?<!\w)@\w{2,}"
    rf"|\b(?:[a-z0-9][a-z0-9-]*\.)+(?:{_DOMAINS})\b(?:/[^\s<>\"”)\]]*[\w/])?"
)
_CAPTION = re.compile(
    r"^(?:(?:[a-z]+ ){0,2}(?:photo|photograph|picture|image)(?: credit)?|caption|pictured|credit)s?\b\s*[:(].*$"
    r"|\((?:file )?(?:photo|photograph|picture|image|credit|photo credit)s?\b(?: by|:| courtesy)[^()\n]{2,200}\)"
    r"|^\d{1,3} (?:of|/) \d{1,3}(?:[.:]| [|–—-]) [^\n]+$|^[^\n]{30,}\((?:\w+ ){0,2}(?:photo|pool|file)\b[^()\n]*\)$"
    r"|^[^\n]{30,}(?:/|[|]|courtesy) ?(?:getty images|reuters|afp|ap|epa|shutterstock|alamy|bloomberg|istock)\.?$"
    r"|^(?:file |archive )?(?:photo|photograph|picture|image)s? (?:by|of|courtesy of) [^\n]{2,100}$",
    re.I | re.M,
)
_BOUND = r"(?:(?:at least|at most|under|over|about|around|nearly|almost|more than|less than|just) )?"
_NUMBER_WORDS = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
)
_DECADES = r"teens|[2-9]0s|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
_AGE = re.compile(
    r"\b(?:age[ds]?|turn(?:s|ed|ing)?)\s+\d{1,3}\b(?:(?:\s?[-–]\s?| to | and )\d{1,3}\b|,? (?:and|or) (?:older|"
    r"over|above|up|under|younger))?|\b\d{1,3}[- ]years?[- ](?:olds?|of age|male|female)\b|\b[\w-]+-year-olds?\b"
    rf"|\b{_BOUND}\d{{1,3}} years? old(?: (?:and|or|to) \d{{1,3}}\b(?: or \d{{1,3}}\b)?)?"
    rf"|\b(?:\d{{1,2}}|{_NUMBER_WORDS}) (?:years?|months?|weeks?|days?) old\b"
    rf"|\bages? of (?:\d{{1,3}}|{_NUMBER_WORDS})\b(?:(?: to | and |[-–])\d{{1,3}}\b)?"
    r"|(?:(?<=\bdied )|(?<=\bdies )|(?<=\bdead )|(?<=\bdeath ))at \d{2,3}\b(?!%| (?-i:[A-Z])|[.,:]\d)"
    r"|\b(?:under|over)-\d{1,2}s\b|\b\d{2} (?:and|or) (?:older|younger)\b"
    r"|\b(?:octo|nona|septua|sexa|cente)(?:gen|n)arians?\b"
    r"|\b[\w-]+-(?:month|week|day)-olds?\b"
    r"|(?<=people |adults )(?:under|over) \d{1,2}\b|(?<=children )(?:under|over) \d{1,2}\b"
    r"|(?:(?<=\bis )|(?<=\bwas ))\d{1,2}(?= when\b)|(?<=, )\d{1,3}(?=,|\.|;| and\b)|(?<=\()\d{1,3}(?=\))"
    rf"|\bin (?:his|her|their|my|our|your) (?:early |mid-|late )?(?:{_DECADES})\b",
    re.I,
)
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_PERIODS = "morning|afternoon|evening|night|week(?:end)?|month|year|decade|century|spring|summer|autumn|winter"
_TIME = re.compile(
    r"\b(?:(?:early|late|this|last|next|past|coming|every|each|later|earlier|that) )*"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?-i:{WEEKDAY})(?!\w)|"
    rf"yesterday|today|tomorrow|tonight|{_PERIODS}|{_MONTHS})"
    r"(?:s?\b(?!-like)|(?<=\.))"
    r"(?: ago| earlier| later)?|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|\b(?:[01]?\d|2[0-3]):[0-5]\d\b"
    r"|\b(?:[12]\d{3}|\d{2})s\b|\b(?:[12]\d{3}[-–/]\d{2,4})\b|\b(?:in the|this|last|next) fall\b|\b(?:noon|"
    r"midnight|christmas|easter|new year)\b"
    r"|\b(?:within |during )?(?:the|this|last|next|his|her|their|its) (?:\w+ )?(?:term|season|semester|quarter|"
    r"school year|session)\b"
    r"|\b(?:his|her|their|its) (?:\w+ )?years?\b|\b(?:recently|currently|previously|formerly|so far|(?<!up )to date|"
    r"until now)\b"
    r"|\b(?:FY|[QH][1-4])[ -]?(?:[12]\d)?\d{2}\b|\b[QH][1-4]\b",
    re.I,
)
_BARE_TIME = frozenset({"march", "may", "night", "morning", "evening", "year", "years", "month", "months", "week"})
_UNIT = re.compile(
    r"(?:\s\w+ing(?=\shours))?\s?(?:-\s?)?(?:(?:square|cubic)[ -])?(?:kilomet(?:re|er)s?|met(?:re|er)s?|"
    r"centimet(?:re|er)s?|millimet(?:re|er)s?|"
    r"miles?|inch(?:es)?|feet|foot|yards?|acres?|hectares?|lit(?:re|er)s?|gallons?|barrels?|tonn?es?|tons?|"
    r"kilos?|kilograms?|"
    r"grams?|pounds?|ounces?|degrees?|watts?|kilowatts?|megawatts?|gigawatts?|km|cm|mm|kg|mph|km/h|kph|°[CF]?|hours?|"
    r"(?:milli|hecto|kilo|mega)?(?:bars?|pascals?)|calories?|carats?|decibels?|furlongs?|fathoms?|"
    r"nautical miles?|pints?|"
    r"bushels?|light[- ]years?|Celsius|Fahrenheit|Kelvin|lengths?(?! of)|"
    r"minutes?|seconds?|mins?|secs?|hrs?|knots?|volts?|hertz|bytes?|gigabytes?|megabytes?|m²|km²|sq (?:m|km|ft)|"
    r"ft|lb|MW|GW|kW)\b(?!-[a-z])",
)
_SINCE = re.compile(r" (?:after|ago|before|earlier|later)\b")
"""When something was: `four minutes after` it."""
_PART_OF_UNIT = re.compile(
    r"\b(?:(?:an? |the )?(?:fraction|half|quarter|third|tenth|couple) of an? |half an? |(?:a|one) )"
    r"(?:kilomet(?:re|er)|met(?:re|er)|centimet(?:re|er)|mile|inch|foot|yard|acre|hectare|lit(?:re|er)|gallon|tonne?|"
    r"ton|kilogram|pound|ounce|degree|hour|minute)s?\b"
)
_WEIGHED = re.compile(
    r"\s?(?:%|per ?cent\b|percentage points?\b|pence\b|cents?\b|euros?\b|bn\b|m\b)"
    r"|\s(?:[A-Z][\w.]* ){0,2}(?:dollars?|pounds sterling|francs?|rupees?|rupiah|yen|yuan|renminbi|pesos?|rand|naira|"
    r"shillings?|kron(?:or|er|a|e)|crowns|liras?|rou?bles?|dinars?|dirhams?|riyals?|rials?|ringgit|baht|zlotys?|"
    r"forints?|shekels?|taka|cedis?|kwacha|hryvnias?)\b"
)
CURRENCY = "$€£¥₹₩₽₺"
_BEFORE = re.compile(
    rf"(?<![A-Za-z])[A-Z]{{0,3}}[{CURRENCY}]\s?$|\b(?:minus|negative) $|\b(?:USD|EUR|GBP|CHF|Rs\.?)\s?$"
)
_HEDGE = r"(?:(?:nearly|almost|about|around|roughly|more than|less than|over|just (?:over|under)|at least|some) )"
_HEDGED = re.compile(rf"\b{_HEDGE}$", re.I)
_NUMBERED = re.compile(r"\b[Nn]o\. ?$")
_TO = re.compile(r" (?:to|or) |[-–]")
_SHARE = re.compile(
    rf"\b{_HEDGE}?(?:doubl(?:e[ds]?|ing)|tripl(?:e[ds]?|ing)|trebl(?:e[ds]?|ing)|quadrupl(?:e[ds]?|ing)|"
    rf"halv(?:e[ds]?|ing)|half"
    r"|(?:the |a )?(?-i:(?:vast |large |small )?majority|bulk|minority)(?= of\b)|(?:the |a )(?:vast |large |small )?"
    r"majority\b(?!-)|lion’s share|"
    r"most of(?= (?:the|his|her|their|its|our|these|those)\b)|(?:a )?dozens?|a couple(?= of)|"
    r"hundreds|thousands"
    r"|millions|billions|tens of thousands|(?:a|one) (?:third|quarter|fifth|tenth)|twice|"
    r"both(?: of)?(?= (?:the|his|her|their|its|these|those|\w+s)\b)|\w+fold|several|(?<!how )many|"
    r"few|fewer|numerous|countless|(?:a )?handful|scores of)\b",
    re.I,
)
_SORTS = r"(?:beef|books?|breeds?|burgers?|duck|earths?|gas(?:es)?|lamb|meat|metals?|steaks?|tuna)\b"
"""What is `rare` by its sort, or on the plate, and so is nothing out of the ordinary."""
_RECORD = re.compile(
    r"\b(?:(?:the )?(?:(?:(?:first|second|third|fourth|fifth)-)?(?:largest|biggest|highest|lowest|oldest|youngest)"
    r"|first(?:[- ]ever)?|last|only|sole(?:ly)?|unique|debut|maiden|the final|"
    rf"(?<!\bmedium[ -])rare(?! {_SORTS})(?:ly)?|"
    r"unprecedented|record-\w+|on record|all-time|latest|newest)"
    r"|(?:career|club|course|district|league|national|olympic|personal|school|season|state|track|world)[- ]records?"
    r"(?! (?:company|deal|label|player|shop|store))"
    r"|(?:best|worst|highest|lowest|longest|fastest|oldest|youngest|most|least)-(?!of\b|in\b|case|before)\w+"
    r"|top-(?:grossing|paid|performing|placed|ranked|ranking|rated|scoring|seeded|selling)"
    r"|un(?:rivall?ed|matched|paralleled|surpassed|beaten|defeated)|second to none|in living memory|of all time"
    r"|record(?= (?:[$€£¥]|\d))|since records began|number one|(?:all-time|historic|record) (?:highs?|lows?)"
    r"|ever|never|always|none|nobody|no one|no other|for the first time|once|more than any|world-leading"
    r"|every(?:one|body|thing)?|each(?= of)|entire(?:ly)?|complete(?:ly)?|mostly"
    r"|rank(?:s|ed|ing)? (?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|highest|lowest|last|top|no\.? \d+)"
    r"|(?:at|near) the (?:top|bottom) of"
    r"|(?:among|one of) the (?:leading|top|most|\w+est)"
    r"|all of(?= (?:the|his|her|their|its|our|these|those)\b)"
    r"|(?:exceptionally|extraordinarily|notably|uniquely|unusually) \w+|exclusively|without exception"
    r"|(?:ha[sd]|have)(?:n[’']t| not) \w+(?=[^.]{0,70} since\b)"
    r"|(?:\w+er|more \w+|less \w+|worse)(?: \w+)? than (?:normal|usual|average|expected|ever|any|before))\b",
    re.I,
)
_HELD = (
    r"(?:(?:an?|her|his|its|that|the|their|this|wooden|metal) )+(?:bed|bench|chair|fence|gate|lamppost|"
    r"mast|pillar|pipe|pole|post|radiator|rail|railing|rope|tree)s?\b"
)
"""What somebody or something is tied to by a rope."""
_SO = r"(?:far|as|much|many|long|little|few|called|on|too|that|what|who|how|do|does|did|is|are)\b"
"""What follows `so` where it gives no reason."""
_CAUSE = re.compile(
    r"\b(?:because(?: of)?|(?:due|owing|thanks)(?: (?:in (?:\w+ )?part|largely|mainly|partly|mostly))? to|"
    r"given (?:how|that|the fact)|(?:a|the) results? of|the effects? of|"
    r"in (?:light|view|anticipation) of|"
    r"with the (?:\w+ )?(?:advent|arrival|closure|collapse|departure|inflow|influx|loss|onset|outbreak) of|"
    r"(?:may|might|could|can|also)(?: also)? (?:have )?play(?:ed)? an? (?:\w+ )?(?:part|role)|"
    r"for (?:his|her|their|its) (?:\w+ ){0,2}(?:achievements?|contributions?|efforts?|failure|handling|performances?|"
    r"refusal|roles?|services?|support|work)\b|"
    r"(?:dent|erod|exacerbat|worsen|bolster|undermin|dampen|crippl|paraly[sz])(?:e|es|s|ed|ing)\b|"
    r"(?:took|takes?|taking) a toll|weigh(?:s|ed|ing) on|fuell?(?:s|ed|ing)|brought (?:about|on)|gave rise to|"
    r"on the back of|ma(?:k(?:es?|ing)|de) it (?:\w+ )?\w+ (?=for\b|to\b)|(?<=[,;–—] )so (?="
    r"(?:there|he|she|it|they|we|you|the|that|this|his|her|its|their|your|our|my|these|those|some|most|no|nobody) )|"
    rf"(?<=[,;–—] )so (?=(?!{_SO})[\w’'-]+ (?:\w+ )?(?:is|are|was|were|will|would|could|can|may|might|must|should|had|"
    r"has|have|does|did)\b)|"
    rf"so (?:\w+ly )?(?!{_SO})\w+ that\b|"
    r"(?:on the heels|by virtue|by dint|at the (?:behest|request|urging)|in the aftermath|courtesy|in hono(?:u)?r|"
    r"in memory|in recognition|in pursuit|in (?:the )?hopes?) of|"
    r"after (?:(?:mounting|growing|heavy|fierce|intense|public|(?:month|week|year)s? of|a) )*(?:pressure|criticism|"
    r"outcry|backlash|uproar|furore|complaints?|lobbying|outrage|tip-?off|allegations?|accusations?|warnings?)\b|"
    r"under (?:\w+ )?pressure (?:from|to)|"
    r"for (?:\w+ )?(?:health|safety|security|legal|medical|personal|family|political|technical|economic|financial|"
    r"religious|humanitarian|tax|privacy|environmental) (?:and \w+ )?reasons|"
    r"on (?:medical|legal|humanitarian|compassionate|constitutional|security|health|religious|technical|safety|moral|"
    r"ethical|environmental|procedural|racial) grounds|"
    r"out of (?:concern|respect|spite|solidarity|necessity|caution)|in (?:the )?hope that|with a view to|so as not to|"
    r"(?:pav|clear)(?:e[ds]?|ing) the way (?:for|to)|open(?:s|ed|ing) the door to|culminat(?:e[ds]?|ing) in|"
    r"touch(?:ed|es|ing) off|(?:is|are|was|were) (?:partly |largely )?to blame for|"
    r"(?:factors?|culprits?) (?:in|behind)|reasons? (?:why|for|behind|that)|(?:that|this|which)(?:[’']s| is| was) why|"
    r"(?:attribut|credit)(?:s|es|ed|e|ing)\b|caus(?:e[ds]?|ing)(?: by)?|le(?:d|ads?|ading) to|as a (?:result|"
    r"consequence)(?: of)?|"
    r"for (?:want|lack) of|(?:over|for) (?:being|having|not)\b|"
    r"(?:aris(?:es?|en|ing)|result(?:s|ed|ing)?) from|"
    r"trigger(?:s|ed|ing)?|result(?:s|ed|ing)? in|in (?:response|reaction) to|"
    r"in (?:response|reaction|retaliation|return|protest)(?=,)|prompt(?:s|ed|"
    r"ing)|after which|"
    r"in (?:an?|the|his|her|their|its) (?:\w+[- ]){0,2}?(?:attempt|effort|bid|push|drive|hope)s? (?:to|at|of)\b|"
    r"(?<=\beffort )to \w+|(?<=\battempt )to \w+|(?<=\befforts )to \w+|(?<=\battempts )to \w+|"
    r"therefore|so that|in order to|so as to|blam(?:e[ds]?|ing)(?: \w+){0,4} (?:on|for)|blam(?:e[ds]?|ing)|"
    r"attributed to|"
    r"contribut(?:e[ds]?|ing) to|(?-i:forc(?:ed|ing)(?! [A-Z]))|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bby )following|in the wake of|amid|despite|"
    r"on (?:account|suspicion) of|in connection with|on (?:the )?grounds (?:of|that)|(?:for|out of) fear(?: of| that)?|"
    r"with the (?:aim|goal|hope|intention) of|(?:aimed|designed|intended) (?:at|to)|in (?:exchange|return) for|"
    r"in (?:protest|retaliation|preparation|revenge) (?:against|at|for|over)|hence|consequently|thereby|"
    rf"(?<=, )meaning(?! (?:well|no (?:harm|ill|offen[cs]e|disrespect))\b)|(?:linked|tied) to(?! {_HELD})|"
    r"associated with|responsible for|the causes? of|made possible by|"
    r"stem(?:s|med|ming) from|deriv(?:e[ds]?|ing) from|"
    r"(?:comes?|came) (?:entirely|largely|mainly|mostly|partly|chiefly) from|"
    r"spark(?:s|ed|ing)|spurr(?:ed|ing)|di(?:e[ds]?) (?:of|from)|deaths? (?:of|from)|"
    r"(?:boost|aid|help|fuel|fuell|driv|driven|hit|hurt|offset|buoy|lift|drag|push|pull|weigh|hamper|delay|"
    r"support|explain|mov)"
    r"(?:e?d)?(?: \w+)? by)\b",
    re.I,
)
_NAMED = re.compile(
    r"\b(?:call|describ|dubb?|labell?|brand|term|rat|deem|characteri[sz]|dismiss|hail|mock|derid)(?:s|es|ed|e|ing)?\b"
    r"(?=[^“”\"\n.;]{0,50}[“\"][^”\"\n]+[”\"])"
)
"""What is called what, in the words of who calls it so."""
_LAW = re.compile(
    r"\b(?:Article|Section|Clause|Chapter|Rule|Schedule|Regulation|Paragraph)s? \d+\w*(?:\(\w+\))*"
    r"(?:(?:,| and| or|, and) \d+\w*)*"
    r"|\b(?:(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)|\d+(?:st|nd|rd|th)) "
    r"(?:Amendment|Protocol)\b|\b(?:Proposition|Resolution|Title|Directive|Bill) (?:\d+|[IVX]+)\b"
)
"""Parts of a law: `Articles 3 and 4b`."""
_OFFICE = re.compile(r"(?:Department|Ministry|Office)$")
"""Seats of governments that are no buildings."""
_EXTENT = re.compile(
    r"\b(?:(?:city|country|county|district|island|nation|province|region|school|state|world)-?wide|globally|"
    r"the (?:arctic circle|equator|north pole|south pole|tropics)|(?:across|all over|around|"
    r"throughout) the (?:area|city|continent|country|county|globe|island|nation|province|"
    r"region|state|world))\b",
    re.I,
)
"""How far something reaches."""
_PART = re.compile(
    r"\b(?:north|south)?-?(?:north|south|east|west|centr|coast)(?:ern|al)? (?:half|parts?|end|side|edge|tip|coast|"
    r"shores?|outskirts|suburbs?|regions?|provinces?|states|cit(?:y|ies)|towns?|villages?|islands?|corner|fringes?|"
    r"districts?|"
    r"count(?:y|ies))\b(?: of the (?:area|city|continent|country|county|island|nation|province|region|state|territory|"
    r"town)\b)?",
)
"""A part of a place that has no name of its own: `the northern half of the territory`."""
_CODE = re.compile(r"\b[Ff]light (?=[A-Z]*\d*[A-Z])[A-Z\d]{2}\d{2,4}\b|\b[A-Z]{2}\d{3,4}\b")
"""A flight: `Flight XY1234`."""
_PLACED = re.compile(r"\bNos?\.\s?\d+\b")
_ANNOUNCED = re.compile(
    r"\b[Ii]t (?:is|was|has been|had been) (?:announced|reported|claimed|said|alleged|revealed|confirmed|understood|"
    r"believed|thought|rumou?red)\b"
)
_PARTY = re.compile(r"(?<![\w-])(?:D|R|I|Lab|Con|LD|Lib Dem|SNP)-(?:[A-Z]\.){2}|(?<![\w-])[DRI]-[A-Z][a-z]*\b\.?")
"""A member's party and state: `D-Ohio`."""
_LARGE = r"(?:[^\W\d_a-z][\w’'.-]*:?|\d+)"
_SMALL = r"(?:of|the|a|an|and|in|to|for|on|at|de|la|with)"
_WORK = re.compile(rf"[“\"]({_LARGE}(?: (?:{_SMALL} ){{0,2}}{_LARGE}){{1,7}})[,.]? ?[”\"]")
"""A title between quotation marks: `“A Most Violent Year”`."""
_TIMELY = re.compile(
    r"day|week|month|year|decade|centur|hour|minute|second|morning|afternoon|evening|night|noon|season|spring|summer|"
    r"autumn|winter|quarter|semester|term|ago|now|then|period|era|annual|daily|christmas|easter|holiday|moment|"
    r"\bmay\b|(?<!\w)\d{4}(?!\d)|\d0s|['’]\d\d|FY|Q\d",
    re.I,
)
_RATIO = re.compile(r"\d{1,3}[-–]\d{1,3}\b(?! (?:day|week|month|year|hour|minute))")
_CONTEST = re.compile(
    r"\b(?:world|european|african|asian|national|olympic|league) (?:\w+ ){0,2}?(?:championships?|cup|games|"
    r"series|title)\b"
)
_DISEASE = re.compile(r"\b[\w-]{3,}virus(?:es)?\b", re.I)
_JOINED = re.compile(r"\b(?:post|pre|anti|pro|non|ex|mid|trans|neo|sub)[-–](?=[A-Z])(\w+)")


def of_text(text: str) -> Iterator[Place]:
    """Yield what signs show in a text as a whole."""
    by_sign: tuple[tuple[FactKind, re.Pattern[str]], ...]
    by_sign = ("link", _LINK), ("caption", _CAPTION), ("quotation", QUOTED), ("quotation", _UNCLOSED), ("age", _AGE)
    by_sign = *by_sign, ("attribution", _SOURCES)
    for dateline in DATELINE.finditer(text):
        if text[dateline.end() - 1] == ":" and _LABEL.match(dateline[1]):
            continue
        yield "place", dateline.start(1), dateline.end(1)
        again = re.finditer(rf"\b{re.escape(dateline[1].title())}\b", text)
        yield from (("place", match.start(), match.end()) for match in again)
    for kind, pattern in by_sign:
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(text))
    yield from (("quotation", start, end) for start, end in _left_open(text))


def _left_open(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands behind the last straight quotation mark of a line that has one too many."""
    for line in re.finditer(r'[^\n]*"[^\n]*', text):
        marks = [mark.start() for mark in _STRAIGHT.finditer(text, line.start(), line.end())]
        if len(marks) % 2 and re.match(r"\w", text[marks[-1] + 1 :]):
            yield marks[-1], line.end()


def of_words(words: str) -> Iterator[Place]:
    """Yield what signs show in the words of a sentence."""
    for start, end, place in find_places(words):
        body = _OFFICE.search(words, start, end) or (place.kind == "organisation" and place.form == "name")
        yield ("name" if body else "place"), start, end
    yield from (("date", start, end) for start, end in _dates(words))
    yield from _amounts(words)
    by_sign: tuple[tuple[FactKind, re.Pattern[str]], ...]
    by_sign = (
        ("number", _SHARE),
        ("number", _PLACED),
        ("superlative", _RECORD),
        ("cause", _CAUSE),
        ("name", _CONTEST),
        ("name", _DISEASE),
        ("title", _PARTY),
        ("work", _LAW),
        ("place", _EXTENT),
        ("place", _PART),
        ("name", _CODE),
        ("attribution", _NAMED),
        ("attribution", _ANNOUNCED),
        ("measurement", _PART_OF_UNIT),
    )
    for kind, pattern in by_sign:
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(words))
    yield from (("name", match.start(1), match.end(1)) for match in _JOINED.finditer(words))
    yield from (("work", match.start(1), match.end(1)) for match in _WORK.finditer(words))


def is_time(words: str) -> bool:
    """Tell whether words that look like a time may be one, and are no score or odds."""
    return not _RATIO.match(words) and bool(_TIMELY.search(words) or any(find_written_dates(words)))


def _dates(words: str) -> Iterator[tuple[int, int]]:
    """Yield days and times; those that stand side by side, such as `Tuesday, 3 May`, are one."""
    found = sorted([(date.start, date.end) for date in find_written_dates(words)] + [*_spans(_TIME, words)])
    for start, end in _side_by_side(words, found):
        if words[start:end].lower() not in _BARE_TIME or words[start:end] == "March":
            yield start, end


def _spans(pattern: re.Pattern[str], words: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(words))


def _side_by_side(words: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and words[joined[-1][1] : start] in ("", " ", ", "):
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _amounts(words: str) -> Iterator[Place]:
    """Yield numbers with sign and unit; `two to five degrees` is one."""
    held: Place | None = None
    for number in find_numbers(words):
        kind, start, end = _measured(words, number.start, number.end)
        year = held and YEARS.fullmatch(words, held[1], held[2]) and not YEARS.fullmatch(words, start, end)
        if held and not year and _TO.fullmatch(words, held[2], start):
            held = kind, held[1], end
            continue
        if held:
            yield held
        held = kind, start, end
    if held:
        yield held


def _measured(words: str, start: int, end: int) -> Place:
    """Return a number with its sign of money and its unit."""
    for pattern in (_BEFORE, _NUMBERED, _HEDGED):
        if sign := pattern.search(words[:start]):
            start = sign.start()
    if unit := _UNIT.match(words, end):
        since = unit[0].rstrip("s").endswith(("hour", "minute", "second")) and _SINCE.match(words, unit.end())
        return ("date", start, since.end()) if since else ("measurement", start, unit.end())
    weighed = _WEIGHED.match(words, end)
    return "number", start, weighed.end() if weighed else end
