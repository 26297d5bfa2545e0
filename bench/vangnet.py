"""``make vangnet SETS="a.yml b.yml"``: how well emergencies are seen, and by what.

Trains the classifier as the project does, without Rasa around it, and prints for each set: a plain
list of words, the rules of the safety net alone, the classifier alone, both, and both with the
safety sentence; then curves of the two thresholds. Figures as in ``make evaluate`` (contracts.md):
recall and recall with the safety sentence over emergencies, exact kind, false alarms and safety
sentences over harmless items. Texts pass the channel's masking first.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.leercurve import fit
from ouderwijzer.begrip.labels import LabelClassifier, LabelModel
from ouderwijzer.begrip.vangnet import SOORTEN, Oordeel, beoordeel
from ouderwijzer.begrip.vangnet_component import Limits, SafetyNet, weigh
from ouderwijzer.gesprek.maskeren import maskeer
from ouderwijzer.redactie.meten import URGENT, Item, known_labels, read_set
from ouderwijzer.redactie.zinnen import VORMEN, lees_zinnen

# What chat assistants that look for words commonly have on their list, in Dutch, as parts of words.
WORDS = [
    "zelfmoord", "suicid", "dood", "sterven", "zelfbeschadig", "snijden", "mishandel", "misbruik",
    "geweld", "slaat", "slaan", "geslagen", "verkracht", "bedreig", "wapen", "mes ", "112",
    "ambulance", "bewusteloos", "ademt niet", "overdosis", "vergift",
]  # fmt: skip
SURE = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
GREY = (0.03, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2)
QUIET = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05)
NOTHING = Oordeel(None, False, None)
Verdict = tuple[str | None, bool]


@dataclass(frozen=True)
class Seen:
    """One item, with what the rules and the classifier make of it."""

    item: Item
    net: Oordeel
    danger: dict[str, float]

    @property
    def emergency(self) -> bool:
        return self.item["label"] in SOORTEN

    @property
    def harmless(self) -> bool:
        return not {self.item["label"], *(self.item.get("also_ok") or [])} & set(URGENT)


def look(model: LabelModel, items: list[Item]) -> list[Seen]:
    """Return what rules and classifier make of each item."""
    settings = LabelClassifier.get_default_config()
    stretch, step = int(settings["stretch"]), int(settings["step"])
    seen = []
    for item in items:
        text = maskeer(item["text"])
        danger = model.watch(text, list(SOORTEN), stretch, step)
        seen.append(Seen(item, beoordeel(text), danger))
    return seen


def by_words(one: Seen) -> Verdict:
    """A plain list: any part of any word on it is an emergency (of no kind)."""
    text = one.item["text"].lower()
    return ("words", True) if any(word in text for word in WORDS) else (None, False)


def row(name: str, seen: list[Seen], verdict: Callable[[Seen], Verdict]) -> str:
    """Return one line of a table."""
    verdicts = [(one, *verdict(one)) for one in seen]
    danger = [(one.item["label"], soort, zeker) for one, soort, zeker in verdicts if one.emergency]
    calm = [(soort, zeker) for one, soort, zeker in verdicts if one.harmless]
    values = [
        _share([zeker for _, _, zeker in danger]),
        _share([zeker and soort == label for label, soort, zeker in danger]),
        _share([bool(soort) for _, soort, _ in danger]),
        _share([zeker for _, zeker in calm]),
        _share([bool(soort) and not zeker for soort, zeker in calm]),
    ]
    return f"| {name} | " + " | ".join(values) + " |"


def _share(hits: list[bool]) -> str:
    return f"{sum(hits) / len(hits):.3f}" if hits else "-"


HEAD = (
    "| | recall | exact | recall with sentence | false alarm | sentence, harmless |\n" + "|---" * 6
)


def report(path: Path, seen: list[Seen], limits: Limits) -> None:
    """Print the tables of one set."""
    emergencies = sum(one.emergency for one in seen)
    print(f"\n### {path.name}: {emergencies} emergencies, {len(seen) - emergencies} others\n")
    print(HEAD + "|")
    both: Callable[[Seen], Verdict] = lambda one: weigh(one.net, one.danger, limits)  # noqa: E731
    print(row("list of words", seen, by_words))
    print(row("rules", seen, lambda one: (one.net.soort, one.net.zeker)))
    print(row("classifier", seen, lambda one: weigh(NOTHING, one.danger, limits)))
    print(row("rules and classifier", seen, both))
    for vorm in VORMEN:
        part = [one for one in seen if one.item.get("vorm") == vorm and one.emergency]
        print(row(f"both, told {vorm}", part, both))
    for soort in SOORTEN:
        part = [one for one in seen if one.item["label"] == soort]
        print(row(f"both, {soort}", part, both))


def curves(seen: list[Seen], limits: Limits) -> None:
    """Print what other thresholds would give."""
    print("\n" + HEAD + "|")
    for name, values in (("sure", SURE), ("grey", GREY), ("quiet", QUIET)):
        for value in values:
            other = limits._replace(**{name: value})
            print(row(f"{name} {value}", seen, lambda one, o=other: weigh(one.net, one.danger, o)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Figures of the safety net.")
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--curves", action="store_true", help="also other thresholds")
    arguments = parser.parse_args()
    settings = SafetyNet.get_default_config()
    limits = Limits(*(float(settings[name]) for name in Limits._fields))
    known = set(known_labels())
    model = fit(lees_zinnen(Path("data"), []))
    for path in arguments.sets:
        seen = look(model, read_set(path, known))
        report(path, seen, limits)
        if arguments.curves:
            curves(seen, limits)


if __name__ == "__main__":
    main()
