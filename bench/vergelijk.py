"""``make bench``: Ouderwijzer beside the project that ``rasa init`` makes, in one run.

Measures training, time from command to first answer, the turn over REST (one client, in turn),
messages a second with several clients, and memory of all processes. Writes bench/snelheid.md.
Machines are noisy, so read the ratios.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ouderwijzer.omgeving import omgeving
from ouderwijzer.redactie.zinnen import bestanden
from ouderwijzer.start import ADRES, Diensten, vrije_poort

REPORT = Path("bench/snelheid.md")
TURNS = 200
CLIENTS = 10
PER_CLIENT = 20
STOCK_TEXTS = ["hello", "I am feeling very sad", "yes", "are you a bot?", "great", "goodbye"]
OWN_TEXTS = [
    "hallo",
    "mijn zoon van 3 heeft elke dag driftbuien",
    "nog een tip",
    "ben je een mens?",
    "wat is Triple P",
    "waar vind ik het CJG in Utrecht",
]


@dataclass
class Figures:
    """What was measured of one project: seconds, milliseconds, megabytes, messages a second."""

    examples: int
    train_s: float
    start_s: float
    turn_ms: float
    turn_p95_ms: float
    per_second: float
    lost: int
    memory_mb: float


def post(url: str, sender: str, text: str) -> list[dict[str, object]]:
    """Send one message over Rasa's REST channel and return the replies."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return list(json.load(answer))


def first_answer(url: str, text: str, begin: float) -> float:
    """Return seconds from ``begin`` until the bot gives its first answer."""
    while time.monotonic() - begin < 300:
        try:
            if post(url, "first", text):
                return time.monotonic() - begin
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {url}")


def measure_turns(url: str, texts: list[str]) -> tuple[float, float]:
    """Return median and 95th percentile of a turn in milliseconds, one client."""
    times = []
    for number in range(TURNS):
        begin = time.perf_counter()
        post(url, f"turn-{number // len(texts)}", texts[number % len(texts)])
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def measure_load(url: str, texts: list[str]) -> tuple[float, int]:
    """Return messages a second and lost answers with CLIENTS at once."""

    def client(number: int) -> int:
        answers = [post(url, f"load-{number}", texts[i % len(texts)]) for i in range(PER_CLIENT)]
        return sum(not answer for answer in answers)

    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        lost = sum(pool.map(client, range(CLIENTS)))
    return CLIENTS * PER_CLIENT / (time.perf_counter() - begin), lost


def memory_mb(pids: list[int]) -> float:
    """Return the resident memory of processes and their children, in megabytes."""
    total = 0
    for pid in pids:
        for member in [pid, *_children(pid)]:
            status = Path(f"/proc/{member}/status").read_text(encoding="ascii", errors="replace")
            total += next(
                (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")),
                0,
            )
    return total / 1024


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    own = [int(child) for child in path.read_text(encoding="ascii").split()]
    return own + [grandchild for child in own for grandchild in _children(child)]


def measure_stock(folder: Path) -> Figures:
    """Make, train and measure the project of ``rasa init``."""
    rasa = [sys.executable, "-m", "rasa"]
    quiet = {"env": omgeving(), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([*rasa, "init", "--no-prompt", "--init-dir", str(folder)], check=True, **quiet)
    begin = time.monotonic()
    subprocess.run([*rasa, "train", "--force"], cwd=folder, check=True, **quiet)
    train = time.monotonic() - begin
    port = vrije_poort()
    url = f"http://{ADRES}:{port}/webhooks/rest/webhook"
    begin = time.monotonic()
    bot = subprocess.Popen([*rasa, "run", "-i", ADRES, "-p", str(port)], cwd=folder, **quiet)
    try:
        start = first_answer(url, "hello", begin)
        median, p95 = measure_turns(url, STOCK_TEXTS)
        rate, lost = measure_load(url, STOCK_TEXTS)
        memory = memory_mb([bot.pid])
    finally:
        bot.terminate()
        bot.wait()
    examples = _count_examples([folder / "data" / "nlu.yml"])
    return Figures(examples, train, start, median, p95, rate, lost, memory)


def measure_own(folder: Path) -> Figures:
    """Train anew and measure this project."""
    begin = time.monotonic()
    command = [sys.executable, "-m", "rasa", "train", "--force", "--augmentation", "0"]
    subprocess.run(
        [*command, "--out", str(folder / "models")],
        check=True,
        env=omgeving(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    train = time.monotonic() - begin
    with Diensten(vrije_poort(), vrije_poort(), folder, str(folder / "models")) as services:
        begin = time.monotonic()
        services.start_acties()
        services.start_bot()
        url = f"{services.url}webhooks/rest/webhook"
        start = first_answer(url, OWN_TEXTS[1], begin)
        median, p95 = measure_turns(url, OWN_TEXTS)
        rate, lost = measure_load(url, OWN_TEXTS)
        memory = memory_mb([process.pid for process in services.processen.values()])
    return Figures(
        _count_examples(bestanden(Path("data"))), train, start, median, p95, rate, lost, memory
    )


def _count_examples(files: list[Path]) -> int:
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return sum(line.startswith("    - ") for line in lines)


def report(stock: Figures, own: Figures) -> str:
    """Return the table as Markdown."""
    rows = [
        ("training examples", stock.examples, own.examples, ".0f"),
        ("training, s", stock.train_s, own.train_s, ".0f"),
        ("from command to first answer, s", stock.start_s, own.start_s, ".1f"),
        ("turn over REST, median, ms", stock.turn_ms, own.turn_ms, ".1f"),
        ("turn over REST, p95, ms", stock.turn_p95_ms, own.turn_p95_ms, ".1f"),
        (f"messages a second, {CLIENTS} clients", stock.per_second, own.per_second, ".0f"),
        ("turns without an answer under load", stock.lost, own.lost, ".0f"),
        ("memory of all processes, MB", stock.memory_mb, own.memory_mb, ".0f"),
    ]
    lines = [
        "# Speed and size beside a stock Rasa project",
        "",
        f"Made by `make bench` on {date.today().isoformat()}, {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}; both projects in one run. "
        "Ours includes spaCy, the action server and the knowledge base; the stock project is what "
        "`rasa init` makes (DIET, TED), which calls no action server.",
        "",
        "| figure | `rasa init` | Ouderwijzer | ratio |",
        "|---|---|---|---|",
    ]
    for name, a, b, form in rows:
        ratio = f"{b / a:.2f}" if a else "–"
        lines.append(f"| {name} | {a:{form}} | {b:{form}} | {ratio} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both and write the report."""
    with tempfile.TemporaryDirectory() as folder:
        print("stock project ...", file=sys.stderr)
        stock = measure_stock(Path(folder) / "stock")
        print("Ouderwijzer ...", file=sys.stderr)
        own = measure_own(Path(folder) / "own")
    REPORT.write_text(report(stock, own), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
