"""Masking, as a table: what goes and, just as important, what stays."""

from __future__ import annotations

import time

import pytest

from ouderwijzer.gesprek.maskeren import maskeer

# Numbers are made up; the BSNs and IBANs are the usual test numbers that pass their check.
WEG = [
    ("bel me op 06-12345678 of 0612345678", "bel me op [telefoon] of [telefoon]"),
    ("mijn nummer is 06 12 34 56 78.", "mijn nummer is [telefoon]."),
    ("+31 6 12345678, +31(0)612345678, 0031612345678", "[telefoon], [telefoon], [telefoon]"),
    ("020-1234567 of (020) 123 45 67 of 0343 123456", "[telefoon] of [telefoon] of [telefoon]"),
    ("in Turkije: +90 532 123 45 67", "in Turkije: [telefoon]"),
    ("mail jan.jansen@voorbeeld.nl svp", "mail [e-mail] svp"),
    ("NL91 ABNA 0417 1643 00 en dan", "[iban] en dan"),
    ("nl91abna0417164300", "[iban]"),
    ("DE89 3704 0044 0532 0130 00 betaald", "[iban] betaald"),
    ("bsn 111222333 en 123456782", "bsn [bsn] en [bsn]"),
    ("zijn bsn: 1234.56.782", "zijn bsn: [bsn]"),
    ("hij is geboren op 12-03-2021", "hij is geboren op [datum]"),
    ("geb. 3/4/21", "geb. [datum]"),
    ("geboren op 12 maart 2019 om 3 uur", "geboren op [datum] om 3 uur"),
    ("Geboortedatum: 01.02.2020", "Geboortedatum: [datum]"),
    ("2021-03-12", "[datum]"),
    ("jarig op 3 mei", "jarig op [datum]"),
    ("ik woon in de Kerkstraat 12a in Ede", "ik woon in de [adres] in Ede"),
    ("kerkstraat 12", "[adres]"),
    ("Laan van Meerdervoort 5", "[adres]"),
    ("wij wonen op de Brink 12", "wij wonen op de [adres]"),
    ("6711 AB", "6711"),
    ("postcode 6711ab", "postcode 6711"),
    ("3512 JE Utrecht", "3512 Utrecht"),
    ("6711 AB 14", "6711"),
    ("mijn naam is Jan de Vries en ik heb een vraag", "mijn naam is [naam] en ik heb een vraag"),
    ("ik heet fatima", "ik heet [naam]"),
    ("hij heet Noah en is 4", "hij heet [naam] en is 4"),
    ("mijn zoon heet Jan Willem", "mijn zoon heet [naam]"),
    ("ze heet Aïsha El Idrissi", "ze heet [naam]"),
    ("haar naam is Sofie. Zij is 3.", "haar naam is [naam]. Zij is 3."),
    ("dochter heet Lotte van der Berg, groep 4", "dochter heet [naam], groep 4"),
]
BLIJFT = [
    "bel 112 of 113",
    "bel 0800-2000, 24/7",
    "bel 0800 2000 24 uur per dag",
    "0800-0113 of 0800-0432 of 0900 1234",
    "hij zit in groep 3 en is 6 jaar",
    "18 maanden, 2,5 jaar, anderhalf jaar",
    "mijn kinderen zijn 2, 4 en 6",
    "kinderen van 2 4 6 8 10 12 14 16 jaar",
    "0 1 2 3 4 5 6 7 8 9",
    "van 19.00 tot 20.30 uur",
    "in 2019 is hij geboren",
    "sinds 2020 en 2021",
    "1500 ml melk en 1000kg",
    "op 5 mei 2024 gaan we weg",
    "31-13-2021",
    "123456789",
    "NL92ABNA0417164300",
    "onderweg 3 keer gehuild",
    "hij loopt weg 3 keer per dag",
    "op het schoolplein 2 jongens",
    "we speelden in de Hoofdstraat 3 keer",
    "ik woon in Ede 3 jaar",
    "ik heet iedereen welkom",
    "het is heet vandaag",
    "hoe heet het programma",
    "mijn naam is niet belangrijk",
    "de naam is Triple P",
    '/kies_onderwerp{"onderwerp": "inslapen"}',
    "[naam] belde [telefoon] op [datum], 6711",
]


@pytest.mark.parametrize(("tekst", "gemaskeerd"), WEG)
def test_personal_data_goes(tekst: str, gemaskeerd: str) -> None:
    assert maskeer(tekst) == gemaskeerd
    assert maskeer(gemaskeerd) == gemaskeerd


@pytest.mark.parametrize("tekst", BLIJFT)
def test_ordinary_text_stays(tekst: str) -> None:
    assert maskeer(tekst) == tekst


@pytest.mark.parametrize(
    "stuk", ["a", "a.", "0 ", "06-", "A ", "ik heet ", "NL91 ", "1234 ", "straat ", "a@", " ", "1-"]
)
def test_no_text_keeps_the_masker_busy(stuk: str) -> None:
    begin = time.perf_counter()
    maskeer((stuk * 3000)[:3000])
    assert time.perf_counter() - begin < 0.25
