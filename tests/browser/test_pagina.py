"""The demo page in Debian's Chromium, against the running bot: what a parent does there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

QUESTION = "mijn zoon van 2 wil niet slapen"
CRISIS = "mijn dochter zegt dat ze dood wil"
WAIT = 15  # seconds; an answer takes milliseconds, a busy machine may not

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",  # a click must not wait for smooth scrolling
    "--window-size=1280,900",
)
# What the live region said, in order; it is emptied between two texts.
RECORD = """
window.gezegd = [];
const region = root.querySelector("[aria-live=polite]");
new MutationObserver(() => region.textContent && window.gezegd.push(region.textContent))
  .observe(region, { childList: true, characterData: true, subtree: true });
"""


class Page:
    """The page and the chat on it, in the words of a parent."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def run(self, script: str, *args: Any) -> Any:
        """Runs a script in which ``root`` is the shadow root of the element."""
        root = 'const root = document.querySelector("ouder-wijzer").shadowRoot; '
        return self.driver.execute_script(root + script, *args)

    def visit(self) -> Page:
        self.driver.get(self.url + "/")
        self.wait(lambda: self.run("return root !== null"))
        self.run(RECORD)
        return self

    def find(self, selector: str) -> WebElement:
        found = self.wait(lambda: self.run("return root.querySelector(arguments[0])", selector))
        assert isinstance(found, WebElement)
        return found

    def count(self, selector: str) -> int:
        return int(self.run("return root.querySelectorAll(arguments[0]).length", selector))

    def texts(self, selector: str) -> list[str]:
        script = "return [...root.querySelectorAll(arguments[0])].map((e) => e.innerText.trim())"
        return [str(text) for text in self.run(script, selector)]

    def wait(self, condition: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, WAIT, 0.05).until(lambda _: condition())

    def open(self) -> Page:
        self.find(".launcher").click()
        self.wait(lambda: self.count(".turn"))
        return self

    def say(self, text: str) -> str:
        """Sends a message with Enter and returns the text of the turn that answers it."""
        before = self.count(".turn")
        self.find("textarea").send_keys(text, Keys.ENTER)
        self.wait(lambda: self.count(".turn") > before)
        return self.texts(".turn")[-1]

    def press(self, *keys: str, shift: bool = False) -> None:
        actions = ActionChains(self.driver)
        if shift:
            actions.key_down(Keys.SHIFT).send_keys(*keys).key_up(Keys.SHIFT).perform()
        else:
            actions.send_keys(*keys).perform()

    def focused(self) -> str:
        """Class, id or tag of what has the focus inside the element, "" when nothing has."""
        script = "const e = root.activeElement; return e && (e.className || e.id || e.localName)"
        return str(self.run(script) or "")

    def said(self) -> list[str]:
        return [str(text) for text in self.driver.execute_script("return window.gezegd")]

    def offline(self, offline: bool) -> None:
        conditions = {
            "offline": offline,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        }
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path:
        return path
    reason = f"{name} is missing: apt-get install chromium chromium-driver"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def page(draaiende_bot: str, tmp_path: Path) -> Iterator[Page]:
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(_program("chromedriver")))
    try:
        yield Page(driver, draaiende_bot.rstrip("/")).visit()
    finally:
        driver.quit()


def test_a_parent_asks_chooses_and_finds_the_talk_back_after_a_reload(page: Page) -> None:
    page.open()
    assert "computer" in page.texts(".turn .msg")[0].lower()

    answer = page.say(QUESTION)
    assert len(answer) > 100
    assert page.count(".turn li") >= 2, "tips are a list"
    assert page.count(".turn details li") >= 1, "a source stands under the tips"
    assert page.count(".judge button") == 2

    title = page.texts(".choices button")[0]
    before = page.count(".turn")
    page.find(".choices button").click()
    page.wait(lambda: page.count(".turn") > before)
    assert title in page.texts(".parent")[-1]
    assert "/" not in page.texts(".parent")[-1], "a parent never sees a payload"

    talk = page.texts(".msg > :not(details, .flag)")
    choices = page.texts(".choices button")
    page.visit().open()
    assert page.texts(".msg > :not(details, .flag)") == talk
    assert page.texts(".choices button") == choices
    assert page.say("dank je wel")


