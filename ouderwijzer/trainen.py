"""``make train``: build the knowledge base and train, with clear errors and little noise.

The finished model appears in models/ in one move, so a broken training leaves the old one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from ouderwijzer.kennis.laden import InhoudFout
from ouderwijzer.kennis.opslag import bouw
from ouderwijzer.omgeving import omgeving

MODELS = Path("models")
WERK = Path("var/training")
LOG = Path("var/training.log")
BEWAAR = 2  # older models are removed


def main() -> None:
    """Build, train and put the model in place; exits non-zero with one clear line."""
    try:
        bouw()
    except InhoudFout as fout:
        sys.exit(f"De inhoud heeft een fout; er is niets veranderd.\n{fout}")
    print("Trainen ... (twee à drie minuten)", file=sys.stderr, flush=True)
    shutil.rmtree(WERK, ignore_errors=True)
    WERK.mkdir(parents=True)
    if _train() != 0:
        sys.exit(f"Trainen is mislukt: {_reason()}\nAlles staat in {LOG}.")
    [model] = WERK.glob("*.tar.gz")
    MODELS.mkdir(exist_ok=True)
    model.replace(MODELS / model.name)
    for oud in sorted(MODELS.glob("*.tar.gz"))[:-BEWAAR]:
        oud.unlink()
    print(f"Klaar: {MODELS / model.name}", file=sys.stderr)


def _train() -> int:
    with LOG.open("w", encoding="utf-8") as log:
        opdracht = [
            sys.executable,
            "-m",
            "rasa",
            "train",
            "--out",
            str(WERK),
            "--augmentation",
            "0",
        ]
        return subprocess.run(
            opdracht, stdout=log, stderr=log, env=omgeving(), check=False
        ).returncode


def _reason() -> str:
    """Return the line of the log that most likely says what is wrong."""
    regels = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    fouten = [r for r in regels if "Error" in r or "Exception" in r or "Failed" in r]
    return (fouten or regels or ["?"])[-1].strip()[:300]


if __name__ == "__main__":
    main()
