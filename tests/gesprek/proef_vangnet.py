"""A pipeline part that writes `veiligheid` as contracts.md has it, for a few words."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

GRIJS = "ziet het niet meer zitten"
TEKEN = "een klein teken"  # each time it is said adds half a doubt
STUK = "pijplijnstoring"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ProefVangnet(GraphComponent):
    @classmethod
    def create(
        cls, config: dict[str, Any], opslag: ModelStorage, bron: Resource, wie: ExecutionContext
    ) -> ProefVangnet:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for bericht in messages:
            tekst = bericht.get("text") or ""
            if STUK in tekst:
                raise ValueError(f"cannot read: {tekst}")
            soort = "nood_suicide" if GRIJS in tekst else None
            oordeel = {
                "soort": soort,
                "zeker": False,
                "gewicht": 1 if soort else tekst.count(TEKEN) * 0.5,
                "mogelijk": soort or "nood_suicide",
            }
            bericht.set("veiligheid", oordeel, add_to_output=True)
        return messages
