"""The words that tell when a title is given: verbs of meeting, of saying, of being seen, and nouns of events.

Each list is closed: a verb that stands in none of them says nothing of the day. A verb whose deed lasts, such as
`sign`, `appoint` or `found`, stands in none: articles name its author by the title of that time.
"""

from __future__ import annotations

VOICES = ("spokesman", "spokeswoman", "spokesperson")
"""They speak for whoever is in office as they speak."""
OFFICES = frozenset((*VOICES, "office", "government", "administration", "cabinet", "lawyers", "aides"))
"""Who speaks for an office or for its holder, as in `the governor's office said on Monday`."""
ALSO_SAID = frozenset(
    ("ask", "promise", "pledge", "vow", "propose", "predict", "complain", "demand", "appeal", "concede", "apologise")
    + ("apologize", "reveal", "report", "estimate", "testify", "caution", "assert", "maintain", "contend", "assure")
    + ("echo", "observe", "quip", "joke", "answer", "defend", "dismiss", "reject", "hail", "applaud", "thank", "refuse")
    + ("offer", "signal", "hint", "indicate", "express", "voice", "plead", "blame", "recommend", "ridicule")
    + ("rule out", "spell out", "point out", "play down", "hit back", "hit out", "speak out")
    + ("brush off", "shrug off", "brush aside")
)
"""What a person does with words, beside the verbs of saying."""
BACKED = frozenset(
    ("back", "support", "oppose", "lead", "chair", "head", "represent", "advise", "favour", "favor", "expect", "watch")
    + ("accompany", "guard", "follow", "contest", "dispute", "reject", "resist", "welcome", "endorse")
    + ("share", "want", "seek", "run", "oversee", "control", "manage", "own", "employ", "host", "supervise", "need")
    + ("trust", "fear", "feel", "regard", "urge", "demand", "require", "wield", "operate", "coach", "edit", "govern")
)
"""What is done now where the passive is said in the present, as in `is backed by`; not `is signed by`."""
LASTING = frozenset(
    ("be", "have", "become", "remain", "stay", "seem", "mean", "hold", "serve", "act", "govern", "rule")
    + ("reign", "lead", "head", "chair", "run", "represent", "succeed", "replace", "follow", "precede")
    + ("oversee", "preside", "command", "bear", "die", "marry", "divorce", "bury", "grow", "study", "graduate")
    + ("train", "retire", "resign", "leave", "quit", "depart", "join", "enter", "elect", "re-elect", "appoint")
    + ("name", "nominate", "swear", "choose", "pick", "depose", "oust", "sack", "fire", "dismiss", "remove")
    + ("suspend", "impeach", "assassinate", "kill", "murder", "shoot", "arrest", "jail", "imprison", "convict")
    + ("acquit", "pardon", "exile", "sign", "enact", "pass", "repeal", "ratify", "veto", "decree", "proclaim")
    + ("declare", "order", "ban", "legalise", "legalize", "outlaw", "abolish", "authorise", "authorize")
    + ("approve", "adopt", "introduce", "impose", "levy", "raise", "lower", "reform", "create", "establish")
    + ("found", "set", "form", "launch", "start", "begin", "end", "finish", "complete", "stop", "build")
    + ("rebuild", "design", "invent", "discover", "develop", "pioneer", "devise", "write", "compose", "paint")
    + ("publish", "draft", "coin", "rename", "dedicate", "commission", "unveil", "inaugurate", "open", "reopen")
    + ("close", "shut", "nationalise", "nationalize", "privatise", "privatize", "merge", "sell", "buy")
    + ("acquire", "donate", "bequeath", "give", "grant", "award", "fund", "finance", "win", "lose", "beat")
    + ("defeat", "conquer", "invade", "surrender", "negotiate", "broker", "agree", "recognise", "recognize")
    + ("promise", "vow", "plant", "preserve", "save", "ruin", "transform", "modernise", "modernize", "move")
    + ("make", "bring", "do", "let", "allow", "force", "live", "work", "teach", "play", "know", "think")
    + ("believe", "like", "love", "hate", "own", "earn", "cost", "owe", "inherit", "manage", "keep")
)
"""Verbs of lives, offices and deeds that stay: a report names their author by the title of that time, so in the past,
without a day, they tell nothing of the day. What is told with any other verb, in the first words of a dated news
story, is its news."""
ACCOMPANIED = frozenset(("lead", "head", "chair", "accompany", "join", "escort", "flank"))
"""What a delegation `led by X` does, X does with it."""
DAILY = frozenset(("open", "reopen", "unveil", "plant", "play", "bring", "keep", "give", "let", "save"))
"""Of these, what somebody does every day: where a dated story begins with it, it is the story's news."""
REMEMBERED = frozenset(
    ("remember", "honour", "honor", "commemorate", "mourn", "recall", "portray", "depict", "celebrate", "quote", "cite")
    + ("evoke", "invoke", "compare", "liken", "mention", "describe", "commend", "salute", "toast")
    + ("eulogise", "resemble")
    + ("eulogize", "memorialise", "memorialize", "admire", "idolise", "idolize", "venerate", "name", "credit", "paint")
    + ("interview", "photograph", "film", "blame", "praise", "criticise", "criticize", "thank", "dedicate", "refer")
    + ("belong", "trace", "attribute", "ascribe", "date", "owe", "feature", "include", "show", "picture", "miss")
)
"""Verbs whose object need not be there, nor in office: histories, tributes and comparisons have them."""
WANTS = frozenset(("want", "expect", "need", "ask", "urge", "press", "advise", "force"))
"""Verbs by which somebody is to do what stands behind them."""
EVENTS = frozenset(
    ("visit", "talk", "talks", "meeting", "summit", "call", "negotiation", "negotiations", "lunch")
    + ("dinner", "appearance")
    + ("arrival", "audience", "debate", "session", "exchange", "encounter", "consultation")
    + ("discussion", "rally", "tour", "occupation", "blockade", "picket", "vigil")
    + ("blessing", "endorsement")
    + ("applause", "cheer", "boo", "jeer", "heckling", "ovation", "welcome", "protest")
    + ("demonstration", "row", "dispute")
    + ("quarrel", "clash", "standoff", "feud", "spat", "confrontation", "pressure", "appeal", "demand", "question")
    + ("support", "sympathy", "trust")
    + ("confidence", "patience", "backing", "anger", "ultimatum")
)
"""What somebody takes part in or meets with, on the day it is told for."""
BLOWS = frozenset(
    ("blow", "setback", "boost", "test", "headache", "challenge", "embarrassment", "humiliation", "rebuke", "relief")
    + ("worry", "threat", "problem", "victory", "triumph", "defeat", "warning", "snub", "disaster", "gift")
)
"""What is one `to` or `for` somebody, on the day it is told for."""
PAPERS = frozenset(
    ("letter", "message", "answer", "reply", "response", "petition", "note", "email", "memo", "report", "request")
    + ("statement", "speech", "address", "interview", "briefing", "press", "offer", "proposal", "plan", "bid", "effort")
    + ("work", "idea", "brainchild", "task", "job", "duty", "responsibility", "decision", "choice")
    + ("advice", "invitation")
)
"""What somebody gives or gets, and may have long ago: only what is said of it in the present tells the day."""
MANNERS = frozenset(
    ("remark", "comment", "tone", "rating", "popularity", "approval", "silence", "refusal", "resignation", "behaviour")
    + ("behavior", "conduct", "patience", "absence", "return", "departure", "move", "pledge")
    + ("promise", "claim", "call")
    + ("attack", "criticism", "stance", "position", "view", "critics", "rival", "opponent", "ally", "mood", "health")
    + ("bonus", "pay", "salary", "future", "fate", "job")
)
"""What is somebody's own as `X's remarks`: what is said of it in the present tells the day."""
NEWS = frozenset(
    ("arrest", "detain", "charge", "summon", "suspend", "sue", "invite", "subpoena", "indict", "fine", "evacuate")
    + ("question", "hospitalise", "hospitalize", "reprimand", "censure", "cross-examine")
    + ("write", "tell", "ask", "urge", "warn", "order", "press", "beg", "call", "appeal", "challenge", "approach")
    + ("give", "offer", "hand", "invite", "implore", "petition", "back")
)
"""Verbs whose object, in the perfect, `police have arrested X`, is there now."""
ASKING = frozenset(("urge", "ask", "call", "tell", "press", "beg", "implore", "invite", "order"))
"""What a letter or a petition does with somebody, as in `have signed a petition urging X to resign`."""
SENT = frozenset(
    ("send", "deliver", "hand", "submit", "present", "address", "forward", "give", "issue", "throw", "hurl")
)
"""What is done with what goes to somebody: `the draft, sent to X on Monday`, `an egg thrown at X on Monday`."""
STANDING = frozenset(("stand", "sit", "speak", "appear"))
"""What somebody does beside another who is there, as in `Speaking alongside X, the minister said`."""
AGREED = frozenset(("agree", "accept", "relent", "decline"))
"""What somebody answers, beside what is said: `was called off on Monday once X agreed to talks`."""
PLANS = frozenset(("plan", "proposal", "blueprint", "motion"))
DRAWN = frozenset(("draw", "put", "table", "propose", "float", "outline", "announce", "unveil", "present"))
"""What somebody does with a plan, which is news as long as what it says is to come."""
EXAMINING = frozenset(("investigate", "examine", "probe", "review", "check", "look", "inquire"))
"""What is done, now, with something said of somebody: `are investigating whether X misled them`."""
POSSESSIONS = frozenset(
    ("car", "plane", "jet", "helicopter", "motorcade", "convoy", "train", "bus", "boat", "limousine", "bicycle", "bike")
    + ("phone", "laptop", "email", "bag", "luggage", "flight", "security", "driver", "bodyguard")
)
"""What somebody has about them, as in `X's car was clamped on Monday`."""
BELONGINGS = frozenset(
    ("inbox", "desk", "doorstep", "pay", "salary", "bonus", "packet", "package", "trip", "bid", "plan")
    + ("future", "fate", "leadership", "position", "schedule", "signature", "arrival")
)
"""What of somebody's the news speaks of while he or she is there: `at stake on Monday is the future of X`."""
MOODS = frozenset(
    ("delight", "dismay", "fury", "annoyance", "relief", "embarrassment", "anger", "irritation", "frustration")
    + ("joy", "satisfaction", "alarm", "horror", "amusement", "surprise", "displeasure")
)
"""What something is told to be to, as in `has won, to the delight of X`."""
WISHES = frozenset(("invitation", "request", "side"))
"""What something is done at, as in `toured the mill on Monday at the invitation of X`."""
REPLIES = frozenset(
    ("response", "reply", "rebuke", "reaction", "retort", "answer", "denial", "apology", "protest", "praise")
    + ("criticism", "condemnation", "applause", "laugh", "smile", "rebuff", "warning")
)
"""What a piece of news draws from somebody."""
PROVOKED = frozenset(("draw", "prompt", "provoke", "trigger", "elicit"))
AROUND = frozenset(
    ("aide", "adviser", "advisor", "spokesman", "spokeswoman", "spokesperson", "source", "official", "staff", "team")
    + ("bodyguard", "lawyer", "deputy", "delegation", "entourage", "confidant", "colleague", "secretary", "minder")
)
"""People around whoever is in office."""
GUESTS = frozenset(
    ("guest", "mourner", "visitor", "audience", "panel", "crowd", "delegation", "speaker", "participant", "attendee")
    + ("passenger", "witness", "signatory", "delegate", "spectator", "diner", "party", "dignitary")
)
"""Of whom it is told who they `include`."""
ABSENT = (REMEMBERED - {"praise", "criticise", "criticize", "thank", "interview", "photograph"}) | frozenset(
    ("succeed", "replace", "follow", "precede", "oust", "depose", "topple", "unseat", "overthrow", "defeat", "beat")
    + ("inherit", "impersonate", "play", "rename", "bury", "know", "study", "outlive", "survive", "portray")
    + ("date", "begin", "learn", "read", "think", "dream", "appoint", "marry", "forget")
)
"""Verbs whose object need not be there on the day they are told for."""
JUDGED = frozenset(
    ("accuse", "blame", "criticise", "criticize", "praise", "credit", "thank", "condemn", "denounce", "applaud")
    + ("commend", "fault", "interview", "photograph", "film", "vindicate", "forgive", "convict", "acquit")
)
"""Verbs that say in the present what they think of something past."""
WORKS = frozenset(
    ("photo", "photograph", "picture", "image", "footage", "video", "film", "movie", "documentary")
    + ("book", "novel", "memoir", "memoirs", "play", "musical", "series", "episode")
    + ("painting", "portrait", "stamp", "statue", "bust", "mural", "cartoon", "exhibition", "poem", "song", "biography")
    + ("diary", "sketch", "drama", "sitcom", "sculpture", "banknote", "coin", "plaque", "memorial")
    + ("monument", "comedy")
    + ("history", "historian", "biographer", "generation", "archive", "myth", "legend", "anecdote", "joke", "era")
    + ("grave", "tomb", "funeral", "widow", "legacy", "presidency", "premiership", "chapter", "volume", "satire")
)
"""Works and memories: what they tell, in whatever tense, is of no day."""
MEMORIES = frozenset(
    ("death", "anniversary", "assassination", "birth", "birthday", "murder", "killing", "overthrow", "fall", "reign")
    + ("rule", "time", "age", "heyday", "memory", "name", "house", "home", "street", "tribute", "arrest", "trial")
    + ("election", "defeat", "victory", "daughter", "son", "wife", "husband", "sister", "brother", "mother", "father")
    + ("family", "descendant", "heir", "friend", "successor", "predecessor")
)
"""What a line without a verb may recall of somebody who is not there."""
PLANNED = frozenset(
    ("begin", "resume", "start", "end", "open", "close", "continue", "last", "follow", "take", "collapse", "break")
    + ("schedule", "plan", "cancel", "postpone", "call", "delay", "hold", "set", "due", "expect", "agree", "arrange")
)
"""What is said of such an event on its day, or before it."""
HEADLINE = frozenset(
    ("resign", "slam", "meet", "reject", "seek", "quit", "arrive", "attend", "want", "testify", "apologise")
    + ("apologize", "defend", "dismiss", "hail", "lose", "cancel", "postpone", "refuse", "urge", "ask")
    + ("tell", "summon")
    + ("fly", "flee", "deny", "admit", "accuse", "blame", "clash", "condemn", "confirm", "declare", "decline", "demand")
    + ("denounce", "face", "give", "go", "greet", "hold", "insist", "join", "keep", "launch", "lead", "mull", "name")
    + ("oppose", "order", "pick", "praise", "press", "push", "reveal", "say", "see", "set", "speak", "summons", "take")
    + ("snub", "blast", "back", "skip", "shun", "woo", "grill", "rebuke", "scold", "axe", "sign", "open")
    + ("close", "visit")
    + ("tour", "travel", "unveil", "vow", "walk", "welcome", "win", "yield", "eye", "dodge", "rule", "sue", "scrap")
)
"""Beside verbs of saying, what headlines say of somebody in the present: behind a name without a possessive they are
no nouns."""
