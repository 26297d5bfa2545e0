"""Places and postcodes of a Dutch municipality, as YAML for content/deuren/gemeenten/.

Nothing is fetched. The script reads the data out of two wheels that the user has downloaded:

    python -m pip download --no-deps --dest wielen countrystatecity-postal-codes woningwaardering
    python scripts/plaatsen.py --wielen wielen Apeldoorn "'s-Gravenhage"

Sources and licences (more in content/deuren/BRONNEN.md):

- ``countrystatecity-postal-codes``: every four-digit postcode with the place where most of its
  addresses are, and a province. Open Database License (ODbL) 1.0. What is derived from it must
  name it and stays under the ODbL.
- ``woningwaardering``: its data/corop has the list of places of Statistics Netherlands (CBS,
  "Woonplaatsen in Nederland") with municipality and COROP area. The package is MIT, the list
  CC BY 4.0; name CBS.

The two are checked against each other, and what they do not settle is left out:

- A place name that another municipality has too is left out of the places, unless the
  municipality itself bears it: the assistant then asks for the municipality instead of guessing.
- A postcode of such a name counts only if the candidates lie in different provinces and the
  postcodes around it lie in one of these. (The package's own province of such a code is taken
  from the name, and wrong for one of the two.)
- Any other postcode must not carry another province than its municipality.

The province of a municipality is the one that most postcodes of its COROP area carry.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

POSTCODES = (
    "countrystatecity_postal_codes",
    "countrystatecity_postal_codes/data/by-country/NL/postcodes.json",
)
PLACES = ("woningwaardering", "woningwaardering/data/corop/corop.generated.csv")
PROVINCES = {
    "DR": "Drenthe",
    "FL": "Flevoland",
    "FR": "Fryslân",
    "GE": "Gelderland",
    "GR": "Groningen",
    "LI": "Limburg",
    "NB": "Noord-Brabant",
    "NH": "Noord-Holland",
    "OV": "Overijssel",
    "UT": "Utrecht",
    "ZE": "Zeeland",
    "ZH": "Zuid-Holland",
}
NEIGHBOURS = 3  # postcodes looked at on either side of one with an ambiguous place name
MAJORITY = 0.8  # share of an area's postcodes that must agree on its province


class DataError(Exception):
    """The data are not there or not in the expected form."""


@dataclass(frozen=True)
class Place:
    """A place (woonplaats) in one municipality; ``area`` is its COROP area."""

    name: str
    municipality: str
    area: str


@dataclass(frozen=True)
class Postcode:
    """A four-digit postcode with its main place; ``province`` is a full name or None."""

    code: int
    place: str
    province: str | None


@dataclass(frozen=True)
class Result:
    """What is known of a municipality; ``left_out`` has a line for each thing left out."""

    municipality: str
    province: str
    places: list[str]
    postcodes: list[int]
    left_out: list[str]


class Tables:
    """Both tables together, with the cross-checks between them."""

    def __init__(self, places: Sequence[Place], postcodes: Sequence[Postcode]) -> None:
        """Index ``places`` by name and municipality, and ``postcodes`` by number."""
        self._places = places
        self._postcodes = sorted(postcodes, key=lambda postcode: postcode.code)
        self._area = {place.municipality: place.area for place in places}
        self._owners: dict[str, set[str]] = {}
        for place in places:
            self._owners.setdefault(place.name.lower(), set()).add(place.municipality)

    def owners(self, name: str) -> set[str]:
        """Return the municipalities that have a place of this name; none for an unknown name."""
        return self._owners.get(name.lower(), set())

    def province(self, municipality: str) -> str:
        """Return the province of a municipality; DataError if its area's codes do not agree."""
        area = self._area[municipality]
        votes = self._votes.get(area, Counter())
        name, count = votes.most_common(1)[0] if votes else ("", 0)
        if not votes or count < MAJORITY * votes.total():
            raise DataError(f"the postcodes do not tell the province of area {area}: {votes}")
        return name

    def result(self, municipality: str) -> Result:
        """Return places and postcodes of ``municipality``; DataError for an unknown one."""
        if municipality not in self._area:
            raise DataError(f'no municipality "{municipality}" in the CBS list (full, exact name)')
        own = {place.name for place in self._places if place.municipality == municipality}
        left_out = []
        places = {municipality}
        for name in own:
            others = self.owners(name) - {municipality}
            if others and name != municipality:
                left_out.append(f"plaats {name}: ook in {', '.join(sorted(others))}")
            else:
                places.add(name)
        codes = []
        for postcode in self._postcodes:
            if municipality in self.owners(postcode.place):
                reason = self._reason_against(postcode, municipality)
                if reason:
                    left_out.append(f"postcode {postcode.code} ({postcode.place}): {reason}")
                else:
                    codes.append(postcode.code)
        province = self.province(municipality)
        return Result(municipality, province, sorted(places), codes, sorted(left_out))

    @cached_property
    def _votes(self) -> dict[str, Counter[str]]:
        """Provinces that the postcodes of each COROP area carry."""
        votes: dict[str, Counter[str]] = {}
        for postcode in self._postcodes:
            owners = self.owners(postcode.place)
            if len(owners) == 1 and postcode.province:
                (owner,) = owners
                votes.setdefault(self._area[owner], Counter())[postcode.province] += 1
        return votes

    def _reason_against(self, postcode: Postcode, municipality: str) -> str:
        """Return why ``postcode`` is not certain to lie in ``municipality``; "" if it is."""
        owners = self.owners(postcode.place)
        home = self.province(municipality)
        if len(owners) == 1:
            if postcode.province not in (None, home):
                return f"de bronnen noemen {postcode.province} en {home}"
            return ""
        others = sorted(owners - {municipality})
        if home in {self.province(other) for other in others}:
            return f"kan ook in {', '.join(others)} liggen"
        around = self._provinces_around(postcode.code)
        if around != {home}:
            return f"ook in {', '.join(others)}; eromheen ligt {', '.join(sorted(around))}"
        return ""

    def _provinces_around(self, code: int) -> set[str]:
        """Provinces of the nearest postcodes below and above ``code`` with a unique place."""
        certain = self._certain
        at = bisect_left(certain, (code, ""))
        return {province for _, province in certain[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]}

    @cached_property
    def _certain(self) -> list[tuple[int, str]]:
        """Postcodes whose place lies in one municipality, with its province, by number."""
        return [
            (postcode.code, self.province(next(iter(owners))))
            for postcode in self._postcodes
            if len(owners := self.owners(postcode.place)) == 1
        ]


