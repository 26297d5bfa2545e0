"""The safety net in Rasa's pipeline, beside the classifier.

Config::

    pipeline:
      # after the classifier, the extractors and the fallback
      - name: ouderwijzer.begrip.vangnet_component.SafetyNet
        sure: 0.35      # confidence from which a nood_* on top of the ranking stands by itself
        grey: 0.15      # nood_* labels together, from which the safety sentence is said

Why our own: an emergency must be seen by two things that fail in different ways (shared design,
section 4). It writes ``veiligheid`` {"soort", "zeker"}; where it is sure it sets the intent, also
over a fallback, and puts the label first in ``labels`` and ``intent_ranking``. Where it is not,
the channel adds the safety sentence. The rules themselves: ``vangnet.py`` and ``vangnet.yml``.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.vangnet import SOORTEN, beoordeel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SafetyNet(GraphComponent):
    """Adds ``veiligheid`` to each message and lets a sure emergency decide the intent."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the two thresholds."""
        self._sure = float(config["sure"])
        self._grey = float(config["grey"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default settings."""
        return {"sure": 0.35, "grey": 0.15}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:
        """Create the component (see parent class)."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Write ``veiligheid``, and the intent where it is sure, into each message."""
        for message in messages:
            text = message.get("text") or ""
            if not text.strip():
                continue
            soort, zeker = self._judge(text, message.get("labels") or [])
            message.set("veiligheid", {"soort": soort, "zeker": zeker}, add_to_output=True)
            if soort and zeker:
                _put_first(message, soort)
        return messages

    def _judge(self, text: str, labels: list[dict[str, Any]]) -> tuple[str | None, bool]:
        """Return the kind of emergency, or None, and whether it is sure."""
        net = beoordeel(text)
        best: dict[str, Any] = labels[0] if labels else {"label": "", "confidence": 0.0}
        top = str(best["label"])
        # Not kind_zelf: a parent who writes "zoon 8 word gepest" must not get the child's answer
        # over a fallback.
        by_classifier = top in SOORTEN and float(best["confidence"]) >= self._sure
        if net.zeker and net.soort:
            # Of two sure readings the more urgent one counts (docs/labels.md, rule 1).
            other = top if by_classifier else net.soort
            return min(net.soort, other, key=SOORTEN.index), True
        if by_classifier:
            return top, True
        if net.soort:
            return net.soort, False
        share = {row["label"]: row["confidence"] for row in labels if row["label"] in SOORTEN}
        if share and sum(share.values()) >= self._grey:
            return max(share, key=lambda label: share[label]), False
        return None, False


def _put_first(message: Message, soort: str) -> None:
    """Make ``soort`` the intent, and the first of both rankings."""
    if (message.get("intent") or {}).get("name") == soort:
        return
    intent = {"name": soort, "confidence": 1.0}
    ranking = [row for row in message.get("intent_ranking") or [] if row["name"] != soort]
    labels = [row for row in message.get("labels") or [] if row["label"] != soort]
    message.set("intent", intent, add_to_output=True)
    message.set("intent_ranking", [intent, *ranking], add_to_output=True)
    message.set("labels", [{"label": soort, "confidence": 1.0}, *labels], add_to_output=True)
