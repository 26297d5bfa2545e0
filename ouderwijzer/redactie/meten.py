"""``make evaluate``: how well sentences are understood, in figures.

Format of the set, of the JSON and the meaning of each figure: contracts.md, "make evaluate".
Exit code 1 below a threshold, 2 for a file that can't be used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ouderwijzer.redactie.zinnen import NOOD, bestanden

URGENT = (*NOOD, "kind_zelf")
ROUTE = (
    "zoek_cjg", "wat_is_cjg", "zoek_school_steun", "zoek_migrantenorganisatie", "mens_spreken",
    "zorg_zwaar", "medisch", "kind_zelf",
)  # fmt: skip
KENNIS = (
    "wat_is_opvoedingsondersteuning", "soorten_interventies", "wat_werkt",
    "diversiteit_werkzaamheid", "interventie_info", "zoek_interventie", "databank_info",
)  # fmt: skip
FALLBACK = "nlu_fallback"
OFFERED = 3
Item = dict[str, Any]


class SetFout(Exception):
    """The set can't be used; the message says which line and what."""


def read_set(path: Path, known: set[str]) -> list[Item]:
    """Return the items of a set, checked against the known labels.

    Raises SetFout with file and line.
    """
    try:
        items: Any = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as fout:
        raise SetFout(f"{path}: cannot be read ({fout.strerror})") from fout
    except MarkedYAMLError as fout:
        line = fout.problem_mark.line + 1 if fout.problem_mark else "?"
        raise SetFout(f"{path}, line {line}: no valid YAML ({fout.problem})") from fout
    except (UnicodeDecodeError, YAMLError) as fout:
        raise SetFout(f"{path}: no readable UTF-8 text ({fout})") from fout
    if not isinstance(items, list) or not items:
        raise SetFout(f"{path}, line 1: must be a list of items with text and label")
    lines = items.lc  # type: ignore[attr-defined]  # ruamel's CommentedSeq
    for number, item in enumerate(items):
        line = lines.item(number)[0] + 1
        _check_item(item, known, f"{path}, line {line}")
    return [dict(item) for item in items]


def _check_item(item: Any, known: set[str], where: str) -> None:
    if not isinstance(item, dict):
        raise SetFout(f"{where}: item is no mapping with text and label")
    if not isinstance(item.get("text"), str) or not item["text"].strip():
        raise SetFout(f"{where}: text is missing or empty")
    also = item.get("also_ok") or []
    if not isinstance(also, list):
        raise SetFout(f"{where}: also_ok must be a list")
    for label in [item.get("label"), *also]:
        if not isinstance(label, str) or label not in known:
            raise SetFout(f"{where}: unknown label {label!r}")


def known_labels(data: Path = Path("data")) -> dict[str, str]:
    """Return label → group of all labels in the training data.

    The group of a topic is its file's name under data/onderwerpen, of the rest route, nood,
    kennis or gesprek.
    """
    groups: dict[str, str] = {}
    for path in bestanden(data):
        for block in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]:
            label = block.get("intent")
            if label and ("/" not in label or path.parent.name == "onderwerpen"):
                groups[label] = path.stem if "/" in label else _group(label)
    return groups


def _group(label: str) -> str:
    if label in NOOD:
        return "nood"
    if label in ROUTE:
        return "route"
    return "kennis" if label in KENNIS else "gesprek"


async def parse_all(texts: Iterable[str], model: str) -> list[dict[str, Any]]:
    """Return Rasa's parse of each text, by the newest model in ``model``; loaded once.

    Texts pass the channel's masking first, as a parent's would.
    """
    import structlog
    from rasa.core.agent import Agent

    from ouderwijzer.gesprek.maskeren import maskeer

    # Rasa would print every sentence it reads.
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    agent = Agent.load(model)
    return [await agent.parse_message(maskeer(text)) for text in texts]


def judge(item: Item, parsed: dict[str, Any]) -> Item:
    """Return the result of one item: what was predicted before and after the fallback."""
    ranking = [row["label"] for row in parsed.get("labels") or []]
    net = parsed.get("veiligheid") or {}
    served = (parsed.get("intent") or {}).get("name")
    if net.get("zeker") and net.get("soort"):
        ranking = [net["soort"], *(label for label in ranking if label != net["soort"])]
    predicted = ranking[0] if ranking else str(served)
    right = {item["label"], *(item.get("also_ok") or [])}
    return {
        "text": item["text"],
        "label": item["label"],
        "predicted": predicted,
        "top3": ranking[:OFFERED],
        "veiligheid": {"soort": net.get("soort"), "zeker": bool(net.get("zeker"))},
        "ok": predicted in right,
        "_right": right,
        "_ok3": bool(right & set(ranking[:OFFERED])),
        "_served": served,
    }


def figures(results: list[Item], groups: dict[str, str]) -> dict[str, Any]:
    """Return the figures of contracts.md over judged items."""
    return {
        "n": len(results),
        "top1": _share(r["ok"] for r in results),
        "top3": _share(r["_ok3"] for r in results),
        "macro_f1": _macro_f1(results),
        "served": _served(results),
        "groups": _groups(results, groups),
        "nood": _nood(results),
        "buiten_bereik": _buiten_bereik(results),
        "confusions": _confusions(results),
        "items": [{k: v for k, v in r.items() if not k.startswith("_")} for r in results],
    }


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else 0.0


