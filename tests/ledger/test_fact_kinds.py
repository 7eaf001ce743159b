"""Facts of kinds that pages of the press hold and that were missed: each rule in a sentence, and its look-alikes."""

from __future__ import annotations

import pytest

from pipeline.core.models import Article
from pipeline.ledger.find import find_facts


def facts(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.span.exact) for fact in find_facts(Article(text=text))]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("The ministry hired ferries in an attempt to reach the isles.", "cause", "in an attempt to"),
        ("It is part of an effort to win back voters.", "cause", "to win"),
        ("The mill closed for lack of orders.", "cause", "for lack of"),
        ("Two guards were sacked over being late.", "cause", "over being"),
        ("The debt arising from the flood is large.", "cause", "arising from"),
        ("The old norovirus is back in Olm.", "name", "norovirus"),
        ("OLM: The mill burned on Sunday.", "place", "OLM"),
        ("VELDA, Norway (XY) — The mill burned on Sunday.", "place", "VELDA"),
        ("She visited the Holt Island prison in 1990.", "place", "Holt Island prison"),
        ("They met in Tern Street on Sunday.", "place", "Tern Street"),
        ("It was read to the Commissioner of Police on Sunday.", "title", "Commissioner of Police"),
        ("A 44 years male from the north was found.", "age", "44 years male"),
        ("The town said the bridge was shut.", "attribution", "The town said"),
        ("The strikers demanded that the mill pay them.", "attribution", "The strikers demanded"),
        ("Both the boys were found on Sunday.", "number", "Both"),
        ("Two ferries were stopped over fears of a storm.", "cause", "over fears"),
        ("The pumps failed, leaving three streets without water.", "cause", "leaving three streets"),
        ("The quota was cut based on new counts.", "cause", "based on"),
        ("That has cooled the market for boats.", "cause", "That has cooled"),
        ("It was the storm that drowned the mill.", "cause", "storm that drowned"),
        ("He won by raising wages.", "cause", "by raising"),
        ("The firm was fined for dumping oil.", "cause", "for dumping"),
        ("The reason why it closed is unknown.", "cause", "reason why"),
        ("Holt rejected claims that the weir leaks.", "attribution", "claims"),
        ("Two firms complained, saying they had lost data.", "attribution", "saying"),
        ("The board called the plan “a bad joke” on Sunday.", "attribution", "called"),
        ("It was announced that the ferry would stop.", "attribution", "It was announced"),
        ("Mia Holt, D-Ohio, left the port.", "title", "D-Ohio"),
        ("Mia Holt has served as a judge in Velda.", "title", "judge"),
        ("He spoke of it when he was a harbour pilot.", "title", "harbour pilot"),
        ("It was won by Ness, whose coach, Ida Lund, was ill.", "title", "coach"),
        ("Anna Kral spoke on Sunday. Kral, a former tram driver, left.", "title", "former tram driver"),
        ("The frost killed crops in northern Velda on Sunday.", "place", "northern Velda"),
        ("The fire is south of Velda now.", "place", "Velda"),
        ("They met in Holt county on Sunday.", "place", "Holt county"),
        ("Everybody in the UN knew of it.", "name", "UN"),
        ("He drew No. 17 in the draw.", "number", "No. 17"),
        ("Sales fell by more than 30 per cent.", "number", "more than 30 per cent"),
        ("It was the 146th Velda Cup.", "number", "146th"),
        ("It fell to 953 millibars.", "measurement", "953 millibars"),
        ("The wind blew at 65 km/h in Olm.", "measurement", "65 km/h"),
        ("The pier cost 26 million rubles.", "number", "26 million rubles"),
        ("It missed by a fraction of an inch.", "measurement", "a fraction of an inch"),
        ("The seven-month-old baby slept.", "age", "seven-month-old"),
        ("He was 23 when he left.", "age", "23"),
        ("She starred in “The Long Way to Velda” in May.", "work", "The Long Way to Velda"),
        ("It broke Articles 3 and 4b of the law.", "work", "Articles 3 and 4b"),
        ("The snow lay deeper than usual on Sunday.", "superlative", "deeper than usual"),
        ("Velda has not won since 1990.", "superlative", "has not won"),
        ("It was her debut novel.", "superlative", "debut"),
        ("File photo of Mia Holt in Velda", "caption", "File photo of Mia Holt"),
        ("3 of 9. A man looks at the mill in Velda.", "caption", "A man looks at the mill"),
        ("The storm is due on Wed. in the hills.", "date", "Wed."),
        ("They met in Daejeon on Sunday.", "place", "Daejeon"),
        ("Asia has no such mill.", "place", "Asia"),
        ("The ferries were stopped nationwide.", "place", "nationwide"),
        ("They sold it across the country.", "place", "across the country"),
        ("Holt said the dose was 'highly effective' on Sunday.", "quotation", "'highly effective'"),
        ("'It isn't so, and it won't be,' said Mia Holt.", "quotation", "'It isn't so, and it won't be,'"),
        ("The plan touted by Holt failed.", "attribution", "touted by Holt"),
        ("Source: Velda Office of Records; Olm Bank", "attribution", "Source: Velda Office of Records"),
        ("The health ministry has recorded 30 cases.", "attribution", "health ministry has recorded"),
        ("It was lost four minutes after the call.", "date", "four minutes after"),
        ("They searched a 100-square-kilometre area.", "measurement", "100-square-kilometre"),
        ("The rate went from 458 in 2011 to 753 in 2019.", "number", "753"),
        ("Most of the passengers left.", "number", "Most of"),
        ("The town ranks 3rd in the list.", "superlative", "ranks 3rd"),
        ("The family of Velk (26) was told.", "name", "Velk"),
        ("It was seen by Holt's lawyer on Sunday.", "title", "Holt's lawyer"),
        ("The snow fell, forcing the mills to shut.", "cause", "forcing"),
        ("They were in Oslo, Vexford and Brimby on Sunday.", "place", "Brimby"),
        ("They met in Hamilton on Sunday.", "place", "Hamilton"),
        ("It was the final bridge of the line.", "superlative", "the final"),
        ("It was a rare win for Velda.", "superlative", "rare"),
        ("It rarely snows in Velda.", "superlative", "rarely"),
        ("The fall is tied to the frost.", "cause", "tied to"),
        ("The law is aimed at the firms.", "cause", "aimed at"),
        ("The ferry sank, meaning no mail came.", "cause", "meaning"),
        ("4 of 9: A man looks at the mill", "caption", "A man looks at the mill"),
        ("Holt spoke of 'serious concerns' on Sunday.", "quotation", "'serious concerns'"),
        ("Holt spoke of a 'bout' on Sunday.", "quotation", "'bout'"),
        ("Holt spoke of 'cause for concern' on Sunday.", "quotation", "'cause for concern'"),
        ("Oldurn in Tern Province had the frost.", "place", "Oldurn"),
        ("A Velkir plane from Oslo landed. Velkir staff were glad.", "name", "Velkir"),
        ("It is owned by Brimkor of France.", "name", "Brimkor"),
        ("It is owned by Brimkor of France.", "place", "France"),
        ("Runeth, from Fiji, left. Runeth was ill.", "name", "Runeth"),
        ("On board Flight XY1234 were two cats.", "name", "Flight XY1234"),
        ("It was shut by a storm on Sunday.", "cause", "by a storm"),
        ("She won a prize for new pumps.", "cause", "for new pumps"),
        ("He was thanked for his long work.", "cause", "for his long work"),
        ("Haste could have played a part.", "cause", "could have played a part"),
        ("A navy spokesman said the port was shut.", "title", "navy spokesman"),
        ("It was denied by a pilot at Velda Air.", "title", "pilot at Velda Air"),
        ("She waited with her brother, Ned Holt, in the port.", "title", "brother"),
        ("The claim was made by budget carrier Brim Air.", "title", "budget carrier"),
        ("The letter was signed by Sens. Mia Holt and Ned Lund.", "title", "Sens."),
        ("The firm was among the leading brewers.", "superlative", "among the leading"),
        ("The storm shut all of the mills.", "superlative", "all of"),
        ("The mill broke the Clean Water Act on Sunday.", "work", "Clean Water Act"),
        ("“It is not so,” says the letter.", "attribution", "says the letter"),
        ("The court heard that the mill was old.", "attribution", "The court heard"),
        ("“It is high,” Holt said, adding that the search would go on all night.", "other", "search would go on"),
        ("“It is bad,” said Mia Holt, who was freed in 2015.", "other", "was freed in 2015"),
        ("The winners are:\n\n• Ida Lund, Fiji, turning waste into chairs", "other", "turning waste into chairs"),
    ],
)
def test_a_fact_is_listed_under_its_kind(text: str, kind: str, words: str) -> None:
    found = facts(text)
    assert any(each == kind and words in said and len(said) < len(words) + 25 for each, said in found), found


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_one_to_the_end_of_its_own() -> None:
    found = facts("“The weir was old. It had to go.\n\n“We shut it in May,” Mia Holt said.")
    assert ("quotation", "“The weir was old. It had to go.") in found


