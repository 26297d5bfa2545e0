"""A small content tree, complete enough to build a knowledge base from."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

BRON = """\
bron1:
  titel: Over slapen
  uitgever: Voorbeeldboek
  url: https://boek.example/slapen
  gezien_op: "2024-05-01"
"""
FILES = {
    "titels.yml": """\
onderwerpen:
  gamen: Gamen
labels:
  zoek_cjg: Het CJG zoeken
""",
    "woorden.yml": "woorden:\n  nu_open: nu open\n",
    "onderwerpen/slapen.yml": f"""\
titel: Slapen
onderwerpen:
  inslapen:
    titel: Naar bed gaan
    banden:
      2-4:
        normaal: Veel peuters rekken bedtijd. Dat hoort erbij.
        tips:
          - tekst: Doe elke avond hetzelfde, kort en rustig.
          - tekst: Doe een lampje aan als je kind bang is.
          - tekst: Lees samen een boekje voor in bed.
            bron: algemeen
        bronnen: [bron1]
    vraag_terug: Wat heb je al geprobeerd?
    hulp:
      signalen:
        - Je kind slaapt al weken slecht.
        - Je bent zelf heel moe.
      wie: De jeugdverpleegkundige denkt graag mee.
    interventies: [proef]
    bronnen:
{indent(BRON, " " * 6)}""",
    "interventies/proef.yml": f"""\
naam: Proefprogramma
aliassen: [Proef-A]
spelfouten: [proefproggramma]
in_het_kort: Een cursus om mee te proeven.
doel: Proeven of alles werkt.
doelen: [houding]
doelgroep: Ouders van jonge kinderen.
leeftijd: {{van: 0, tot: 6}}
soort: [universeel]
soort_volgens: dit voorbeeld
vorm: Een groep.
duur: Zes keer.
waar: Overal.
kosten: Niets.
toegang: Meld je aan.
bewijs: Niet onderzocht.
migranten: Niet gevonden.
eigenaar: Niemand.
erkenningen:
  - versie: Proef
    status: erkend
    niveau: goed_onderbouwd
    datum: "2020"
    bron: bron1
bronnen:
{indent(BRON, "  ")}controle_op: 2027-01-01
""",
    "kennis/wat_is_cjg.yml": f"""\
titel: Wat is het CJG?
stukken:
  wat:
    kop: Wat is het?
    tekst: Bij het CJG kun je terecht met vragen over opvoeden.
    bronnen: [bron1]
bronnen:
{indent(BRON, "  ")}""",
    "deuren/landelijk.yml": """\
deuren:
  gemeente_algemeen:
    naam: CJG of wijkteam
    voor_wie: ouders
    waarom: Bel de gemeente en vraag naar hulp bij opvoeden.
  proeflijn:
    naam: Proeflijn
    telefoon: 0800-1234
    voor_wie: ouders
    waarom: Hier luistert iemand naar je.
    tijden:
      - dagen: [ma, di]
        van: "09:00"
        tot: "17:00"
    tijden_gezien: "2024-05"
    bron:
      titel: Over de proeflijn
      uitgever: Voorbeeldboek
      url: https://boek.example/lijn
      gezien_op: "2024-05-01"
""",
    "deuren/school.yml": """\
deuren:
  leerkracht_of_mentor:
    naam: De leerkracht
    voor_wie: ouders
    waarom: Begin bij de leerkracht.
""",
    "deuren/organisaties.yml": """\
deuren:
  tolk_vragen:
    naam: Een tolk
    voor_wie: ouders
    waarom: Vraag om een tolk.
""",
    "deuren/gemeenten/fryslan.yml": """\
naam: Súdwest-Fryslân
provincie: Fryslân
plaatsen: [Sneek, "'t Hoekje"]
andere_namen: [Southwest Friesland]
postcodes: ["8601-8608", 8700]
""",
    "deuren/gemeenten/gelijk.yml": """\
naam: Gelijkdorp
provincie: Fryslân
plaatsen: [Gelijkdorp, Sneek]
postcodes: ["8609"]
""",
}


@pytest.fixture
def klein(tmp_path: Path) -> Path:
    """Return a content folder with one of everything; places and numbers are made up."""
    folder = tmp_path / "content"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
