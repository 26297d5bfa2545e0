"""The tools of editors and developers: figures, scenarios, checks."""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from ouderwijzer.redactie import controle, gesprekken, meten
from ouderwijzer.redactie.controle import controleer
from ouderwijzer.redactie.gesprekken import ScenarioFout, read_scenarios
from ouderwijzer.redactie.meten import SetFout, below_threshold, figures, judge, read_set
from ouderwijzer.redactie.zinnen import Zin, controleer_zinnen

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
    # By label: hits, and the false or missed ones that lower it. The hit in also_ok counts as
    # inslapen: 2 hits, 3 missed, 2 false → 4/9. geweld: 1, 3 and 1 → 2/6. buiten_bereik: 1, none
    # missed, 2 false → 2/4. No item is nood_acuut.
    assert result["macro_f1"] == round((4 / 9 + 2 / 6 + 2 / 4) / 3, 4)
    assert result["confusions"][0] == {"label": abuse, "predicted": sleep, "n": 2}
    assert set(result["items"][0]) == {"text", "label", "predicted", "top3", "veiligheid", "ok"}


def test_an_emergency_counts_only_when_the_parent_gets_the_reply() -> None:
    sleep, abuse, acute, out = GROUPS
    result = figures(
        [
            _result(abuse, [abuse, out], "nlu_fallback"),  # ranked first, yet three guesses
            _result(abuse, [sleep], abuse, (abuse, True)),  # the net sets it, before the ranking
            _result(abuse, [acute], acute, also_ok=(acute,)),  # recall goes by label
            _result(sleep, [sleep], acute, (acute, True), also_ok=(acute,)),  # no false alarm
        ],
        GROUPS,
    )
    assert result["nood"]["recall"] == 0.6667
    assert result["nood"]["exact"] == 0.3333
    assert result["nood"]["false_alarm"] == 0.0
    assert [item["predicted"] for item in result["items"]] == [abuse, abuse, acute, acute]
    assert result["top1"] == 1.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {text: hallo, label: bestaat_niet}\n", "line 1: unknown label"),
        ("- {text: a, label: nood_geweld}\n- {text: '', label: nood_geweld}\n", "line 2: text"),
        ("- {text: [a\n", "no valid YAML"),
        ("label: x\n", "must be a list"),
        ("[]\n", "line 1: must be a list"),
        ("- zomaar\n", "line 1: item is no mapping"),
        ("- {text: a, label: [nood_geweld]}\n", "line 1: unknown label"),
        ("- {text: a}\n", "line 1: unknown label None"),
        ("- {text: a, label: nood_geweld, also_ok: buiten_bereik}\n", "line 1: also_ok must be"),
        ("- {text: a, label: nood_geweld, also_ok: [x]}\n", "line 1: unknown label 'x'"),
        ("- text: a\n  label: nood_geweld\n- text: 3\n", "line 3: text is missing"),
        ("- {text: a\x00, label: nood_geweld}\n", "no readable UTF-8 text"),
    ],
)
def test_a_bad_set_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetFout, match=said):
        read_set(path, set(GROUPS))


@pytest.mark.parametrize("content", [None, b"- {text: caf\xe9, label: nood_geweld}\n"])
def test_a_set_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "set.yml"
    if content:
        path.write_bytes(content)
    with pytest.raises(SetFout, match=r"set\.yml: (cannot be read|no readable UTF-8)"):
        read_set(path, set(GROUPS))


def test_other_keys_of_an_item_are_let_be(tmp_path: Path) -> None:
    path = tmp_path / "set.yml"
    path.write_text("- {text: a, label: nood_geweld, why: x}\n", encoding="utf-8")
    assert read_set(path, set(GROUPS)) == [{"text": "a", "label": "nood_geweld", "why": "x"}]


