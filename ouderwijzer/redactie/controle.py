"""``make check``: content and training data, for editors, in seconds and without TensorFlow.

Prints a Dutch line per fault, with file and line, and exits 1; without faults a short summary.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ouderwijzer.kennis.laden import INHOUD, InhoudFout, laad_inhoud
from ouderwijzer.kennis.model import Inhoud
from ouderwijzer.kennis.opslag import normaliseer

MINIMUM = 20  # examples a label; below it the classifier can't learn it (bench/begrip.md)
RETRIEVAL = "opvoedvraag"
ALLEEN_KNOP = {"kies_onderwerp"}
# Responses that the channel says, not a rule or an action.
VAN_KANAAL = {"utter_welkom", "utter_leeg_bericht", "utter_storing", "utter_veiligheid"}


@dataclass(frozen=True)
class Zin:
    """One training example: where it stands and what it says."""

    pad: Path
    regel: int
    label: str
    tekst: str

    @property
    def plek(self) -> str:
        """File and line, as an editor reads them."""
        return f"{self.pad}, regel {self.regel}"


def lees_zinnen(data: Path, fouten: list[str]) -> list[Zin]:
    """Return all training examples under ``data``; unreadable files become a fault."""
    zinnen: list[Zin] = []
    for pad in [data / "nlu.yml", *sorted((data / "onderwerpen").glob("*.yml"))]:
        try:
            zinnen += _zinnen(pad)
        except MarkedYAMLError as fout:
            fouten.append(_ongeldig(pad, fout))
        except (OSError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as fout:
            fouten.append(f"{pad}: heeft niet de vorm van Rasa's voorbeelden ({fout})")
    return zinnen


def _ongeldig(pad: Path, fout: MarkedYAMLError) -> str:
    regel = fout.problem_mark.line + 1 if fout.problem_mark else "?"
    return f"{pad}, regel {regel}: geen geldige YAML ({fout.problem})"


def _zinnen(pad: Path) -> Iterator[Zin]:
    for blok in YAML(typ="rt").load(pad.read_text(encoding="utf-8"))["nlu"]:
        # A block scalar begins on the line after its key.
        begin = blok.lc.data["examples"][0] + 2
        for nummer, regel in enumerate(str(blok["examples"]).splitlines()):
            yield Zin(pad, begin + nummer, str(blok["intent"]), regel.strip())


def controleer_zinnen(
    zinnen: list[Zin], intents: set[str], sets: dict[Path, set[str]]
) -> list[str]:
    """Return faults in training examples: form, unknown labels, doubles, leaks, counts."""
    fouten: list[str] = []
    gezien: dict[str, Zin] = {}
    for zin in zinnen:
        tekst = zin.tekst.removeprefix("-").strip()
        if not zin.tekst.startswith("-") or not tekst:
            fouten.append(f"{zin.plek}: een voorbeeld begint met een streepje en is niet leeg")
            continue
        if zin.label.partition("/")[0] not in intents:
            fouten.append(f'{zin.plek}: label "{zin.label}" staat niet in domain.yml')
        kaal = normaliseer(tekst) or tekst
        eerder = gezien.setdefault(kaal, zin)
        if eerder is not zin:
            waarom = (
                "staat er al" if eerder.label == zin.label else f"staat ook onder {eerder.label}"
            )
            fouten.append(f"{zin.plek}: {waarom} ({eerder.plek})")
        fouten += [
            f"{zin.plek}: staat ook in {pad}; een proefzin mag niet geleerd worden"
            for pad, teksten in sets.items()
            if kaal in teksten
        ]
    aantallen = Counter(zin.label for zin in zinnen)
    return fouten + [
        f"{label}: {aantal} voorbeelden, minstens {MINIMUM} nodig"
        for label, aantal in sorted(aantallen.items())
        if aantal < MINIMUM
    ]


def lees_sets(map_: Path, fouten: list[str]) -> dict[Path, set[str]]:
    """Return the normalised sentences of each test set; unreadable files become a fault."""
    sets: dict[Path, set[str]] = {}
    for pad in sorted(map_.glob("*.yml")):
        try:
            stukken = YAML(typ="safe").load(pad.read_text(encoding="utf-8"))
            if isinstance(stukken, list):
                sets[pad] = {normaliseer(str(stuk.get("text", ""))) for stuk in stukken}
        except MarkedYAMLError as fout:
            fouten.append(_ongeldig(pad, fout))
        except (AttributeError, UnicodeDecodeError) as fout:
            fouten.append(f"{pad}: heeft niet de vorm van een proefset ({fout})")
    return sets


def controleer_domein(domein: dict[str, Any], labels: set[str], root: Path) -> list[str]:
    """Return intents, responses and actions that stand on one side only."""
    regels = (root / "data" / "rules.yml").read_text(encoding="utf-8")
    gesprek = regels + (root / "data" / "stories.yml").read_text(encoding="utf-8")
    code = "".join(pad.read_text(encoding="utf-8") for pad in (root / "actions").glob("*.py"))
    intents = {next(iter(i)) if isinstance(i, dict) else i for i in domein["intents"]}
    bases = {label.partition("/")[0] for label in labels}
    fouten = [
        f"domain.yml: intent {i} heeft geen voorbeelden" for i in intents - bases - ALLEEN_KNOP
    ]
    fouten += [
        f"domain.yml: intent {i} heeft geen regel in data/rules.yml"
        for i in intents
        if not re.search(rf"intent: {i}\b", regels)
    ]
    fouten += [
        f"domain.yml: {naam} wordt nergens gezegd"
        for naam in domein["responses"]
        if naam not in VAN_KANAAL and f"{naam}\n" not in gesprek and f'"{naam}"' not in code
    ]
    gebruikt = set(re.findall(r'"(utter_\w+)"', code)) | set(re.findall(r"utter_\w+", gesprek))
    fouten += [
        f"domain.yml: {naam} ontbreekt" for naam in sorted(gebruikt - set(domein["responses"]))
    ]
    acties = set(re.findall(r'"(action_\w+)"', code)) - {"action_listen"}
    fouten += [
        f"domain.yml: {naam} staat niet in data/rules.yml of data/stories.yml"
        for naam in domein["actions"]
        if not re.search(rf"action: {naam}\b", gesprek)
    ]
    return fouten + [
        f"domain.yml en actions/: {naam} staat maar op één plek"
        for naam in sorted(acties ^ set(domein["actions"]))
    ]


def controleer_titels(inhoud: Inhoud, labels: set[str]) -> list[str]:
    """Return labels without a title for buttons, and titles without a label."""
    titels = {f"{RETRIEVAL}/{naam}" for naam in [*inhoud.titels.onderwerpen, *inhoud.onderwerpen]}
    topics = {label for label in labels if label.startswith(f"{RETRIEVAL}/")}
    fouten = [f"{label} heeft geen titel in content/titels.yml" for label in topics - titels]
    fouten += [f"content: {label} heeft geen voorbeelden in data/" for label in titels - topics]
    return fouten + [
        f"content/titels.yml: label {label} bestaat niet"
        for label in set(inhoud.titels.labels) - labels
    ]


def controleer(root: Path = Path()) -> tuple[list[str], str]:
    """Check everything under ``root``; return the faults and a one-line summary."""
    fouten: list[str] = []
    zinnen = lees_zinnen(root / "data", fouten)
    domein = YAML(typ="safe").load((root / "domain.yml").read_text(encoding="utf-8"))
    intents = {next(iter(i)) if isinstance(i, dict) else i for i in domein["intents"]}
    labels = {zin.label for zin in zinnen}
    fouten += controleer_zinnen(zinnen, intents, lees_sets(root / "tests" / "begrip", fouten))
    fouten += controleer_domein(domein, labels, root)
    try:
        inhoud = laad_inhoud(root / INHOUD)
    except InhoudFout as fout:
        return [*fouten, *fout.regels], ""
    fouten += controleer_titels(inhoud, labels)
    tips = [t for o in inhoud.onderwerpen.values() for b in o.banden.values() for t in b.tips]
    algemeen = sum(tip.bron == "algemeen" for tip in tips)
    return fouten, (
        f"{len(zinnen)} voorbeelden voor {len(labels)} labels; "
        f"{len(inhoud.onderwerpen)} onderwerpen met {len(tips)} tips ({algemeen} algemeen); "
        f"{len(inhoud.interventies)} programma's; {len(inhoud.gemeenten)} gemeenten"
    )


def main() -> None:
    """Run from the command line."""
    try:
        fouten, samenvatting = controleer()
    except MarkedYAMLError as fout:
        sys.exit(_ongeldig(Path("domain.yml"), fout))
    for regel in fouten:
        print(regel, file=sys.stderr)
    if fouten:
        sys.exit(f"{len(fouten)} fouten gevonden.")
    print(f"Alles klopt: {samenvatting}.")


if __name__ == "__main__":
    main()