def test_a_straight_mark_left_open_begins_a_quotation_to_the_end_of_its_line() -> None:
    found = facts('Holt said: "We shut it. It was old.\n\n"We knew it," she said.')
    assert ("quotation", '"We shut it. It was old.') in found and ("quotation", '"We knew it,"') in found


def test_a_quotation_whose_end_was_lost_ends_before_the_next_one_begins() -> None:
    found = facts("He called it “a joke, unless you laugh.? In 2013, he wrote that Holt “whined” about it.")
    assert ("quotation", "“a joke, unless you laugh.?") in found and ("quotation", "“whined”") in found


def test_a_name_that_the_parser_takes_for_a_place_is_somebody_where_the_article_says_so() -> None:
    found = facts("Florence Holt, who left in May, is ill. Police asked Holt, 54, about it on Sunday.")
    assert {kind for kind, words in found if words in ("Holt", "Florence Holt")} == {"name"}


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("“I have always said so, and I never lied,” Holt said.", "superlative", "never"),
        ("“I think many knew it, as such things go,” Holt said.", "number", "many"),
        ("“I think many knew it,” Holt said.", "attribution", "I think"),
        ("One would hope so.", "number", "One"),
        ("She is the Person of the Year.", "date", "Year"),
        ("It is not known how many came.", "number", "many"),
        ("Holt has a record on fishing.", "superlative", "record"),
        ("Northern and central Velda was hit.", "place", "Northern"),
        ("The film, based on a novel, won.", "cause", "based on"),
        ("He was in the Force Council.", "cause", "Force"),
        ("The Senate should confirm a judge who is a Democrat.", "place", "Democrat"),
        ("They are as good as the others are.", "cause", "as the others are"),
        ("Stay up to date.", "date", "to date"),
        ("The sailors' boats and the boys' hats burned.", "quotation", "' boats and the boys'"),
        ("A crew of seven – two pilots among them – left.", "number", "seven – two"),
        ("Words cannot express it.", "attribution", "Words cannot express"),
        ("He met General Electric staff in Velda.", "title", "General"),
        ("Mia Holt (D-Va.) left.", "place", "Va."),
        ("The winter-like frost was hard.", "date", "winter"),
        ("It stands, even as others fall.", "cause", "as others fall"),
        ("They are following the rules.", "cause", "following"),
        ("Words cannot help; she hires mothers so they can support their sons.", "attribution", "they can support"),
        ("She ran in the Derby on Sunday.", "place", "Derby"),
        ("The State Department said so on Sunday.", "place", "The State Department"),
        ("The Bank of France lent it.", "name", "Bank"),
    ],
)
def test_loose_talk_and_look_alikes_are_no_facts(text: str, kind: str, words: str) -> None:
    assert (kind, words) not in facts(text)


