"""Places and postcodes as parents write them, and words that only look like a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.namen import Namenlijst
from ouderwijzer.begrip.plaats import GEWOON, PlaceExtractor, find_place
from ouderwijzer.kennis.opslag import Kennisbank, bouw, normaliseer

ROOT = Path(__file__).parents[2]
NAMES = {
    normaliseer(name): [normaliseer(name).replace(" ", "_")]
    for name in (
        *("Amsterdam", "Weesp", "Rotterdam", "Hoek van Holland", "Den Haag", "'s-Gravenhage"),
        *("Utrecht", "De Meern", "De Bilt", "Bilthoven", "Hoorn", "Zwolle", "Midden-Delfland"),
        *("Koog aan de Zaan", "Súdwest-Fryslân", "Best", "Ede", "Goes", "Echt", "Huizen", "Leek"),
        *("Glimmen", "Wateren", "Houten", "Soest", "Laren", "Loon", "Zoetermeer"),
    )
}

POSTCODES = [
    ("3511", "3511"),
    ("3511.", "3511"),
    (" 1013 ", "1013"),
    ("3511 AB", "3511"),
    ("3511AB", "3511"),
    ("mijn postcode is 3511", "3511"),
    ("postcode: 3511", "3511"),
    ("pc 9712", "9712"),
    ("3511 is mijn postcode", "3511"),
    ("ik woon in 2511 bij het park", "2511"),
    ("wij wonen in 7311", "7311"),
    ("cjg in 3572", "3572"),
    ("is er iets in de buurt van 8011?", "8011"),
    ("waar is het cjg bij 4811 AB", "4811"),
    ("mijn postcode is 2015", "2015"),
    ("ik woon in 2011", "2011"),
    ("1901", "1901"),
    ("2015", "2015"),  # Haarlem
    ("ik woon op [adres], 2712", "2712"),
    ("ik woon in Utrecht, 3511 AB", "3511"),
]
NAMED = [
    ("ik woon in Utrecht", "Utrecht"),
    ("ik woon in utrecht", "utrecht"),
    ("UTRECHT", "UTRECHT"),
    ("Utrecht", "Utrecht"),
    ("waar is het cjg in zwolle?", "zwolle"),
    ("cjg rotterdam", "rotterdam"),
    ("Den Haag", "Den Haag"),
    ("wij wonen in den haag", "den haag"),
    ("'s-Gravenhage", "s-Gravenhage"),
    ("ik kom uit 's gravenhage", "s gravenhage"),
    ("hoek van holland", "hoek van holland"),
    ("ik zit in Koog aan de Zaan", "Koog aan de Zaan"),
    ("midden delfland", "midden delfland"),
    ("Midden-Delfland", "Midden-Delfland"),
    ("sudwest fryslan", "sudwest fryslan"),
    ("we wonen in De Bilt", "De Bilt"),
    ("ik woon in de bilt", "de bilt"),
    ("de meern", "de meern"),
    ("2711 Zoetermeer", "Zoetermeer"),
    ("Wij zijn net verhuisd van Weesp naar Amsterdam", "Weesp"),
]
ALSO_WORDS = [
    ("Best", "Best"),
    ("goes", "goes"),
    ("ik woon in Best", "Best"),
    ("ik woon in best", "best"),
    ("wij wonen in ede", "ede"),
    ("ik kom uit Goes", "Goes"),
    ("het wijkteam in Ede", "Ede"),
    ("gemeente Houten", "Houten"),
    ("gemeente houten", "houten"),
    ("wie helpt mij in Huizen?", "Huizen"),
    ("CJG Echt", "CJG Echt"[4:]),
    ("is er een cjg in Hoorn?", "Hoorn"),
    ("we zitten in Glimmen", "Glimmen"),
]
UNKNOWN = [
    ("Zit in Nergenshuizen het CJG nog bij de bieb?", "Nergenshuizen"),
    ("Wij wonen sinds kort in Almere Poort.", "Almere Poort"),
    ("Heeft het CJG in Dordrecht nog een balie?", "Dordrecht"),
    ("ik woon in Lutjebroek", "Lutjebroek"),
    ("ik woon in lutjebroek", "lutjebroek"),
    ("wij wonen al jaren in Kattenbroek", "Kattenbroek"),
    ("ik kom uit Nergenshuizen", "Nergenshuizen"),
    ("we zijn verhuisd naar Nergenshuizen.", "Nergenshuizen"),
    ("is er een cjg in Nergenshuizen?", "Nergenshuizen"),
    ("ik woon in Capelle aan den IJssel", "Capelle aan den IJssel"),
    ("ik woon in Sint Nergens", "Sint Nergens"),
    ("ik woon in de Lier", "de Lier"),
    ("gemeente Nergenshuizen", "Nergenshuizen"),
    ("ik woon in Gent", "Gent"),  # Belgian: never a Dutch door
    ("we wonen in Antwerpen en zoeken hulp", "Antwerpen"),
    ("ik woon in 2018 Antwerpen", "Antwerpen"),
]
NO_PLACE = [
    "hoe kom ik in contact met het jeugdteam van de gemeente",
    "we zitten in één kamer",
    "zijn vader woont in zijn oude huis",
    "we wonen in klein appartement met drie kinderen",
    "wie won de oorlog in 1945",
    "ik zit hier te huilen",
    "onze oom woont in Canada",
    "het gaat best goed",
    "Best lastig, zo'n puber",
    "dat is het beste",
    "ik weet echt niet meer wat ik moet doen",
    "Echt waar?",
    "we zoeken huizen",
    "mijn kind houdt van houten speelgoed",
    "hij wil niet naar de leek",
    "zijn ogen glimmen van trots",
    "bange dromen over diepe wateren",
    "ze wil een hoorn van de ijscokar",
    "hoe laat naar bed?",
    "hij zit in groep 3",
    "hij zit de hele dag in bed",
    "ze zit altijd in haar kamer",
    "mijn zoon komt niet uit zijn bed",
    "ik kom er niet uit met mijn puber",
    "ik kom niet uit de situatie",
    "hij zit op zijn telefoon en komt niet naar beneden",
    "we wonen in een flat",
    "we wonen in bij mijn ouders",
    "ik woon in Nederland",
    "ik kom uit België",
    "wij komen uit Syrië",
    "ik kom uit Marokko",
    "we wonen in een klein huis",
    "ze zit in de put",
    "ik zit in een scheiding",
    "hij woont in een andere stad",
    "mijn ex woont in het buitenland",
    "in 2019 gescheiden",
    "wij wonen sinds 2019 samen",
    "hij is geboren in 2015",
    "ik verdien 2500 euro",
    "het kost 1200 euro",
    "we hebben 1500 op de bank",
    "1500 en nog wat",
    "2019 is hij geboren",
    "hij loopt 2000 meter",
    "112",
    "12345",
    "06-12345678",
    "bel 0800-2000",
    "1234567",
    "onze hond weegt 4000 gram",
    "hallo",
    "",
    "een",
    "over een week",
]


@pytest.mark.parametrize(("text", "place"), POSTCODES + NAMED + ALSO_WORDS + UNKNOWN)
def test_the_place_is_found_as_the_parent_wrote_it(text: str, place: str) -> None:
    found = find_place(text, NAMES)
    assert found is not None
    start, end, written = found
    assert written == place
    assert place in text[start:end]


@pytest.mark.parametrize("text", NO_PLACE)
def test_ordinary_words_numbers_and_countries_are_no_place(text: str) -> None:
    assert find_place(text, NAMES) is None


@pytest.mark.parametrize("place", ["Gent", "Antwerpen", "Brugge", "Hasselt", "9000 Gent"])
def test_a_belgian_place_leads_to_no_dutch_municipality(place: str, bank: Kennisbank) -> None:
    found = find_place(f"ik woon in {place}", bank.namen("plaats"))
    assert found is not None
    assert bank.gemeenten_bij(found[2]) == []


def test_every_place_of_the_content_is_found_when_asked_for(bank: Kennisbank) -> None:
    names = bank.namen("plaats")
    missed = [name for name in names if find_place(f"ik woon in {name.title()}", names) is None]
    assert missed == []


def test_every_place_of_the_content_leads_to_its_municipality(bank: Kennisbank) -> None:
    for name, keys in bank.namen("plaats").items():
        found = find_place(name, {name: keys})
        assert found is not None, name
        assert bank.gemeenten_bij(found[2]) == keys


def test_no_everyday_word_is_written_with_capitals_in_the_list() -> None:
    assert {word for word in GEWOON if word != normaliseer(word)} == set()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Kennisbank:
    """The real content in a base of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plaats')}/kennis.db"
    bouw(url, ROOT / "content")
    return Kennisbank(url)


