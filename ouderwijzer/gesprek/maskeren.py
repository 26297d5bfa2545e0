"""Take structured personal data out of a parent's text, before anything else sees it.

``maskeer`` puts the placeholders of contracts.md in place: [e-mail], [iban], [telefoon], [bsn],
[datum], [adres], [naam]; a postcode loses its letters. Training examples see the same ones.
Names are taken only where the sentence itself says that a name follows ("ik heet ...").

Every rule is a pattern plus, where a pattern alone would hit ordinary text, a check: the eleven
test for a BSN, mod 97 for an IBAN, a real day and month for a date. Emergency numbers (112, 113,
0800 and 0900 numbers), ages, school groups and years stay.
"""

from __future__ import annotations

import re

_MAANDEN = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec"
)
# A number before one of these counts something; it is no house number.
_TELT = (
    r"(?!\s*(?:keer|x\b|jaar|jr|jarig|maand|mnd|we?ek|dag|uur|u\b|min|kind|meter|m\b|km|%|e\b|ste"
    r"|de\b|jongens|meisjes|euro))"
)

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE)

# ISO 13616: country, two check digits, the account in groups. The lengths of the countries whose
# banks serve most parents here; for another country any length that passes mod 97 will do.
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_IBAN_LENGTE = {
    "NL": 18, "BE": 16, "DE": 22, "FR": 27, "ES": 24, "IT": 27, "PT": 25, "PL": 28,
    "RO": 24, "BG": 22, "TR": 26, "GB": 22, "AT": 20, "LU": 20, "GR": 27, "HU": 28,
}  # fmt: skip

# Ten digits of which the second is no 0, also as +31/0031; other countries with + or 00.
# 0800 and 0900 numbers belong to organisations and stay.
_ZEEF = r"[\s./()-]{0,2}"
_TELEFOON = re.compile(
    rf"(?<![\w+])(?:(?:\+|00)31{_ZEEF}(?:\(0\){_ZEEF})?[1-9](?:{_ZEEF}\d){{8}}"
    rf"|0(?!\s?[89]00)[1-9](?:{_ZEEF}\d){{8}}"
    rf"|\(0[1-9]\d{{1,2}}\)(?:{_ZEEF}\d){{6,7}}"
    rf"|(?:\+|00)(?!31)[1-9](?:{_ZEEF}\d){{8,13}})(?!\d)"
)
# "0 1 2 3 4 5 6 7 8 9" is counting, not calling; "2 4 6 8 10 12" are ages, not a BSN.
_MAX_SCHEIDINGEN = 6
_MAX_SCHEIDINGEN_BSN = 3

_BSN = re.compile(r"(?<![\d.,/-])\d(?:[ .-]?\d){7,8}(?![\d/-])")

_DATUM = re.compile(
    r"(?<![\d/.-])(?:(?P<dag>\d{1,2})(?P<s>[-/. ])(?P<maand>\d{1,2})(?P=s)(?P<jaar>(?:19|20)\d{2})"
    r"|(?P<jaar2>(?:19|20)\d{2})-(?P<maand2>\d{1,2})-(?P<dag2>\d{1,2}))(?![\d/-])"
)
# Short or written-out dates only where the sentence says that it is a birthday.
_GEBOREN = re.compile(
    r"(?P<voor>\b(?:geboren|geb\.?|geboorte\s?datum|geboortedag|verjaardag|jarig)"
    r"(?:\s+(?:is|op|:|van))*[:\s]+(?:op\s+)?)"
    rf"(?:\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}|\d{{1,2}}\s+(?:{_MAANDEN})\.?(?:\s+\d{{4}}|\b))"
    r"(?!\d)",
    re.IGNORECASE,
)

_HUISNUMMER = r"(?:nr\.?\s*|nummer\s+)?\d{1,4}(?:\s?-\s?\d{1,3}|\s?[a-z](?![\w'’]))?(?!\d)"
# Words that end like a street but are none.
_GEEN_STRAAT = (
    "onderweg|terugweg|heenweg|omweg|uitweg|snelweg|spoorweg|autoweg|fietspad|voetpad|zebrapad"
    "|schoolplein|speelplein|marktplein|kerkhof|gerechtshof|pretpark|speelpark|dierenpark"
    "|vakantiepark|bungalowpark|winkelstraat|opritweg|halverweg|gymplein|verkeersplein"
)
_STRAAT = re.compile(
    rf"\b(?!(?:{_GEEN_STRAAT})\b)"
    r"[a-zà-ÿ'’.-]{2,40}(?:straat|laan|weg|plein|gracht|singel|kade|dreef|steeg|plantsoen|dijk|pad"
    rf"|hof|park|str\.)\s*{_HUISNUMMER}{_TELT}",
    re.IGNORECASE,
)
_STRAAT_VAN = re.compile(
    rf"\b(?:laan|plein|weg|straat)\s+(?:van|der|den|op)\s+[A-ZÀ-Þ][\w'’-]+\s+{_HUISNUMMER}{_TELT}",
    re.IGNORECASE,
)
_WOONT_OP = re.compile(
    r"(?P<voor>\b(?:[Ww]oon|[Ww]oont|[Ww]onen|[Aa]dres is|[Aa]dres:)(?:\s+(?:op|aan|de|het))*\s+)"
    rf"[A-ZÀ-Þ][\w'’-]+(?:\s[A-ZÀ-Þ][\w'’-]+)?\s+{_HUISNUMMER}{_TELT}"
)

