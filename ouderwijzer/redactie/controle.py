"""``make check``: content and training data, for editors, in seconds and without TensorFlow.

Prints a Dutch line per fault, with file and line, and exits 1; without faults a short summary.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ouderwijzer.kennis.laden import INHOUD, InhoudFout, laad_inhoud
from ouderwijzer.kennis.model import Inhoud
from ouderwijzer.redactie.zinnen import (
    RETRIEVAL,
    controleer_zinnen,
    lees_sets,
    lees_zinnen,
    ongeldig,
)

ALLEEN_KNOP = {"kies_onderwerp"}
# Responses that the channel says, not a rule or an action.
VAN_KANAAL = {"utter_welkom", "utter_leeg_bericht", "utter_storing", "utter_veiligheid"}


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
    sets = lees_sets(root / "tests" / "begrip", fouten)
    fouten += controleer_zinnen(zinnen, sets, intents)
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
        sys.exit(ongeldig(Path("domain.yml"), fout))
    for regel in fouten:
        print(regel, file=sys.stderr)
    if fouten:
        sys.exit(f"{len(fouten)} fouten gevonden.")
    print(f"Alles klopt: {samenvatting}.")


if __name__ == "__main__":
    main()