def test_a_parent_can_do_it_all_with_the_keyboard(page: Page) -> None:
    for _ in range(30):
        page.press(Keys.TAB)
        if page.focused() == "launcher":
            break
    assert page.focused() == "launcher"
    outline = "return getComputedStyle(root.activeElement).outlineStyle"
    assert page.run(outline) != "none", "the focus can be seen"

    page.press(Keys.ENTER)
    page.wait(lambda: page.count(".turn") and page.focused() == "in")
    page.press("mijn zoon van 2")
    page.press(Keys.ENTER, shift=True)
    page.press("wil niet slapen")
    assert page.find("textarea").get_attribute("value") == "mijn zoon van 2\nwil niet slapen"
    page.press(Keys.ENTER)
    page.wait(lambda: page.count(".turn") > 1 and page.count(".choices button"))
    assert page.focused() == "in", "the focus stays in the box"

    title = page.texts(".choices button")[-1]
    answered = page.count(".turn")
    page.press(Keys.TAB, shift=True)
    page.press(Keys.ENTER)
    page.wait(lambda: page.count(".turn") > answered)
    assert title in page.texts(".parent")[-1]
    assert page.focused() == "in"

    page.press(Keys.ESCAPE)
    page.wait(lambda: page.focused() == "launcher")
    assert not page.run("return root.querySelector('dialog').open")


def test_a_screen_reader_hears_each_answer_once_and_in_full(page: Page) -> None:
    page.open()
    page.say(QUESTION)
    page.wait(lambda: len(page.said()) == 2)
    page.find("textarea").send_keys("x")  # typing says nothing
    welcome, answer = page.said()

    assert "computer" in welcome.lower()
    shown = page.texts(".turn:last-child .msg [lang] :is(p, li)") + page.texts(".choices button")
    for line in "\n".join(shown).replace("(opent een nieuw tabblad)", "").splitlines():
        assert line.strip() in answer
        assert len(line) < 30 or answer.count(line) == 1, f"read twice: {line}"
    log = page.find("[role=log]")
    assert log.get_attribute("aria-live") == "off", "the announcer alone speaks"
    assert log.accessible_name == "Gesprek"
    assert page.find("textarea").accessible_name


def test_an_emergency_shows_its_number_as_a_link_and_says_so_in_words(page: Page) -> None:
    page.open().say(CRISIS)
    assert page.texts(".urgent .flag") == ["Hulp nu"]
    assert page.count('.urgent a[href="tel:113"]') >= 1


def test_what_was_typed_without_a_connection_is_sent_when_it_is_back(page: Page) -> None:
    page.open()
    page.offline(True)
    page.find("textarea").send_keys(QUESTION, Keys.ENTER)
    error = page.find(".error")
    for number in ("112", "0800-2000", "113", "0800-0432"):
        assert number in error.text
    assert QUESTION in page.texts(".parent")[-1]

    page.offline(False)
    page.wait(lambda: page.count(".turn") > 1)
    assert page.count(".error") == 0
    assert page.count(".parent") == 1, "sent once, shown once"


def test_a_wiped_talk_does_not_come_back(page: Page) -> None:
    page.open().say(QUESTION)
    page.find("[aria-controls=menu]").click()
    page.find(".menu button:last-child").click()
    page.press(Keys.ESCAPE)
    assert page.count(".parent") == 1, "Escape keeps the talk"

    page.find("[aria-controls=menu]").click()
    page.find(".menu button:last-child").click()
    page.find(".confirm .strong").click()
    page.wait(lambda: page.count(".note") and page.count(".turn") == 1)
    assert page.count(".parent") == 0
    page.visit().open()
    assert page.count(".parent") == 0


def test_the_page_asks_nothing_elsewhere_and_keeps_to_its_policy(page: Page) -> None:
    page.open().say(QUESTION)
    page.find("details summary").click()
    names = "return performance.getEntriesByType('resource').map((e) => e.name)"
    asked = [str(name) for name in page.run(names)]
    assert asked
    assert [name for name in asked if not name.startswith(page.url + "/")] == []
    complaints = [str(entry["message"]) for entry in page.driver.get_log("browser")]
    assert [c for c in complaints if "favicon" not in c] == []
    assert page.driver.get_cookies() == []


def test_it_fits_on_the_narrowest_phone(page: Page) -> None:
    screen = {"width": 320, "height": 568, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.visit().open().say(QUESTION)
    too_wide = """
      return [document.documentElement, root.querySelector(".panel"), root.querySelector(".log")]
        .filter((e) => e.scrollWidth > Math.min(e.clientWidth, 320)).map((e) => e.className)"""
    assert page.run(too_wide) == []
    small = """
      return [...root.querySelectorAll("button, summary, textarea, .actions a")]
        .filter((e) => e.checkVisibility())
        .map((e) => [e.innerText, e.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < 24).map(([text]) => text)"""
    assert page.run(small) == [], "every target is at least 24 px"
