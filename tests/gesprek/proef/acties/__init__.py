"""Actions of the tiny project, on a real rasa_sdk action server."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

LANG = 30  # seconds; longer than any budget in the tests


class ActionVraag(Action):
    """Says a text, and its custom part and its buttons in messages of their own."""

    def name(self) -> str:
        return "action_vraag"

    async def run(
        self, uit: CollectingDispatcher, tracker: Tracker, domein: dict[str, Any]
    ) -> list[EventType]:
        uit.utter_message(text="Probeer een vast ritueel.\n\nElke avond hetzelfde.")
        uit.utter_message(json_message={"soort": "tips", "taal": "nl", "tips": []})
        uit.utter_message(buttons=[{"title": "Nog een", "payload": "/groet"}])
        uit.utter_message(text="Helpt dit?")
        return [SlotSet("onderwerp", "inslapen")]


class ActionEcho(Action):
    """Says what the action server got to see."""

    def name(self) -> str:
        return "action_echo"

    async def run(
        self, uit: CollectingDispatcher, tracker: Tracker, domein: dict[str, Any]
    ) -> list[EventType]:
        uit.utter_message(text=str(tracker.latest_message["text"]))
        return []


class ActionStil(Action):
    """Says nothing."""

    def name(self) -> str:
        return "action_stil"

    async def run(
        self, uit: CollectingDispatcher, tracker: Tracker, domein: dict[str, Any]
    ) -> list[EventType]:
        return []


class ActionStuk(Action):
    """Fails."""

    def name(self) -> str:
        return "action_stuk"

    async def run(
        self, uit: CollectingDispatcher, tracker: Tracker, domein: dict[str, Any]
    ) -> list[EventType]:
        raise ValueError("action_stuk always fails")


class ActionTraag(Action):
    """Takes far too long."""

    def name(self) -> str:
        return "action_traag"

    async def run(
        self, uit: CollectingDispatcher, tracker: Tracker, domein: dict[str, Any]
    ) -> list[EventType]:
        await asyncio.sleep(LANG)
        return []


class ActionOokTraag(ActionTraag):
    def name(self) -> str:
        return "action_ook_traag"