def ranges(codes: Iterable[int]) -> list[str]:
    """Return sorted codes as "3511" and "3511-3515"; a range has no gap in it."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def short_names(result: Result, tables: Tables) -> list[str]:
    """Return "Hoogvliet" for "Hoogvliet Rotterdam", where no other place is called that."""
    suffix = f" {result.municipality}"
    long = [name for name in result.places if name.endswith(suffix)]
    shorter = [name.removesuffix(suffix).removesuffix(" gem.") for name in long]
    return [name for name in shorter if not tables.owners(name)]


def as_yaml(result: Result, tables: Tables) -> str:
    """Return the keys naam, provincie, plaatsen, andere_namen and postcodes as YAML.

    What was left out stands above them as comments. A value is quoted, which is always valid.
    """
    lines = [f"# weggelaten: {reason}" for reason in result.left_out]
    lines += [f"naam: {_quoted(result.municipality)}", f"provincie: {_quoted(result.province)}"]
    for key, values in (
        ("plaatsen", result.places),
        ("andere_namen", short_names(result, tables)),
        ("postcodes", ranges(result.postcodes)),
    ):
        if values:
            lines += [f"{key}:", *(f"  - {_quoted(value)}" for value in values)]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_tables(wheels: Path) -> Tables:
    """Read both wheels in the directory ``wheels``; DataError when one is missing or odd."""
    try:
        rows = csv.DictReader(io.StringIO(_member(wheels, *PLACES)))
        places = [Place(row["Woonplaats"], row["Gemeente"], row["COROP-gebied"]) for row in rows]
        postcodes = [
            Postcode(int(row["code"]), row["localityName"], PROVINCES.get(row["stateCode"] or ""))
            for row in json.loads(_member(wheels, *POSTCODES))
        ]
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"the data have another form than expected: {error!r}") from error
    return Tables(places, postcodes)


def _member(wheels: Path, package: str, member: str) -> str:
    """Return a text file out of the newest wheel of ``package``."""
    found = sorted(wheels.glob(f"{package}-*.whl"), key=lambda path: path.stat().st_mtime)
    if not found:
        name = package.replace("_", "-")
        raise DataError(f"no wheel of {name} in {wheels}; see the first lines of this script")
    try:
        with zipfile.ZipFile(found[-1]) as wheel:
            return wheel.read(member).decode("utf-8-sig")
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{found[-1]}: {member} can't be read ({error})") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one YAML document for each municipality; exit code 2 when data or a name is wrong."""
    parser = argparse.ArgumentParser(description="Places and postcodes of municipalities as YAML")
    parser.add_argument("gemeente", nargs="+", help="full name as CBS has it: Breda, 's-Gravenhage")
    parser.add_argument("--wielen", type=Path, required=True, help="directory with the two wheels")
    options = parser.parse_args(arguments)
    try:
        tables = read_tables(options.wielen)
        documents = [as_yaml(tables.result(name), tables) for name in options.gemeente]
    except DataError as error:
        print(f"plaatsen.py: {error}", file=sys.stderr)
        return 2
    print("\n---\n".join(documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