def test_a_line_above_a_name_in_capitals_is_the_caption_of_its_picture() -> None:
    found = facts("The mill burned on Sunday.\n\nStaff wait outside the mill as it burns.\n\nRUNA BRIMBY\n\nIt is old.")
    assert ("caption", "Staff wait outside the mill as it burns.") in found


def test_a_line_above_a_heading_in_capitals_is_no_caption() -> None:
    assert not [words for kind, words in facts("Staff wait outside the mill.\n\nTHE LONG WAIT") if kind == "caption"]


def test_the_word_of_saying_is_the_one_beside_the_speaker() -> None:
    found = facts("“We took a vote, and added a layer of care to it,” she added.")
    assert [words for kind, words in found if kind == "attribution"] == ["she added"]


def test_a_place_of_the_dateline_is_one_wherever_it_stands_alone() -> None:
    found = facts("OLM: The mill burned on Sunday.\n\nOlm has no other mill.")
    assert ("place", "Olm") in found and ("name", "Olm") not in found


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("NOTE the time. The mill burned.", "place", "NOTE"),
        ("He is in Boston and both rivers and roads are shut.", "place", "both"),
        ("She bought the old prison from the state.", "place", "prison"),
        ("Mia Holt of Olm won.", "title", "Mia Holt of Olm"),
        ("Tom Holt held off Reyes in the vote.", "place", "Reyes"),
        ("Leeds saw off Everton on Sunday.", "place", "Everton"),
        ("Republicans in Tern County said so.", "place", "Republicans"),
        ("Democrats in Tern County said so.", "place", "Democrats"),
        ("Flights from Paris were stopped.", "name", "Flights"),
        ("Critics from London wrote on Sunday.", "name", "Critics"),
        ("Letters from Madrid came.", "name", "Letters"),
        ("Gas from Russia was cut. Gas is dear.", "name", "Gas"),
        ("Mourners, who sang, left.", "name", "Mourners"),
        ("Toyota said sales fell.", "place", "Toyota"),
        ("Vladimir said sales fell.", "place", "Vladimir"),
        ("Florence said sales fell.", "place", "Florence"),
        ("Universal said sales fell.", "place", "Universal"),
        ("Hamilton won in Austin.", "place", "Hamilton"),
        ("9 of 10 voters said the mayor should go.", "caption", "9 of 10 voters said the mayor should go."),
        ("Give 'em hope and the boys' dad will come.", "quotation", "'em hope and the boys'"),
        ("'Twas so, and the boys' dad knew.", "quotation", "'Twas so, and the boys'"),
        ("Velda lost the final.", "superlative", "the final"),
        ("He ate a rare steak.", "superlative", "rare"),
        ("He was tied to a chair.", "cause", "tied to"),
        ("She aimed at the goal.", "cause", "aimed at"),
        ("Holt spoke, meaning well.", "cause", "meaning"),
    ],
)
def test_what_only_looks_so_is_not(text: str, kind: str, words: str) -> None:
    assert (kind, words) not in facts(text)