@pytest.fixture
def extractor(bank: Kennisbank, monkeypatch: pytest.MonkeyPatch) -> PlaceExtractor:
    monkeypatch.setenv("OUDERWIJZER_KENNIS_URL", bank._url)
    return PlaceExtractor()


def test_the_component_adds_the_place_and_keeps_other_entities(extractor: PlaceExtractor) -> None:
    other = {"entity": "leeftijd", "value": 4.0}
    message = Message({"text": "zoon van 4, we wonen in Zwolle", "entities": [other]})
    extractor.process([message])
    assert message.get("entities")[0] is other
    place = message.get("entities")[1]
    assert (place["entity"], place["value"]) == ("plaats", "Zwolle")
    assert message.get("text")[place["start"] : place["end"]] == "Zwolle"


def test_without_a_knowledge_base_postcodes_still_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUDERWIJZER_KENNIS_URL", f"sqlite:///{tmp_path}/weg.db")
    message = Message({"text": "3511"})
    PlaceExtractor().process([message])
    assert message.get("entities")[0]["value"] == "3511"


def test_the_list_of_names_follows_the_content_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/kennis.db"
    monkeypatch.setenv("OUDERWIJZER_KENNIS_URL", url)
    monkeypatch.setattr("ouderwijzer.begrip.namen.HERLEES_NA", 0.0)
    names = Namenlijst("plaats")
    assert names.namen() == {}
    bouw(url, ROOT / "content")
    assert "zwolle" in names.namen()
    (tmp_path / "kennis.db").unlink()
    assert "zwolle" in names.namen()  # the last known ones stay
