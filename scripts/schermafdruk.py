"""Takes the picture of a real talk for the README: `python scripts/schermafdruk.py URL`.

Plays a few messages in the page of a running bot, in Debian's Chromium, and writes a PNG of
the window. Needs `apt-get install chromium chromium-driver`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

OUT = Path(__file__).parents[1] / "docs" / "schermafdruk.png"
MESSAGES = ("mijn zoon van 2 wil niet slapen", "met wie kan ik hierover praten in Utrecht?")
WIDTH, HEIGHT = 1180, 860  # CSS pixels
WAIT = 15  # seconds for one answer
ROOT = 'document.querySelector("ouder-wijzer")?.shadowRoot'


def main() -> int:
    """Plays the talk and writes the picture; 1 and a line on stderr when that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of the running bot, such as http://127.0.0.1:5005/")
    parser.add_argument("--out", type=Path, default=OUT, help="PNG to write")
    parser.add_argument("--tekst", action="append", help="a message to send; may be repeated")
    parser.add_argument("--donker", action="store_true", help="in dark mode")
    parser.add_argument("--telefoon", action="store_true", help="on a phone, 390 pixels wide")
    options = parser.parse_args()
    try:
        picture = take(options.url, options.tekst or MESSAGES, options.telefoon, options.donker)
    except TimeoutException:
        return _failed(f"no answer within {WAIT} s from the page at {options.url}")
    except (WebDriverException, FileNotFoundError) as error:
        return _failed(str(error).splitlines()[0])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(picture)
    print(options.out)
    return 0


def take(url: str, messages: list[str] | tuple[str, ...], phone: bool, dark: bool) -> bytes:
    """Opens the page, sends the messages one by one, and returns the PNG of the window.

    Raises selenium's exceptions, and FileNotFoundError without a Chromium.
    """
    with tempfile.TemporaryDirectory() as profile:
        driver = _start(Path(profile))
        try:
            _set_screen(driver, phone, dark)
            driver.get(url)
            _wait(driver, f"return Boolean({ROOT})")
            driver.execute_script(f"{ROOT}?.querySelector('.launcher').click()")
            _wait(driver, f"return {ROOT}?.querySelectorAll('.turn').length === 1")
            for message in messages:
                before = driver.execute_script(f"return {ROOT}.querySelectorAll('.turn').length")
                box = driver.execute_script(f"return {ROOT}?.querySelector('textarea')")
                box.send_keys(message, Keys.ENTER)
                _wait(driver, f"return {ROOT}?.querySelectorAll('.turn').length > {before}")
            return driver.get_screenshot_as_png()
        finally:
            driver.quit()


def _start(profile: Path) -> webdriver.Chrome:
    programs = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in programs.items() if not path]
    if missing:
        raise FileNotFoundError(
            f"{missing[0]} is missing: apt-get install chromium chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs["chromium"])
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-prefers-reduced-motion",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(programs["chromedriver"]))


def _set_screen(driver: webdriver.Chrome, phone: bool, dark: bool) -> None:
    size = {"width": 390, "height": 800} if phone else {"width": WIDTH, "height": HEIGHT}
    metrics = {**size, "deviceScaleFactor": 1.5, "mobile": phone}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def _wait(driver: webdriver.Chrome, script: str) -> None:
    WebDriverWait(driver, WAIT, 0.05).until(lambda current: current.execute_script(script))


def _failed(reason: str) -> int:
    print(f"schermafdruk: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
