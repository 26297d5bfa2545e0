"""The classifier over all labels: on a tiny set, and in the shapes of contracts.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from ouderwijzer.begrip.labels import (
    RANKING_LENGTH,
    LabelClassifier,
    LabelModel,
    split_ranking,
    stretches,
)

EXAMPLES = {
    "opvoedvraag/inslapen": [
        "mijn zoon wil niet gaan slapen",
        "ze valt niet in slaap",
        "naar bed gaan is een drama",
        "hij slaapt pas laat in",
        "hoe krijg ik haar in bed",
    ],
    "opvoedvraag/driftbuien": [
        "ze krijgt een driftbui in de winkel",
        "hij gilt en schopt van woede",
        "woedeaanval om een koekje",
        "hoe ga ik om met driftbuien",
        "ze laat zich krijsend vallen",
    ],
    "begroeting": ["hallo", "goedemorgen", "hoi daar", "dag", "goedenavond"],
    "zoek_cjg": [
        "waar is het cjg",
        "hoe bel ik het cjg",
        "cjg bij mij in de buurt",
        "ik zoek het centrum voor jeugd en gezin",
        "telefoonnummer cjg",
    ],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]
QUESTIONS = ["zij wil niet slapen", "hallo, waar zit het cjg?", "driftbui", "qwxz", "é", "ß 12 !"]


@pytest.fixture(scope="module")
def model() -> LabelModel:
    return LabelModel.fit(TEXTS, LABELS, c=1.5, temperature=0.12)


@pytest.mark.parametrize("text", QUESTIONS)
def test_confidences_of_all_labels_sum_to_one_and_fall(model: LabelModel, text: str) -> None:
    ranking = model.rank(text)
    confidences = [confidence for _, confidence in ranking]
    assert {label for label, _ in ranking} == set(EXAMPLES)
    assert sum(confidences) == pytest.approx(1)
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("mijn dochter wil niet slapen", "opvoedvraag/inslapen"),
        ("driftbuien in de supermarkt", "opvoedvraag/driftbuien"),
        ("Goedemorgen!", "begroeting"),
        ("waar vind ik het CJG", "zoek_cjg"),
    ],
)
def test_a_sentence_like_the_examples_gets_their_label(
    model: LabelModel, text: str, label: str
) -> None:
    assert model.rank(text)[0][0] == label


def test_case_and_accents_make_no_difference(model: LabelModel) -> None:
    assert model.rank("WAAR IS HET CJG") == model.rank("waar is hét cjg")


def test_saved_and_loaded_it_ranks_exactly_the_same(model: LabelModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = LabelModel.load(tmp_path)
    for text in [*QUESTIONS, *TEXTS]:
        assert loaded.rank(text) == model.rank(text)


def test_the_saved_files_hold_no_pickle(model: LabelModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.json", "labels.npz"]
    json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    with np.load(tmp_path / "labels.npz", allow_pickle=False) as arrays:
        assert set(arrays) == {"weights", "bias", "idf0", "idf1"}


def test_training_twice_gives_the_same_model(model: LabelModel) -> None:
    again = LabelModel.fit(TEXTS, LABELS, c=1.5, temperature=0.12)
    assert np.array_equal(again.weights, model.weights)
    assert [again.rank(text) for text in QUESTIONS] == [model.rank(text) for text in QUESTIONS]


def test_a_lower_temperature_makes_it_surer(model: LabelModel) -> None:
    cold = LabelModel.fit(TEXTS, LABELS, c=1.5, temperature=0.05)
    assert cold.rank("driftbui")[0][1] > model.rank("driftbui")[0][1]


def test_a_label_in_one_stretch_of_a_long_story_is_watched(model: LabelModel) -> None:
    story = "waar is het cjg bij mij in de buurt " * 6
    text = f"{story} hij gilt en schopt van woede, woedeaanval om een koekje {story}"
    label = "opvoedvraag/driftbuien"
    assert dict(model.rank(text))[label] < 0.2
    assert model.watch(text, [label, "unknown"], stretch=12, step=4).keys() == {label}
    assert model.watch(text, [label], stretch=12, step=4)[label] > 0.6


def test_a_short_text_is_one_stretch(model: LabelModel) -> None:
    watched = model.watch("waar is het cjg", ["zoek_cjg"], stretch=12, step=4)
    assert watched["zoek_cjg"] == pytest.approx(dict(model.rank("waar is het cjg"))["zoek_cjg"])


@pytest.mark.parametrize("words", [1, 9, 10, 11, 14, 27, 100])
def test_stretches_cover_every_word_and_are_of_one_length(words: int) -> None:
    text = [str(number) for number in range(words)]
    found = [part.split() for part in stretches(" ".join(text), length=10, step=4)]
    assert {word for part in found for word in part} == set(text)
    assert {len(part) for part in found} == {min(words, 10)}
    assert len(found) == len({tuple(part) for part in found})


RANKING = [
    ("opvoedvraag/inslapen", 0.5),
    ("begroeting", 0.3),
    ("opvoedvraag/driftbuien", 0.15),
    ("zoek_cjg", 0.05),
]


def test_a_topic_counts_as_its_base_intent_with_the_confidence_of_the_best_topic() -> None:
    intents, _ = split_ranking(RANKING)
    assert intents == [
        {"name": "opvoedvraag", "confidence": 0.5},
        {"name": "begroeting", "confidence": 0.3},
        {"name": "zoek_cjg", "confidence": 0.05},
    ]


def test_the_topics_stand_in_the_shape_of_rasas_response_selector() -> None:
    _, selector = split_ranking(RANKING)
    assert selector == {
        "all_retrieval_intents": ["opvoedvraag"],
        "opvoedvraag": {
            "response": {"intent_response_key": "opvoedvraag/inslapen", "confidence": 0.5},
            "ranking": [
                {"intent_response_key": "opvoedvraag/inslapen", "confidence": 0.5},
                {"intent_response_key": "opvoedvraag/driftbuien", "confidence": 0.15},
            ],
        },
    }


def test_without_topics_there_is_no_response_selector() -> None:
    assert split_ranking([("begroeting", 1.0)]) == (
        [{"name": "begroeting", "confidence": 1.0}],
        None,
    )


def test_the_ranking_of_topics_is_cut_but_the_best_stays_first() -> None:
    many = [(f"opvoedvraag/o{n}", 1 / (n + 2)) for n in range(30)]
    _, selector = split_ranking(many)
    assert selector is not None
    assert len(selector["opvoedvraag"]["ranking"]) == RANKING_LENGTH
    assert selector["opvoedvraag"]["response"] == selector["opvoedvraag"]["ranking"][0]


def _classifier(folder: Path) -> tuple[LabelClassifier, LocalModelStorage, Resource]:
    folder.mkdir()
    storage, resource = LocalModelStorage(folder), Resource("labels")
    config = LabelClassifier.get_default_config()
    return LabelClassifier.create(config, storage, resource, None), storage, resource


def _trained(folder: Path) -> LabelClassifier:
    """Train the component as Rasa does and load it again from its storage."""
    component, storage, resource = _classifier(folder)
    component.train(
        TrainingData(
            [
                Message.build(text=text, intent=label)
                for text, label in zip(TEXTS, LABELS, strict=True)
            ]
        )
    )
    config = LabelClassifier.get_default_config()
    return LabelClassifier.load(config, storage, resource, None)


def _parse(component: LabelClassifier, text: str) -> dict[str, Any]:
    message = Message({"text": text})
    component.process([message])
    return message.data


def test_the_component_writes_all_four_attributes(tmp_path: Path) -> None:
    parsed = _parse(_trained(tmp_path / "opslag"), "hoe krijg ik hem in slaap")
    assert parsed["intent"]["name"] == "opvoedvraag"
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert len({row["name"] for row in parsed["intent_ranking"]}) == 3
    best = parsed["response_selector"]["opvoedvraag"]["response"]
    assert best["intent_response_key"] == "opvoedvraag/inslapen"
    assert parsed["labels"][0] == {
        "label": "opvoedvraag/inslapen",
        "confidence": best["confidence"],
    }
    assert sum(row["confidence"] for row in parsed["labels"]) == pytest.approx(1)
    assert json.loads(json.dumps(parsed["labels"])) == parsed["labels"]  # plain numbers


@pytest.mark.parametrize("text", [None, "", "   \n"])
def test_an_empty_message_is_left_as_it_is(tmp_path: Path, text: str | None) -> None:
    assert set(_parse(_trained(tmp_path / "opslag"), text)) <= {"text"}  # type: ignore[arg-type]


def test_an_untrained_component_leaves_a_message_as_it_is(tmp_path: Path) -> None:
    component, _, _ = _classifier(tmp_path / "leeg")
    assert set(_parse(component, "hallo")) == {"text"}


def test_the_config_uses_the_settings_that_the_class_documents() -> None:
    from ruamel.yaml import YAML

    config = Path(__file__).parents[2] / "config.yml"
    pipeline = YAML(typ="safe").load(config.read_text(encoding="utf-8"))["pipeline"]
    [own] = [part for part in pipeline if part["name"].endswith("LabelClassifier")]
    assert set(own) - {"name"} <= set(LabelClassifier.get_default_config())
