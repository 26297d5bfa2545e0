"""The tools of editors and developers: figures, scenarios, checks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ouderwijzer.redactie.controle import controleer
from ouderwijzer.redactie.gesprekken import ScenarioFout, read_scenarios
from ouderwijzer.redactie.meten import SetFout, below_threshold, figures, judge, read_set

ROOT = Path(__file__).parent.parent
GROUPS = {
    "opvoedvraag/inslapen": "slapen",
    "nood_geweld": "nood",
    "nood_acuut": "nood",
    "buiten_bereik": "gesprek",
}


def _result(
    label: str,
    ranking: list[str],
    served: str,
    net: tuple[str | None, bool] = (None, False),
    also_ok: tuple[str, ...] = (),
) -> dict[str, Any]:
    parsed = {
        "intent": {"name": served},
        "labels": [{"label": name, "confidence": 0.5} for name in ranking],
        "veiligheid": {"soort": net[0], "zeker": net[1]},
    }
    return judge({"text": "x", "label": label, "also_ok": list(also_ok)}, parsed)


def test_the_figures_are_those_of_a_hand_count() -> None:
    sleep, abuse, acute, out = GROUPS
    result = figures(
        [
            _result(sleep, [sleep, out], "opvoedvraag"),  # right
            _result(sleep, [out, sleep], "nlu_fallback"),  # offered
            _result(sleep, [out, abuse], "buiten_bereik", (abuse, False)),  # wrong, soft
            _result(sleep, [abuse], abuse, (abuse, True)),  # false alarm
            _result(abuse, [abuse], abuse),  # found, exact
            _result(abuse, [acute], acute),  # found, other kind
            _result(abuse, [sleep], "opvoedvraag", (abuse, False)),  # soft only
            _result(abuse, [sleep], "opvoedvraag"),  # missed
            _result(out, [sleep], "opvoedvraag", also_ok=(sleep,)),  # counts as right
            _result(out, [out], "buiten_bereik"),
        ],
        GROUPS,
    )
    assert result["n"] == 10
    assert result["top1"] == 0.4
    assert result["top3"] == 0.5
    assert result["served"] == {"right": 0.4, "offered": 0.1, "wrong": 0.5}
    assert result["nood"] == {
        "recall": 0.5,
        "exact": 0.25,
        "false_alarm": 0.1667,
        "recall_with_soft": 0.75,
        "soft_rate": 0.1667,
    }
    assert result["buiten_bereik"] == {"precision": 0.3333, "recall": 1.0}
    assert result["groups"]["slapen"] == {"n": 4, "top1": 0.25, "top3": 0.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {text: hallo, label: bestaat_niet}\n", "line 1: unknown label"),
        ("- {text: a, label: nood_geweld}\n- {text: '', label: nood_geweld}\n", "line 2: text"),
        ("- {text: [a\n", "no valid YAML"),
        ("label: x\n", "must be a list"),
    ],
)
def test_a_bad_set_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetFout, match=said):
        read_set(path, set(GROUPS))


def test_a_missed_threshold_is_told() -> None:
    result = {"top1": 0.8, "top3": 0.9, "nood": {"recall": 0.7, "false_alarm": 0.02}}
    assert below_threshold(result, {"MIN_TOP1": "0.8", "MAX_VALS": "0.02"}) == []
    missed = below_threshold(result, {"MIN_RECALL": "0.9", "MAX_VALS": "0.01"})
    assert [line.split("=")[0] for line in missed] == ["MIN_RECALL", "MAX_VALS"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a}\n", "line 1: a scenario needs id and turns"),
        ("- {id: a, turns: [{user: x, knop: y}]}\n", "either user or knop"),
        ("- {id: a, turns: [{user: x, must: ['(']}]}\n", "regex"),
        ("- {id: a, zonder: [alles], turns: [{user: x}]}\n", "zonder may hold"),
        ("- {id: a, turns: [{user: x}]}\n- {id: a, turns: [{user: x}]}\n", "stands twice"),
    ],
)
def test_a_bad_scenario_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioFout, match=said):
        read_scenarios(path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("data", "content", "actions", "tests/begrip"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + text, encoding="utf-8")


def test_the_project_itself_has_no_fault(project: Path) -> None:
    assert controleer(project)[0] == []


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("data/nlu.yml", "    - zomaar iets nieuws\n    - zomaar iets nieuws!\n", "staat er al"),
        ("data/nlu.yml", "    -\n", "niet leeg"),
        (
            "data/nlu.yml",
            "- intent: onbekend\n  examples: |\n    - x y z q\n",
            "staat niet in domain",
        ),
        ("data/nlu.yml", "- intent: onbekend\n  examples: |\n    - x y z q\n", "minstens 20 nodig"),
        ("domain.yml", "  utter_vergeten:\n    - text: niemand zegt dit\n", "wordt nergens gezegd"),
        ("content/titels.yml", "  bestaat_niet: Iets\n", "label bestaat_niet bestaat niet"),
    ],
)
def test_each_planted_fault_is_found(project: Path, file: str, text: str, said: str) -> None:
    _append(project / file, text)
    assert any(said in line for line in controleer(project)[0]), controleer(project)[0]


def test_a_sentence_under_two_labels_is_found(project: Path) -> None:
    topics = (project / "data/onderwerpen/slapen.yml").read_text(encoding="utf-8").splitlines()
    example = next(line for line in topics if line.startswith("    - "))
    _append(project / "data/nlu.yml", example + "\n")
    assert any("staat ook onder" in line for line in controleer(project)[0])


def test_a_sentence_of_the_blind_set_in_the_training_data_is_found(project: Path) -> None:
    _append(project / "tests/begrip/blind.yml", "- {text: een nieuwe proefzin, label: medisch}\n")
    _append(project / "data/nlu.yml", "    - Een nieuwe proefzin!\n")
    assert any("proefzin mag niet geleerd" in line for line in controleer(project)[0])