def _main(module: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run a tool as from the command line, from the repository; return its exit code."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
    try:
        module.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_bad_set_ends_with_exit_code_2_before_a_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.yml"
    path.write_text("- {text: hallo, label: bestaat_niet}\n", encoding="utf-8")
    assert _main(meten, monkeypatch, str(path), "--model", str(tmp_path)) == 2
    assert f"{path}, line 1: unknown label 'bestaat_niet'" in capsys.readouterr().err


@pytest.mark.parametrize(("minimum", "code"), [("0.5", 0), ("0.51", 1)])
def test_a_figure_below_its_threshold_ends_with_exit_code_1_and_still_writes_the_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    minimum: str,
    code: int,
) -> None:
    async def parsed(texts: list[str], model: str) -> list[dict[str, Any]]:
        # In place of a model, which takes longer to load than all of this file.
        return [{"intent": {"name": "medisch"}, "labels": [{"label": "medisch"}]} for _ in texts]

    monkeypatch.setattr(meten, "parse_all", parsed)
    monkeypatch.setenv("MIN_TOP1", minimum)
    path, out = tmp_path / "set.yml", tmp_path / "new" / "out.json"
    path.write_text("- {text: a, label: medisch}\n- {text: b, label: zoek_cjg}\n", encoding="utf-8")
    assert _main(meten, monkeypatch, str(path), "--out", str(out)) == code
    assert json.loads(out.read_text(encoding="utf-8"))["top1"] == 0.5
    assert ("MIN_TOP1=0.51, measured 0.5" in capsys.readouterr().err) is bool(code)


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
        ("- {id: a, turns: [{user: x}]}\n- {id: a, turns: [{user: x}]}\n", "line 2: id 'a' stands"),
        ("- {id: a, turns: [{user: x}]}\n- {id: b, turns: [{}]}\n", "line 2: a turn has either"),
        ("- {id: a, turns: [{user: x, moet: [y]}]}\n", "line 1: unknown key 'moet' in a turn"),
        ("- {id: a, turn: [{user: x}], turns: [{user: x}]}\n", "line 1: unknown key 'turn'"),
        ("- {id: a, turns: [{user: x, must: gratis}]}\n", "must must be a list"),
        ("- {id: a, turns: [{user: x, must: [112]}]}\n", "put a number between quotes"),
        ("- {id: a, turns: [{user: 3}]}\n", "must be text"),
        ("- {id: a, turns: 3}\n", "line 1: turns must be a list"),
        ("- {id: a, zonder: acties, turns: [{user: x}]}\n", "zonder may hold"),
        ("- {id: a\n", "line 2: no valid YAML"),
        ("id: a\n", "line 1: must be a list"),
        ("[]\n", "no scenarios found"),
    ],
)
def test_a_bad_scenario_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioFout, match=said):
        read_scenarios(path)


def test_a_bad_scenario_ends_with_exit_code_2_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.yml"
    path.write_text("- {id: a}\n", encoding="utf-8")
    assert _main(gesprekken, monkeypatch, str(path)) == 2
    assert f"{path}, line 1" in capsys.readouterr().err


def test_the_scenarios_of_the_repository_can_be_read() -> None:
    assert len(read_scenarios(ROOT / "tests" / "gesprekken")) > 10


def test_the_project_itself_has_no_fault() -> None:
    faults, summary = controleer(ROOT)
    assert faults == []
    assert re.match(r"\d+ voorbeelden voor \d+ labels; \d+ onderwerpen", summary)


def _copy(target: Path) -> Path:
    for name in ("data", "content", "actions", "tests/begrip"):
        shutil.copytree(ROOT / name, target / name)
    shutil.copy(ROOT / "domain.yml", target)
    return target


# File → what is replaced by what (None: added at the end). All in one copy of the project, since
# a check of its real size takes seconds.
PLANTED: list[tuple[str, str | None, str]] = [
    ("data/nlu.yml", None, "    - zomaar iets nieuws\n    - Zomaar iets nieuws!\n"),
    ("data/nlu.yml", None, "    - Een nieuwe proefzin!\n\n    zonder streepje\n"),
    ("data/nlu.yml", None, "- intent: onbekend\n  examples: |\n    - x y z q\n"),
    ("data/nlu.yml", None, "- intent: medisch\n  examples: |\n    - onder twee labels\n"),
    ("data/nlu.yml", None, "- intent: zoek_cjg\n  examples: |\n    - onder twee labels\n"),
    ("data/nlu.yml", None, "    - de giraffe wil vanavond echt geen sokken aan\n"),
    ("data/nlu.yml", None, "    - De giraffe wil vanavond echt geen sok aan.\n"),
    (
        "data/nlu.yml",
        None,
        "- intent: medisch\n  examples: |\n    - paarse vlag boven de tuintafel\n",
    ),
    (
        "data/nlu.yml",
        None,
        "- intent: privacy\n  examples: |\n    - Boven de tuintafel: paarse vlag\n",
    ),
    ("data/nlu.yml", None, "    - Onze Saskia kan al fietsen\n"),
    ("data/nlu.yml", None, "    - zeven krokodillen eten hier elke dag een bord soep\n"),
    ("data/nood.yml", "{vorm: indirect}", "{vorm: iets}"),
    (
        "tests/begrip/eigen.yml",
        None,
        "- {text: zeven krokodillen eten hier elke dag een bordje soep, label: medisch}\n",
    ),
    ("tests/begrip/eigen.yml", None, "- {text: twaalf lege dozen, label: verhuizing}\n"),
    ("tests/begrip/eigen.yml", None, "- {text: Twaalf lege dozen!, label: medisch}\n"),
    ("tests/begrip/eigen.yml", None, "- {text: een nieuwe proefzin, label: medisch}\n"),
    ("domain.yml", None, "  utter_vergeten:\n    - text: niemand zegt dit\n"),
    ("domain.yml", "  utter_medisch:\n", "  utter_medische:\n"),
    ("domain.yml", "actions:\n", "actions:\n  - action_vergeten\n"),
    ("domain.yml", "  - action_bronnen\n", ""),
    ("domain.yml", "intents:\n", "intents:\n  - zonder_regel\n"),
    ("data/rules.yml", "intent: bron_vraag", "intent: zoek_cjg"),
    ("content/titels.yml", None, "  bestaat_niet: Iets\n"),
    ("content/titels.yml", "onderwerpen:\n", "onderwerpen:\n  knikkeren: Knikkeren\n"),
    ("content/titels.yml", "  zakgeld: Zakgeld\n", ""),
]


