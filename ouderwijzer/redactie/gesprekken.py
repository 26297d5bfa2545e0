"""``make gesprekken``: play scenarios against the whole bot, over POST /webchat/bericht.

Format of scenarios and result: contracts.md, "make gesprekken". Bot and action server are
started on free ports and stopped again; scenarios with the same ``zonder`` and ``klok`` are
played together, so that the action server is started anew only when one of them changes.
Exit code 1 when fewer than MIN_GESPREKKEN pass (default: all), 2 for a file that can't be used.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ouderwijzer.start import ADRES, Diensten, StartFout, vrije_poort

Scenario = dict[str, Any]
ZONDER = {"acties", "kennis"}
SLEUTELS = {"id", "title", "zonder", "klok", "turns"}
BEURT_SLEUTELS = {"user", "knop", "must", "must_not"}
WACHT = 15  # seconds for one reply; the guard answers after 3


class ScenarioFout(Exception):
    """A scenario file can't be used; the message says which file, line and what."""


def read_scenarios(path: Path) -> list[Scenario]:
    """Return the scenarios of a file, or of all .yml files in a folder. Raises ScenarioFout."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    scenarios: dict[str, Scenario] = {}
    for where, scenario in (pair for file in files for pair in _read_file(file)):
        if scenario["id"] in scenarios:
            raise ScenarioFout(f"{where}: id {scenario['id']!r} stands twice")
        scenarios[scenario["id"]] = scenario
    if not scenarios:
        raise ScenarioFout(f"{path}: no scenarios found")
    return list(scenarios.values())


def _read_file(path: Path) -> Iterator[tuple[str, Scenario]]:
    """Yield each scenario with its file and line."""
    try:
        items: Any = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as fout:
        raise ScenarioFout(f"{path}: cannot be read ({fout.strerror})") from fout
    except MarkedYAMLError as fout:
        line = fout.problem_mark.line + 1 if fout.problem_mark else "?"
        raise ScenarioFout(f"{path}, line {line}: no valid YAML ({fout.problem})") from fout
    except (UnicodeDecodeError, YAMLError) as fout:
        raise ScenarioFout(f"{path}: no readable UTF-8 text ({fout})") from fout
    if not isinstance(items, list):
        raise ScenarioFout(f"{path}, line 1: must be a list of scenarios")
    lines = items.lc  # type: ignore[attr-defined]  # ruamel's CommentedSeq
    for number, item in enumerate(items):
        where = f"{path}, line {lines.item(number)[0] + 1}"
        fault = _fault(item)
        if fault:
            raise ScenarioFout(f"{where}: {fault}")
        yield where, item


def _fault(item: Any) -> str | None:
    """Return what is wrong with a scenario, or None."""
    if not isinstance(item, dict) or not item.get("id") or not item.get("turns"):
        return "a scenario needs id and turns"
    if unknown := set(item) - SLEUTELS:
        return f"unknown key {sorted(unknown)[0]!r}"
    zonder = item.get("zonder") or []
    if not isinstance(zonder, list) or not set(zonder) <= ZONDER:
        return f"zonder may hold {sorted(ZONDER)}"
    if not isinstance(item["turns"], list):
        return "turns must be a list"
    return next((fault for turn in item["turns"] if (fault := _turn_fault(turn))), None)


def _turn_fault(turn: Any) -> str | None:
    """Return what is wrong with a turn, or None."""
    if not isinstance(turn, dict) or ("user" in turn) == ("knop" in turn):
        return "a turn has either user or knop"
    if unknown := set(turn) - BEURT_SLEUTELS:
        return f"unknown key {sorted(unknown)[0]!r} in a turn"
    if not isinstance(turn.get("user", turn.get("knop")), str):
        return "user and knop must be text; put it between quotes"
    for key in ("must", "must_not"):
        patterns = turn.get(key) or []
        # A single string would be taken letter by letter, and any letter matches.
        if not isinstance(patterns, list) or not all(isinstance(p, str) for p in patterns):
            return f"{key} must be a list of regexes; put a number between quotes"
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as fout:
                return f"regex {pattern!r}: {fout}"
    return None


class Gesprek:
    """One conversation over the web channel."""

    def __init__(self, url: str) -> None:
        """Open a conversation at the bot with base address ``url``."""
        self._url = url
        geopend = self._post("webchat/gesprek", {})
        self._token = geopend["token"]
        self.antwoorden: list[dict[str, Any]] = geopend["antwoorden"]

    def zeg(self, tekst: str) -> list[dict[str, Any]]:
        """Send typed text and return the replies."""
        return self._bericht({"tekst": tekst})

    def druk(self, titel: str) -> list[dict[str, Any]]:
        """Press the newest button with that title. Raises LookupError when there is none."""
        for antwoord in reversed(self.antwoorden):
            for knop in antwoord.get("knoppen") or []:
                if knop["titel"] == titel:
                    return self._bericht({"payload": knop["payload"]})
        raise LookupError(f"no button {titel!r}")

    def _bericht(self, inhoud: dict[str, str]) -> list[dict[str, Any]]:
        antwoord = self._post("webchat/bericht", {"id": uuid.uuid4().hex, **inhoud})
        self.antwoorden = [*self.antwoorden, *antwoord["antwoorden"]]
        return list(antwoord["antwoorden"])

    def _post(self, pad: str, inhoud: dict[str, str]) -> Any:
        kop = {"Content-Type": "application/json"}
        if pad != "webchat/gesprek":
            kop["Authorization"] = f"Bearer {self._token}"
        vraag = urllib.request.Request(
            self._url + pad, json.dumps(inhoud).encode(), kop, method="POST"
        )
        for _ in range(30):
            try:
                with urllib.request.urlopen(vraag, timeout=WACHT) as antwoord:
                    return json.load(antwoord)
            except urllib.error.HTTPError as fout:
                if fout.code != 429:
                    return {"antwoorden": [{"tekst": fout.read().decode()}]}
                time.sleep(float(fout.headers.get("Retry-After", 1)))
        raise TimeoutError("still refused with 429")


def als_tekst(antwoorden: Iterable[dict[str, Any]]) -> str:
    """Return replies as one text: text, button titles and doors, a line each."""
    regels: list[str] = []
    for antwoord in antwoorden:
        regels.append(antwoord.get("tekst") or "")
        regels += [knop["titel"] for knop in antwoord.get("knoppen") or []]
        for deur in (antwoord.get("custom") or {}).get("deuren") or []:
            regels.append(" ".join(str(w) for w in deur.values() if w not in (None, True, False)))
    return "\n".join(regels)


def play(scenario: Scenario, url: str) -> tuple[int, dict[str, Any] | None]:
    """Play one scenario. Return the number of turns passed and the first failure, or None."""
    gesprek = Gesprek(url)
    for nummer, turn in enumerate(scenario["turns"], start=1):
        try:
            antwoorden = gesprek.zeg(turn["user"]) if "user" in turn else gesprek.druk(turn["knop"])
        except (LookupError, OSError) as fout:
            antwoorden = [{"tekst": f"({fout})"}]
        failure = _judge(turn, als_tekst(antwoorden))
        if failure:
            return nummer - 1, {
                "id": scenario["id"],
                "turn": nummer,
                "user": turn.get("user") or f"[{turn['knop']}]",
                "replies": als_tekst(antwoorden),
                **failure,
            }
    return len(scenario["turns"]), None


def _judge(turn: dict[str, Any], replies: str) -> dict[str, Any] | None:
    flags = re.IGNORECASE | re.DOTALL
    must = list(turn.get("must") or [])
    if must and not any(re.search(pattern, replies, flags) for pattern in must):
        return {"missed": must}
    matched = [p for p in turn.get("must_not") or [] if re.search(p, replies, flags)]
    return {"matched": matched} if matched else None


def play_all(scenarios: list[Scenario], model: str) -> dict[str, Any]:
    """Play all scenarios and return the result of contracts.md. Raises StartFout."""

    def setting(scenario: Scenario) -> tuple[list[str], str]:
        return sorted(scenario.get("zonder") or []), str(scenario.get("klok") or "")

    failures: list[dict[str, Any]] = []
    passed_turns = 0
    with (
        tempfile.TemporaryDirectory() as werkmap,
        Diensten(vrije_poort(), vrije_poort(), Path(werkmap), model) as diensten,
    ):
        diensten.start_bot()
        for (zonder, klok), group in groupby(sorted(scenarios, key=setting), key=setting):
            diensten.stop("acties")
            if "acties" not in zonder:
                extra = {"OUDERWIJZER_KLOK": klok} if klok else {}
                if "kennis" in zonder:
                    extra["OUDERWIJZER_KENNIS_URL"] = f"sqlite:///{werkmap}/geen.db"
                diensten.start_acties(**extra)
            for scenario in group:
                turns, failure = play(scenario, f"http://{ADRES}:{diensten.poort}/")
                passed_turns += turns
                failures += [failure] if failure else []
    return {
        "scenarios": len(scenarios),
        "passed": len(scenarios) - len(failures),
        "turns": sum(len(s["turns"]) for s in scenarios),
        "turns_passed": passed_turns,
        "failures": failures,
    }


def main() -> None:
    """Run from the command line; see the module's docstring for exit codes."""
    parser = argparse.ArgumentParser(description="Play scenarios against the bot.")
    parser.add_argument("set", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--model", default="models")
    arguments = parser.parse_args()
    try:
        result = play_all(read_scenarios(arguments.set), arguments.model)
    except (ScenarioFout, StartFout) as fout:
        print(fout, file=sys.stderr)
        raise SystemExit(2) from fout
    for failure in result["failures"]:
        print(f"✗ {failure['id']}, turn {failure['turn']}: {failure['user']}")
        print(
            f"  missed: {failure['missed']}" if "missed" in failure else f"  {failure['matched']}"
        )
        print("  " + failure["replies"].replace("\n", "\n  "))
    print(
        f"{result['passed']} of {result['scenarios']} scenarios, "
        f"{result['turns_passed']} of {result['turns']} turns"
    )
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, ensure_ascii=False, indent=1)
        arguments.out.write_text(text, encoding="utf-8")
    minimum = os.environ.get("MIN_GESPREKKEN")
    if result["passed"] < (int(minimum) if minimum else result["scenarios"]):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
