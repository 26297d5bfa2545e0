"""``make leercurve SET=file.yml``: would more examples still help, and where.

Trains the classifier (without Rasa, safety net or fallback) on 25, 50, 75 and 100 % of the
examples of each label, and scores each on a labelled set: right at once (top1) and among the first
three (top3), a hit in ``also_ok`` included. Then the ten labels with the lowest top1, with where
their sentences went. The same examples give the same figures.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path

from ouderwijzer.begrip.labels import LabelClassifier, LabelModel
from ouderwijzer.gesprek.maskeren import maskeer
from ouderwijzer.redactie.meten import Item, known_labels, read_set
from ouderwijzer.redactie.zinnen import Zin, lees_zinnen

SHARES = (0.25, 0.5, 0.75, 1.0)
WEAKEST = 10
SEED = 1


def part(examples: list[Zin], share: float) -> list[Zin]:
    """Return ``share`` (0-1) of the examples of each label, drawn with a fixed seed."""
    labels: dict[str, list[Zin]] = defaultdict(list)
    for example in examples:
        labels[example.label].append(example)
    draw = random.Random(SEED)
    return [
        example
        for group in labels.values()
        for example in draw.sample(group, round(share * len(group)))
    ]


def fit(examples: list[Zin]) -> LabelModel:
    """Return the classifier with the settings of its defaults, trained on ``examples``."""
    settings = LabelClassifier.get_default_config()
    texts = [example.tekst for example in examples]
    labels = [example.label for example in examples]
    return LabelModel.fit(texts, labels, settings["C"], settings["temperature"])


def ranked(model: LabelModel, items: list[Item]) -> list[list[str]]:
    """Return for each item the three best labels."""
    return [[label for label, _ in model.rank(maskeer(item["text"]))[:3]] for item in items]


def right(item: Item) -> set[str]:
    """Return the labels that count as right."""
    return {item["label"], *(item.get("also_ok") or [])}


def curve(examples: list[Zin], items: list[Item]) -> list[list[str]]:
    """Print a row for each share of the examples; return the rankings of the last."""
    print("| share | examples | top1 | top3 |\n|---|---|---|---|")
    ranking: list[list[str]] = []
    for share in SHARES:
        chosen = part(examples, share)
        ranking = ranked(fit(chosen), items)
        top1 = sum(row[0] in right(item) for item, row in zip(items, ranking, strict=True))
        top3 = sum(bool(right(item) & set(row)) for item, row in zip(items, ranking, strict=True))
        print(
            f"| {share:.0%} | {len(chosen)} | {top1 / len(items):.3f} | {top3 / len(items):.3f} |"
        )
    return ranking


def weakest(items: list[Item], ranking: list[list[str]]) -> None:
    """Print the labels with the lowest top1, and what they are taken for."""
    hits: dict[str, list[bool]] = defaultdict(list)
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for item, row in zip(items, ranking, strict=True):
        ok = row[0] in right(item)
        hits[item["label"]].append(ok)
        if not ok:
            taken[item["label"]][row[0]] += 1
    order = sorted(hits, key=lambda label: (sum(hits[label]) / len(hits[label]), label))
    print("\n| label | n | top1 | taken for |\n|---|---|---|---|")
    for label in order[:WEAKEST]:
        others = ", ".join(f"{name} {n}" for name, n in taken[label].most_common(4))
        share = sum(hits[label]) / len(hits[label])
        print(f"| {label} | {len(hits[label])} | {share:.2f} | {others} |")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Learning curve of the classifier.")
    parser.add_argument("set", type=Path)
    arguments = parser.parse_args()
    items = read_set(arguments.set, set(known_labels()))
    weakest(items, curve(lees_zinnen(Path("data"), []), items))


if __name__ == "__main__":
    main()