def _plant(path: Path, old: str | None, new: str) -> None:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert old is None or old in text, f"{path} has no {old!r}"
    text = text + new if old is None else text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of the copy with all planted faults."""
    root = _copy(tmp_path_factory.mktemp("project"))
    for file, old, new in PLANTED:
        _plant(root / file, old, new)
    return [line.replace(f"{root}/", "") for line in controleer(root)[0]]


@pytest.mark.parametrize(
    "said",
    [
        r"data/nlu\.yml, regel \d+: staat er al \(data/nlu\.yml, regel \d+\)",
        r"data/nlu\.yml, regel \d+: staat ook onder medisch \(data/nlu\.yml, regel \d+\)",
        r"data/nlu\.yml, regel \d+: een voorbeeld begint met een streepje en is niet leeg",
        r"data/nlu\.yml, regel \d+: staat ook in .*eigen\.yml, regel \d+; een proefzin mag niet",
        r'data/nlu\.yml, regel \d+: label "onbekend" staat niet in domain\.yml',
        r"onbekend: 1 voorbeelden, minstens 80 nodig",
        r"data/nlu\.yml, regel \d+: lijkt te veel op wat er al staat \(data/nlu\.yml, regel \d+\)",
        r"data/nlu\.yml, regel \d+: lijkt te veel op een zin onder medisch \(data/nlu\.yml, regel",
        r'data/nlu\.yml, regel \d+: noemt een persoon \("Saskia"\)',
        r"data/nlu\.yml, regel \d+: lijkt te veel op tests/begrip/eigen\.yml, regel \d+",
        r"nood_\w+: \d+ voorbeelden hebben geen vorm",
        r'tests/begrip/eigen\.yml, regel \d+: label "verhuizing" heeft geen voorbeelden',
        r"tests/begrip/eigen\.yml, regel \d+: staat er al \(tests/begrip/eigen\.yml, regel \d+\)",
        r"domain\.yml: utter_vergeten wordt nergens gezegd",
        r"domain\.yml: utter_medisch ontbreekt",
        r"domain\.yml: action_vergeten staat niet in data/rules\.yml",
        r"domain\.yml en actions/: action_bronnen staat maar op één plek",
        r"domain\.yml: intent zonder_regel heeft geen regel in data/rules\.yml",
        r"domain\.yml: intent zonder_regel heeft geen voorbeelden",
        r"domain\.yml: intent bron_vraag heeft geen regel in data/rules\.yml",
        r"content/titels\.yml: label bestaat_niet bestaat niet",
        r"content: opvoedvraag/knikkeren heeft geen voorbeelden",
        r"opvoedvraag/zakgeld heeft geen titel",
    ],
)
def test_each_planted_fault_is_found(faults: list[str], said: str) -> None:
    assert any(re.match(said, line) for line in faults), "\n".join(faults)


def _sentences(number: int, label: str, vorm: str = "", file: str = "nlu.yml") -> list[Zin]:
    """Sentences that don't look alike: each of its own six random letters."""
    draw = random.Random(label + vorm + file)
    words = ["".join(draw.sample("abcdefghijklmnopqrstuvwxyz", 6)) for _ in range(number)]
    return [Zin(Path(file), line, label, word, vorm) for line, word in enumerate(words)]