def _counted(result: Item) -> str:
    """The true label, where a hit in also_ok counts as the label."""
    return str(result["predicted"] if result["ok"] else result["label"])


def _macro_f1(results: list[Item]) -> float:
    pairs = [(_counted(r), r["predicted"]) for r in results]
    scores = []
    for label in {true for true, _ in pairs}:
        hits = sum(true == predicted == label for true, predicted in pairs)
        wrong = sum((true == label) != (predicted == label) for true, predicted in pairs)
        scores.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
    return round(sum(scores) / len(scores), 4)


def _served(results: list[Item]) -> dict[str, float]:
    fell_back = [r["_served"] == FALLBACK for r in results]
    right = [r["ok"] and not fell for r, fell in zip(results, fell_back, strict=True)]
    offered = [r["_ok3"] and fell for r, fell in zip(results, fell_back, strict=True)]
    wrong = [not (a or b) for a, b in zip(right, offered, strict=True)]
    return {"right": _share(right), "offered": _share(offered), "wrong": _share(wrong)}


def _groups(results: list[Item], groups: dict[str, str]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name in sorted(set(groups.values())):
        part = [r for r in results if groups[r["label"]] == name]
        if part:
            table[name] = {
                "n": len(part),
                "top1": _share(r["ok"] for r in part),
                "top3": _share(r["_ok3"] for r in part),
            }
    return table


def _emergency_reply(result: Item) -> bool:
    """True when the parent would get an emergency reply: after fallback and net."""
    return result["_served"] in NOOD or bool(
        result["veiligheid"]["zeker"] and result["veiligheid"]["soort"] in NOOD
    )


def _soft(result: Item) -> bool:
    return bool(result["veiligheid"]["soort"]) and not _emergency_reply(result)


def _nood(results: list[Item]) -> dict[str, float]:
    danger = [r for r in results if r["label"] in NOOD]
    harmless = [r for r in results if not (r["_right"] & set(URGENT))]
    return {
        "recall": _share(_emergency_reply(r) for r in danger),
        "exact": _share(r["predicted"] == r["label"] and _emergency_reply(r) for r in danger),
        "false_alarm": _share(_emergency_reply(r) for r in harmless),
        "recall_with_soft": _share(_emergency_reply(r) or _soft(r) for r in danger),
        "soft_rate": _share(_soft(r) for r in harmless),
    }


def _buiten_bereik(results: list[Item]) -> dict[str, float]:
    name = "buiten_bereik"
    predicted = [r for r in results if r["predicted"] == name]
    true = [r for r in results if r["label"] == name]
    return {
        "precision": _share(r["ok"] for r in predicted),
        "recall": _share(r["ok"] for r in true),
    }


def _confusions(results: list[Item]) -> list[dict[str, Any]]:
    counts = Counter((r["label"], r["predicted"]) for r in results if not r["ok"])
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return [{"label": a, "predicted": b, "n": n} for (a, b), n in ordered]


def table(result: dict[str, Any]) -> str:
    """Return the figures as a table for a terminal."""
    lines = [f"{'':22}{'n':>6}{'top1':>8}{'top3':>8}"]
    rows = {"all": result, **result["groups"]}
    for name, row in rows.items():
        lines.append(f"{name:22}{row['n']:>6}{row['top1']:>8.3f}{row['top3']:>8.3f}")
    lines.append(f"macro F1 {result['macro_f1']:.3f}")
    for part in ("served", "nood", "buiten_bereik"):
        values = ", ".join(f"{k} {v:.3f}" for k, v in result[part].items())
        lines.append(f"{part}: {values}")
    lines += [f"  {c['n']:>3} × {c['label']} → {c['predicted']}" for c in result["confusions"]]
    return "\n".join(lines)


def below_threshold(result: dict[str, Any], environ: dict[str, str]) -> list[str]:
    """Return a line per figure that misses MIN_TOP1, MIN_TOP3, MIN_RECALL or MAX_VALS."""
    checks = [
        ("MIN_TOP1", result["top1"], 1),
        ("MIN_TOP3", result["top3"], 1),
        ("MIN_RECALL", result["nood"]["recall"], 1),
        ("MAX_VALS", result["nood"]["false_alarm"], -1),
    ]
    return [
        f"{name}={environ[name]}, measured {value}"
        for name, value, sign in checks
        if environ.get(name) and sign * value < sign * float(environ[name])
    ]


def main() -> None:
    """Run from the command line; see the module's docstring for exit codes."""
    parser = argparse.ArgumentParser(description="Measure understanding on labelled sentences.")
    parser.add_argument("set", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--model", default="models")
    arguments = parser.parse_args()
    try:
        groups = known_labels()
        items = read_set(arguments.set, set(groups))
    except SetFout as fout:
        print(fout, file=sys.stderr)
        raise SystemExit(2) from fout
    parsed = asyncio.run(parse_all([item["text"] for item in items], arguments.model))
    result = figures([judge(i, p) for i, p in zip(items, parsed, strict=True)], groups)
    print(table(result))
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, ensure_ascii=False, indent=1)
        arguments.out.write_text(text, encoding="utf-8")
    missed = below_threshold(result, dict(os.environ))
    if missed:
        print("Below threshold: " + "; ".join(missed), file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
