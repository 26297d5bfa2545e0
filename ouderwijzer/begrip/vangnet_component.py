"""The safety net in Rasa's pipeline, beside the classifier.

Config::

    pipeline:
      # after the classifier, the extractors and the fallback
      - name: ouderwijzer.begrip.vangnet_component.SafetyNet
        sure: 0.5       # confidence of all nood_* together, from which the emergency reply comes
        grey: 0.06      # the same, from which the safety sentence is said
        quiet: 0.01     # the same, below which a rule counts one step less

Why our own: an emergency must be seen by two things that fail in different ways (shared design,
section 4): rules (``vangnet.py`` and ``vangnet.yml``) and the classifier, which looks at each
stretch of a long message (``watched``). It writes ``veiligheid`` {"soort", "zeker", "gewicht",
"mogelijk"}; where it is sure it sets the intent, also over a fallback, and puts the label first in
``labels`` and ``intent_ranking``. Where it is not, the channel adds the safety sentence.
``gewicht`` says how near the message is to that sentence (1: there), ``mogelijk`` for which
emergency; the channel adds small weights up over a talk. Thresholds come from the curves in
bench/vangnet.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from ouderwijzer.begrip.vangnet import SOORTEN, Oordeel, beoordeel


class Limits(NamedTuple):
    """Confidences (0-1) in any emergency at which something changes; see the config above."""

    sure: float
    grey: float
    quiet: float


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SafetyNet(GraphComponent):
    """Adds ``veiligheid`` to each message and lets a sure emergency decide the intent."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the thresholds."""
        self._limits = Limits(*(float(config[name]) for name in Limits._fields))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default settings."""
        return {"sure": 0.5, "grey": 0.06, "quiet": 0.01}

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
            danger = _danger(message)
            soort, zeker = weigh(beoordeel(text), danger, self._limits)
            found = {
                "soort": soort,
                "zeker": zeker,
                "gewicht": round(max(bool(soort), sum(danger.values()) / self._limits.grey), 3),
                "mogelijk": soort or _likely(danger),
            }
            message.set("veiligheid", found, add_to_output=True)
            if soort and zeker:
                _put_first(message, soort)
        return messages


def weigh(net: Oordeel, danger: dict[str, float], limits: Limits) -> tuple[str | None, bool]:
    """Return the kind of emergency, or None, and whether it is sure.

    ``net``: verdict of the rules; ``danger``: confidence of each emergency by the classifier,
    empty where there is none.
    """
    total = sum(danger.values())
    if danger and total < limits.quiet and not net.andere_taal:
        # "De titanic en al die verdronken mensen": a word on its own, in a text about other things.
        # (Of another language the classifier knows nothing.)
        net = Oordeel(net.soort, False, net.regel) if net.zeker else Oordeel(None, False, None)
    likely = _likely(danger)
    by_classifier = likely is not None and total >= limits.sure
    if net.zeker and net.soort:
        # Of two sure readings the more urgent one counts (docs/labels.md, rule 1).
        other = likely if likely and by_classifier else net.soort
        return min(net.soort, other, key=SOORTEN.index), True
    if by_classifier:
        return likely, True
    if net.soort:
        return net.soort, False
    return (likely, False) if total >= limits.grey else (None, False)


def _danger(message: Message) -> dict[str, float]:
    """Return the confidence of each emergency: by stretch where there is one, else in all."""
    watched = message.get("watched")
    if watched is None:
        watched = {row["label"]: row["confidence"] for row in message.get("labels") or []}
    return {label: float(value) for label, value in watched.items() if label in SOORTEN}


def _likely(danger: dict[str, float]) -> str | None:
    return max(danger, key=lambda label: danger[label]) if danger else None


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