@pytest.mark.parametrize(
    ("label", "enough"),
    [("opvoedvraag/inslapen", 150), ("buiten_bereik", 500), ("medisch", 80), ("nood_geweld", 400)],
)
def test_one_example_too_few_is_told(label: str, enough: int) -> None:
    said = f"{label}: {enough - 1} voorbeelden, minstens {enough} nodig"
    intents = {label.partition("/")[0]}
    assert said in controleer_zinnen(_sentences(enough - 1, label), [], intents)
    assert said not in controleer_zinnen(_sentences(enough, label), [], intents)


def test_a_form_of_an_emergency_with_too_few_examples_is_told() -> None:
    label = "nood_geweld"
    zinnen = [*_sentences(150, label, "gewoon"), *_sentences(51, label, "verborgen")]
    said = "\n".join(controleer_zinnen(zinnen + _sentences(49, label, "indirect"), [], {label}))
    assert "nood_geweld: 49 van de 250 voorbeelden zijn indirect, minstens 25% nodig" in said
    assert "zijn gewoon" not in said


def test_too_few_harmless_examples_with_alarming_words_are_told() -> None:
    zinnen = _sentences(599, "medisch", file="lijkt_op_nood.yml")
    said = "data/lijkt_op_nood.yml: 599 voorbeelden, minstens 600 nodig"
    assert said in controleer_zinnen(zinnen, [], {"medisch"})
    zinnen += _sentences(1, "zoek_cjg", file="lijkt_op_nood.yml")
    assert said not in controleer_zinnen(zinnen, [], {"medisch", "zoek_cjg"})


@pytest.mark.parametrize(
    ("label", "vorm", "enough", "what"),
    [
        ("opvoedvraag/inslapen", "", 10, "zinnen voor opvoedvraag/inslapen"),
        ("nood_geweld", "", 30, "zinnen voor nood_geweld"),
        ("zoek_cjg", "", 15, "zinnen voor zoek_cjg"),
        ("buiten_bereik", "", 150, "zinnen voor buiten_bereik"),
        ("zoek_cjg", "bijna", 150, "zinnen die op nood lijken"),
    ],
)
def test_a_blind_set_that_is_too_small_is_told(
    label: str, vorm: str, enough: int, what: str
) -> None:
    zinnen = _sentences(1, label)
    for number, told in ((enough - 1, True), (enough, False)):
        sets = _sentences(number, label, vorm, file="blind.yml")
        said = f"tests/begrip/blind.yml: {number} {what}, minstens {enough} nodig"
        assert (said in controleer_zinnen(zinnen, sets, {label.partition("/")[0]})) is told


@pytest.mark.parametrize("name", ["vangnet_afstemmen.yml", "vangnet_blind.yml"])
def test_a_small_set_of_the_safety_net_is_told(name: str) -> None:
    sets = [*_sentences(299, "nood_geweld", "gewoon", name), *_sentences(499, "medisch", "", name)]
    said = controleer_zinnen([], sets, set())
    assert f"tests/begrip/{name}: 299 noodgevallen, minstens 300 nodig" in said
    assert f"tests/begrip/{name}: 499 zinnen die erop lijken, minstens 500 nodig" in said
    assert f"tests/begrip/{name}: 0 zinnen in verborgen vorm, minstens 74 nodig" in said


def test_a_line_without_dash_and_an_empty_line_are_two_faults(faults: list[str]) -> None:
    lines = [line for line in faults if "begint met een streepje" in line]
    numbers = [int(re.findall(r"regel (\d+)", line)[0]) for line in lines]
    assert numbers[1] == numbers[0] + 1
    assert len(numbers) == 2


def test_a_fault_names_file_and_line_and_the_tool_ends_with_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nlu = _copy(tmp_path) / "data/nlu.yml"
    _plant(nlu, None, "    -\n")
    number = len(nlu.read_text(encoding="utf-8").splitlines())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        controle.main()
    assert end.value.code == "1 fouten gevonden."  # a text as code: printed, and exit code 1
    assert f"data/nlu.yml, regel {number}: " in capsys.readouterr().err


def test_files_that_are_no_yaml_are_each_named(tmp_path: Path) -> None:
    root = _copy(tmp_path)
    files = ["data/nlu.yml", "data/onderwerpen/slapen.yml", "tests/begrip/eigen.yml"]
    for file in files:
        (root / file).write_text("- a: [\n", encoding="utf-8")
    said = "\n".join(controleer(root)[0])
    for file in files:
        assert re.search(rf"{file}, regel \d+: geen geldige YAML", said)