# Dutch postcode; SA, SD and SS are never given out. A house number right behind it goes too.
_POSTCODE = re.compile(
    r"(?<![\w-])(?P<cijfers>[1-9]\d{3})(?P<los> ?)(?P<letters>(?!S[ADS](?!\w))[A-Z]{2})(?!\w)"
    rf"(?:,?\s(?:nr\.?\s?|huisnummer\s)?\d{{1,4}}(?:\s?[a-z])?(?![\w-]){_TELT})?",
    re.IGNORECASE,
)
_TWEE_LETTERS = re.compile(
    "is|en|of|in|op|te|ze|we|er|om|ik|je|al|zo|na|nu|ja|de|me|mn|zn|af|ga|uw|ha|ho|st",
    re.IGNORECASE,
)
_MATEN = re.compile("mm|cm|dm|km|mg|kg|gr|ml|cl|dl|kb|mb|gb|kj|wh", re.IGNORECASE)

_VOORVOEGSEL = r"(?:van|de|der|den|het|'t|ter|ten|el|al|ben|bin|von|le|la)"
_GEEN_NAAM = (
    "niet|zo|ook|geen|nog|een|de|het|welkom|iedereen|dat|wat|te|toch|eigenlijk|nu|anders|hetzelfde"
    "|niets|gewoon|echt|alleen|net|altijd|hier|al|maar|en|of|in|op|met|van|mijn|je|jullie|hem|haar"
)
_NAAM = re.compile(
    r"(?P<voor>\b(?:(?:mijn|zijn|haar|m'n|onze)\s+(?:voor|achter)?naam\s+(?:is|=|:)"
    r"|(?:voor|achter)?naam\s?[:=]"
    r"|(?:ik|hij|zij|ze|zoon|zoontje|dochter|dochtertje|kindje?|baby|broer|broertje|zus|zusje"
    r"|tweeling|vrouw|man|vriend|vriendin|partner|moeder|vader|oma|opa|juf|meester)\s+heet(?:te)?"
    r")\s+)"
    rf"(?!(?:{_GEEN_NAAM})\b)[a-zà-ÿ][\w'’-]*"
    rf"(?:\s+(?:{_VOORVOEGSEL}\s+){{1,3}}(?!(?:{_GEEN_NAAM})\b)[a-zà-ÿ][\w'’-]*)?"
    rf"(?:\s+(?:{_VOORVOEGSEL}\s+){{0,3}}(?-i:[A-ZÀ-Þ])[\w'’-]*)*",
    re.IGNORECASE,
)


def maskeer(tekst: str) -> str:
    """Return ``tekst`` with personal data replaced by placeholders; masking twice changes nothing.

    The order matters: an IBAN or a date holds digits that would pass for something else.
    """
    tekst = _EMAIL.sub("[e-mail]", tekst)
    tekst = _IBAN.sub(_iban, tekst)
    tekst = _DATUM.sub(_datum, tekst)
    tekst = _GEBOREN.sub(r"\g<voor>[datum]", tekst)
    tekst = _TELEFOON.sub(_telefoon, tekst)
    tekst = _BSN.sub(_bsn, tekst)
    tekst = _POSTCODE.sub(_postcode, tekst)
    tekst = _STRAAT_VAN.sub("[adres]", tekst)
    tekst = _STRAAT.sub("[adres]", tekst)
    tekst = _WOONT_OP.sub(r"\g<voor>[adres]", tekst)
    return _NAAM.sub(r"\g<voor>[naam]", tekst)


def _scheidingen(hit: re.Match[str]) -> int:
    return len(re.findall(r"[\s./-]+", hit.group()))


def _iban(hit: re.Match[str]) -> str:
    """Mask the longest front part of the hit that is an IBAN; what follows it stays."""
    gevonden = hit.group()
    plaatsen = [i for i, teken in enumerate(gevonden) if teken.isalnum()]
    lengte = _IBAN_LENGTE.get(gevonden[:2].upper())
    for aantal in [lengte] if lengte else range(len(plaatsen), 14, -1):
        if aantal <= len(plaatsen) and _mod97("".join(gevonden[i] for i in plaatsen[:aantal])):
            return "[iban]" + gevonden[plaatsen[aantal - 1] + 1 :]
    return gevonden


def _mod97(iban: str) -> bool:
    verschoven = iban[4:] + iban[:4]
    return int("".join(str(int(teken, 36)) for teken in verschoven)) % 97 == 1


def _telefoon(hit: re.Match[str]) -> str:
    return "[telefoon]" if _scheidingen(hit) <= _MAX_SCHEIDINGEN else hit.group()


def _bsn(hit: re.Match[str]) -> str:
    """The eleven test: 9a + 8b + ... + 2h - i is a multiple of 11; eight digits get a 0 first."""
    cijfers = re.sub(r"\D", "", hit.group()).zfill(9)
    som = sum((9 - i) * int(c) for i, c in enumerate(cijfers[:8])) - int(cijfers[8])
    echt = som % 11 == 0 and int(cijfers) > 0 and _scheidingen(hit) <= _MAX_SCHEIDINGEN_BSN
    return "[bsn]" if echt else hit.group()


def _datum(hit: re.Match[str]) -> str:
    dag = int(hit["dag"] or hit["dag2"])
    maand = int(hit["maand"] or hit["maand2"])
    return "[datum]" if 1 <= dag <= 31 and 1 <= maand <= 12 else hit.group()


def _postcode(hit: re.Match[str]) -> str:
    """A word of two letters behind a number is no postcode: "in 2019 is hij ...", "1500 ml"."""
    letters = hit["letters"]
    jaar = hit["cijfers"][:2] in ("19", "20")
    woord = _TWEE_LETTERS.fullmatch(letters) and hit["los"] and (jaar or not letters.isupper())
    return hit.group() if woord or _MATEN.fullmatch(letters) else hit["cijfers"]
