from pipeline.core.english import adjective, are_kin, find_place, find_places


def test_names_demonyms_abbreviations_and_seats_give_one_standard_name():
    assert {find_place(words).name for words in ("U.S.", "US", "American", "the United States", "White House")} == {
        "United States"
    }
    assert {find_place(words).name for words in ("UK", "British", "Britain's", "Great Britain")} == {"United Kingdom"}


def test_longer_names_win_over_the_names_in_them():
    found = find_places("The South Korean minister met the Guinea-Bissau envoy of the European Commission.")
    assert [place.name for _, _, place in found] == ["South Korea", "Guinea-Bissau", "European Commission"]


def test_common_words_are_no_places():
    assert find_place("us") is None
    assert find_place("polish") is None
    assert find_places("He told us to polish the turkey.") == ()


def test_historical_states_are_kin_of_their_heirs_and_of_nobody_else():
    assert find_place("Soviet").name == "Soviet Union"
    assert are_kin("Soviet Union", "Russia")
    assert not are_kin("Soviet Union", "Poland")


def test_ambiguous_demonyms_mean_nothing():
    assert find_place("Congolese") is None


def test_a_region_knows_its_country():
    place = find_place("Texas")
    assert (place.kind, place.country) == ("region", "United States")


def test_offsets_hold_the_words_without_the_possessive():
    text = "Norway’s prime minister and the U.S. envoy"
    assert [text[start:end] for start, end, _ in find_places(text)] == ["Norway", "U.S."]


def test_the_adjective_of_a_country_is_the_one_newspapers_use():
    assert (adjective("Norway"), adjective("United Kingdom"), adjective("Nowhere")) == ("Norwegian", "British", None)
