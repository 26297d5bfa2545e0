"""The calls of contracts.md over HTTP, against a real Rasa server."""

from __future__ import annotations

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from proefserver import Gesprek, Server

KEUZE = '/kies_onderwerp{"onderwerp": "inslapen"}'


def test_opening_gives_a_token_and_the_welcome(gesprek: Gesprek) -> None:
    assert set(gesprek.begin) == {"token", "verloopt", "antwoorden"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", gesprek.begin["verloopt"])
    assert re.fullmatch(r"[0-9a-f]{32}", gesprek.id)
    assert gesprek.begin["antwoorden"] == [
        {
            "id": "welkom-0",
            "tekst": "Hallo, ik ben een computer.",
            "knoppen": [{"titel": "Inslapen", "payload": KEUZE}],
            "custom": {"soort": "welkom", "taal": "nl"},
        }
    ]


def test_the_welcome_needs_no_action_server(server: Server, zonder_acties: str) -> None:
    assert Gesprek(server).begin["antwoorden"][0]["custom"]["soort"] == "welkom"


def test_the_municipality_of_the_page_becomes_a_slot(server: Server) -> None:
    gesprek = Gesprek(server, gemeente="'s-Hertogenbosch")
    gesprek.zeg("hallo")
    assert _slots(server, gesprek)["plaats"] == "'s-Hertogenbosch"


@pytest.mark.parametrize("gemeente", [5, ["Ede"], "<b>Ede</b>", "x" * 81, "/restart"])
def test_a_strange_municipality_is_refused(server: Server, gemeente: object) -> None:
    antwoord = requests.post(
        f"{server.adres}/webchat/gesprek", json={"gemeente": gemeente}, timeout=10
    )
    assert antwoord.status_code == 400


def test_opening_needs_no_body(server: Server) -> None:
    assert requests.post(f"{server.adres}/webchat/gesprek", timeout=10).status_code == 201


def test_a_message_gets_the_replies_for_this_channel(gesprek: Gesprek) -> None:
    antwoord = gesprek.stuur(tekst="hallo")
    assert antwoord.status_code == 200
    assert antwoord.json() == {
        "id": "m1",
        "antwoorden": [
            {
                "id": "m1-0",
                "tekst": "Dag in het web.",
                "knoppen": [],
                "custom": {"soort": "praat", "taal": "nl"},
            }
        ],
    }


def test_text_custom_and_buttons_of_an_action_are_joined(gesprek: Gesprek) -> None:
    eerste, tweede = gesprek.zeg("mijn kind slaapt niet")
    assert eerste["tekst"] == "Probeer een vast ritueel.\n\nElke avond hetzelfde."
    assert eerste["custom"] == {"soort": "tips", "taal": "nl", "tips": []}
    assert eerste["knoppen"] == [{"titel": "Nog een", "payload": "/groet"}]
    assert (tweede["id"], tweede["tekst"]) == ("m1-1", "Helpt dit?")


def test_the_same_id_gives_the_same_answer_and_changes_nothing(
    server: Server, gesprek: Gesprek
) -> None:
    eerste = gesprek.roep("POST", "bericht", json={"id": "x", "tekst": "mijn kind slaapt niet"})
    gesprek.zeg("hallo")
    voor = _gebeurtenissen(server, gesprek)
    tweede = gesprek.roep("POST", "bericht", json={"id": "x", "tekst": "mijn kind slaapt niet"})
    assert tweede.json() == eerste.json()
    assert _gebeurtenissen(server, gesprek) == voor


def test_the_same_id_with_another_text_is_a_conflict(gesprek: Gesprek) -> None:
    gesprek.roep("POST", "bericht", json={"id": "x", "tekst": "hallo"})
    antwoord = gesprek.roep("POST", "bericht", json={"id": "x", "tekst": "iets anders"})
    _is_fout(antwoord, 409)


def test_messages_at_the_same_time_are_answered_one_by_one(
    server: Server, gesprek: Gesprek
) -> None:
    def stuur(nummer: int) -> requests.Response:
        inhoud = {"id": f"p{nummer}", "tekst": f"zeg na {nummer}"}
        return gesprek.roep("POST", "bericht", json=inhoud)

    with ThreadPoolExecutor(8) as draden:
        # Every message twice, as an impatient browser does.
        antwoorden = list(draden.map(stuur, [0, 1, 2, 3, 0, 1, 2, 3]))
    assert [a.status_code for a in antwoorden] == [200] * 8
    teksten = [[b["tekst"] for b in a.json()["antwoorden"]] for a in antwoorden]
    assert teksten == [[f"zeg na {n}"] for n in (0, 1, 2, 3)] * 2
    beurten = [b for b in gesprek.lees() if b["id"] not in ("welkom-0",)]
    assert sorted(b["id"] for b in beurten if b["van"] == "ouder") == ["p0", "p1", "p2", "p3"]
    # Question and answer stand side by side: no turn was written through another.
    for vraag, antwoord in zip(beurten[::2], beurten[1::2], strict=True):
        assert antwoord["id"] == f"{vraag['id']}-0"
        assert antwoord["tekst"] == vraag["tekst"]


def test_a_phone_that_drops_off_finds_its_answer_later(server: Server, gesprek: Gesprek) -> None:
    """Sanic cancels the handler then; the turn is finished all the same."""
    body = b'{"id": "weg", "tekst": "mijn kind slaapt niet"}'
    kop = (
        f"POST /webchat/bericht HTTP/1.1\r\nHost: {_host(server)}\r\n"
        f"Authorization: {gesprek.koppen['Authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(_adres(server)) as s:
        s.sendall(kop.encode() + body)
        time.sleep(0.02)
    _wacht_op(lambda: any(b["id"] == "weg-1" for b in gesprek.lees()))
    antwoord = gesprek.roep("POST", "bericht", json={"id": "weg", "tekst": "mijn kind slaapt niet"})
    assert len(antwoord.json()["antwoorden"]) == 2
    assert sum(b["id"] == "weg" for b in gesprek.lees()) == 1


# --------------------------------------------------------------------- buttons and slashes


def test_an_offered_button_works_and_shows_its_title(gesprek: Gesprek) -> None:
    antwoord = gesprek.stuur(payload=KEUZE)
    assert antwoord.json()["antwoorden"][0]["tekst"] == "Het gaat over inslapen."
    assert [b["tekst"] for b in gesprek.lees() if b["van"] == "ouder"] == ["Inslapen"]


@pytest.mark.parametrize("payload", ["/restart", '/kies_onderwerp{"onderwerp": "x"}', "/groet"])
def test_a_payload_that_was_not_offered_is_refused(
    server: Server, gesprek: Gesprek, payload: str
) -> None:
    voor = _gebeurtenissen(server, gesprek)
    _is_fout(gesprek.stuur(payload=payload), 403)
    assert _gebeurtenissen(server, gesprek) == voor


@pytest.mark.parametrize(
    "tekst",
    ["/restart", "/nood_suicide", " /groet", "//groet", "/ /groet", KEUZE, "/session_start", "/x"],
)
def test_typed_text_with_a_slash_is_text(server: Server, gesprek: Gesprek, tekst: str) -> None:
    assert [a["tekst"] for a in gesprek.zeg(tekst)] == ["Dat begreep ik niet."]
    assert gesprek.lees()[1]["tekst"] == tekst.strip()
    assert _slots(server, gesprek)["onderwerp"] is None
    assert gesprek.zeg("/hallo")[0]["tekst"] == "Dag in het web."


def test_a_button_and_the_same_text_are_not_the_same_message(gesprek: Gesprek) -> None:
    assert gesprek.roep("POST", "bericht", json={"id": "x", "payload": KEUZE}).ok
    _is_fout(gesprek.roep("POST", "bericht", json={"id": "x", "tekst": KEUZE}), 409)


@pytest.mark.parametrize("tekst", ["", "   ", "\n\t", "/", "\u0000", "//"])
def test_a_blank_text_gets_a_kind_question(gesprek: Gesprek, tekst: str) -> None:
    antwoorden = gesprek.zeg(tekst)
    assert [a["tekst"] for a in antwoorden] == ["Ik zie nog niets staan. Waar gaat het over?"]
    assert antwoorden[0]["custom"]["soort"] == "vraag"
    assert gesprek.zeg("hallo")[0]["tekst"] == "Dag in het web."


# --------------------------------------------------------------------- history, judging, erasing


def test_the_history_has_everything_in_order(gesprek: Gesprek) -> None:
    gesprek.zeg("hallo")
    beurten = gesprek.lees()
    assert [(b["van"], b["id"], b["tekst"]) for b in beurten] == [
        ("bot", "welkom-0", "Hallo, ik ben een computer."),
        ("ouder", "m1", "hallo"),
        ("bot", "m1-0", "Dag in het web."),
    ]
    for beurt in beurten:
        assert set(beurt) == {"van", "id", "op", "tekst", "knoppen", "custom"}
        op = datetime.fromisoformat(beurt["op"].replace("Z", "+00:00"))
        assert abs(datetime.now(timezone.utc) - op) < timedelta(minutes=1)


def test_the_history_survives_a_new_session(server: Server, gesprek: Gesprek) -> None:
    gesprek.zeg("hallo")
    _maak_ouder(server, gesprek, uren=2)
    assert gesprek.zeg("hallo")[0]["tekst"] == "Dag in het web."
    soorten = [e["event"] for e in _gebeurtenissen(server, gesprek)]
    assert soorten.count("session_started") == 2
    assert [b["id"] for b in gesprek.lees()] == ["welkom-0", "m1", "m1-0", "m2", "m2-0"]
    # The id of the first session is still known.
    again = gesprek.roep("POST", "bericht", json={"id": "m1", "tekst": "hallo"})
    assert again.json()["antwoorden"][0]["id"] == "m1-0"
    assert len(gesprek.lees()) == 5


async def test_a_judgement_is_kept_once_and_masked(server: Server, gesprek: Gesprek) -> None:
    gesprek.zeg("hallo")
    for oordeel, waarom in (("ja", None), ("nee", "bel me op 06-12345678")):
        inhoud = {"antwoord_id": "m1-0", "oordeel": oordeel, "waarom": waarom}
        antwoord = gesprek.roep("POST", "oordeel", json=inhoud)
        assert (antwoord.status_code, antwoord.content) == (204, b"")
    (bewaard,) = await _opslag(server).oordelen(gesprek.id)
    assert (bewaard.antwoord_id, bewaard.oordeel) == ("m1-0", "nee")
    assert bewaard.waarom == "bel me op [telefoon]"


@pytest.mark.parametrize(
    ("inhoud", "code"),
    [
        ({"antwoord_id": "m9-0", "oordeel": "ja"}, 404),
        ({"antwoord_id": "welkom-0", "oordeel": "misschien"}, 400),
        ({"oordeel": "ja"}, 400),
        ({"antwoord_id": "welkom-0", "oordeel": "nee", "waarom": 5}, 400),
        ({"antwoord_id": "welkom-0", "oordeel": "nee", "waarom": "x" * 1001}, 413),
    ],
)
def test_a_bad_judgement_is_refused(gesprek: Gesprek, inhoud: dict[str, Any], code: int) -> None:
    _is_fout(gesprek.roep("POST", "oordeel", json=inhoud), code)


async def test_delete_erases_everything(server: Server, gesprek: Gesprek) -> None:
    gesprek.zeg("zeg na kikkervisje")
    gesprek.roep("POST", "oordeel", json={"antwoord_id": "m1-0", "oordeel": "ja"})
    assert gesprek.roep("DELETE", "gesprek").status_code == 204
    _is_fout(gesprek.roep("GET", "gesprek"), 404)
    _is_fout(gesprek.stuur(tekst="hallo"), 404)
    assert gesprek.roep("DELETE", "gesprek").status_code == 204
    assert await _opslag(server).oordelen(gesprek.id) == []
    assert b"kikkervisje" not in _op_schijf(server)


def test_wis_mijn_gesprek_erases_after_the_reply(server: Server, gesprek: Gesprek) -> None:
    gesprek.zeg("zeg na stekelbaarsje")
    (antwoord,) = gesprek.zeg("wis mijn gesprek")
    assert antwoord["tekst"] == "Je gesprek is weg."
    _is_fout(gesprek.roep("GET", "gesprek"), 404)
    assert b"stekelbaarsje" not in _op_schijf(server)
    assert gesprek.id.encode() not in _op_schijf(server)


def test_one_parent_cannot_reach_another(server: Server, gesprek: Gesprek) -> None:
    ander = Gesprek(server)
    ander.zeg("zeg na geheim")
    assert "geheim" not in str(gesprek.lees())
    _is_fout(gesprek.roep("POST", "oordeel", json={"antwoord_id": "m1-0", "oordeel": "ja"}), 404)


# --------------------------------------------------------------------- personal data


def test_personal_data_never_reaches_actions_or_disk(server: Server, gesprek: Gesprek) -> None:
    (antwoord,) = gesprek.zeg("zeg na 06-83920175 en piet@voorbeeld.nl, ik heet Pietronella")
    masker = "zeg na [telefoon] en [e-mail], ik heet [naam]"
    assert antwoord["tekst"] == masker
    assert gesprek.lees()[1]["tekst"] == masker
    for geheim in (b"83920175", b"piet@", b"Pietronella"):
        assert geheim not in _op_schijf(server)


# --------------------------------------------------------------------- refusals


def test_calls_without_a_good_token_are_refused(server: Server, gesprek: Gesprek) -> None:
    vals = jwt.encode(
        {"sub": gesprek.id, "aud": "webchat", "exp": time.time() + 60}, "k" * 40, "HS256"
    )
    oud = jwt.encode(
        {"sub": gesprek.id, "aud": "webchat", "exp": time.time() - 1}, _sleutel(server), "HS256"
    )
    for waarde in ("", "Bearer", "Bearer x.y.z", f"Bearer {vals}", f"Bearer {oud}", "Basic abc"):
        for methode, pad in (
            ("GET", "gesprek"),
            ("DELETE", "gesprek"),
            ("POST", "bericht"),
            ("POST", "oordeel"),
        ):
            antwoord = gesprek.roep(methode, pad, headers={"Authorization": waarde})
            _is_fout(antwoord, 401)


@pytest.mark.parametrize(
    "inhoud",
    [
        {},
        {"id": "a"},
        {"id": "a", "tekst": "x", "payload": "/y"},
        {"id": "a", "tekst": 5},
        {"id": "a", "tekst": 0},
        {"id": "a", "payload": ["/groet"]},
        {"id": 5, "tekst": "x"},
        {"id": "", "tekst": "x"},
        {"id": "mijn naam is Jan", "tekst": "x"},
        {"id": "a" * 65, "tekst": "x"},
        [],
        "hallo",
        None,
    ],
)
def test_a_body_of_another_shape_is_refused(gesprek: Gesprek, inhoud: object) -> None:
    antwoord = gesprek.roep("POST", "bericht", json=inhoud)
    _is_fout(antwoord, 400)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 15000, b'{"id": "a", "tekst": "x"'])
def test_a_body_that_is_no_json_is_refused(gesprek: Gesprek, body: bytes) -> None:
    koppen = {"Content-Type": "application/json"}
    _is_fout(gesprek.roep("POST", "bericht", data=body, headers=koppen), 400)


def test_another_content_type_is_refused(gesprek: Gesprek) -> None:
    _is_fout(gesprek.roep("POST", "bericht", data={"id": "a", "tekst": "x"}), 415)


@pytest.mark.parametrize("lengte", [3001, 17_000, 100_000, 3_000_000])
def test_a_text_that_is_too_long_is_refused_kindly(gesprek: Gesprek, lengte: int) -> None:
    _is_fout(gesprek.stuur(tekst="a" * lengte), 413)
    assert gesprek.zeg("hallo")[0]["tekst"] == "Dag in het web."


def test_a_long_text_of_three_thousand_characters_is_fine(gesprek: Gesprek) -> None:
    assert gesprek.zeg("é" * 2994 + " hallo")[0]["tekst"] == "Dag in het web."


@pytest.mark.parametrize("pad", ["", "/", "/onbekend", "/gesprek/x", "/bericht"])
def test_an_unknown_call_is_refused(server: Server, pad: str) -> None:
    _is_fout(requests.get(f"{server.adres}/webchat{pad}", timeout=10), 404)


def test_too_many_messages_are_slowed_down(server: Server) -> None:
    gesprek, ander = Gesprek(server), Gesprek(server)
    codes = [gesprek.stuur(tekst="").status_code for _ in range(40)]
    assert set(codes) == {200}
    antwoord = gesprek.stuur(tekst="")
    _is_fout(antwoord, 429)
    assert 0 < int(antwoord.headers["Retry-After"]) <= 60
    assert ander.stuur(tekst="").status_code == 200


# --------------------------------------------------------------------- origins, page, headers


def test_other_sites_are_refused_unless_listed(server: Server, gesprek: Gesprek) -> None:
    goed = "https://www.gemeente.example"
    for origin in ("https://kwaad.example", "null", "https://www.gemeente.example.kwaad.example"):
        _is_fout(gesprek.roep("GET", "gesprek", headers={"Origin": origin}), 403)
    zelf = gesprek.roep("GET", "gesprek", headers={"Origin": server.adres})
    assert zelf.status_code == 200
    assert "Access-Control-Allow-Origin" not in zelf.headers
    ander = gesprek.roep("GET", "gesprek", headers={"Origin": goed})
    assert ander.status_code == 200
    assert ander.headers["Access-Control-Allow-Origin"] == goed
    assert "Access-Control-Allow-Credentials" not in ander.headers


def test_a_browser_on_a_listed_site_may_ask_beforehand(server: Server) -> None:
    koppen = {"Origin": "https://www.gemeente.example", "Access-Control-Request-Method": "POST"}
    url = f"{server.adres}/webchat/bericht"
    antwoord = requests.options(url, headers=koppen, timeout=10)
    assert antwoord.status_code == 204
    assert antwoord.headers["Access-Control-Allow-Origin"] == "https://www.gemeente.example"
    assert "POST" in antwoord.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in antwoord.headers["Access-Control-Allow-Headers"]
    _is_fout(requests.options(url, headers={"Origin": "https://kwaad.example"}, timeout=10), 403)


def test_the_page_stands_at_the_root_with_a_strict_policy(server: Server) -> None:
    antwoord = requests.get(server.adres, timeout=10)
    assert "<title>Proef</title>" in antwoord.text
    assert antwoord.headers["Content-Type"] == "text/html; charset=utf-8"
    csp = antwoord.headers["Content-Security-Policy"]
    assert csp.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in csp
    assert antwoord.headers["X-Content-Type-Options"] == "nosniff"
    assert requests.head(server.adres, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("pad", "soort"), [("/widget.js", "text/javascript"), ("/pagina.css", "text/css")]
)
def test_static_files_are_served_and_not_sent_twice(server: Server, pad: str, soort: str) -> None:
    eerst = requests.get(server.adres + pad, timeout=10)
    assert eerst.headers["Content-Type"].startswith(soort)
    assert eerst.content
    koppen = {"If-None-Match": eerst.headers["ETag"]}
    assert requests.get(server.adres + pad, headers=koppen, timeout=10).status_code == 304


def test_a_health_check_says_ok(server: Server) -> None:
    antwoord = requests.get(f"{server.adres}/gezond", timeout=10)
    assert (antwoord.status_code, antwoord.json()) == (200, {"status": "ok"})


def test_answers_with_private_content_are_not_cached(gesprek: Gesprek) -> None:
    assert gesprek.roep("GET", "gesprek").headers["Cache-Control"] == "no-store"


# --------------------------------------------------------------------- helpers


def _is_fout(antwoord: requests.Response, code: int) -> None:
    assert antwoord.status_code == code, antwoord.text
    inhoud = antwoord.json()
    assert set(inhoud) == {"fout", "tekst"}
    assert inhoud["fout"] == code
    assert "112" in inhoud["tekst"]


def _opslag(server: Server) -> Any:
    from ouderwijzer.gesprek.opslag import opslag_van

    return opslag_van(server.agent)


def _gebeurtenissen(server: Server, gesprek: Gesprek) -> list[dict[str, Any]]:
    """All events of a conversation, straight from the database."""
    import json
    import sqlite3

    with sqlite3.connect(server.db) as verbinding:
        rijen = verbinding.execute(
            "SELECT data FROM events WHERE sender_id = ? ORDER BY id", (gesprek.id,)
        ).fetchall()
    verbinding.close()
    return [json.loads(data) for (data,) in rijen]


def _slots(server: Server, gesprek: Gesprek) -> dict[str, Any]:
    import asyncio

    tracker = asyncio.run(_opslag(server).retrieve(gesprek.id))
    return dict(tracker.current_slot_values())


def _maak_ouder(server: Server, gesprek: Gesprek, uren: int) -> None:
    """Let everything said so far have been said earlier."""
    import json
    import sqlite3

    with sqlite3.connect(server.db) as verbinding:
        rijen = verbinding.execute(
            "SELECT id, timestamp, data FROM events WHERE sender_id = ?", (gesprek.id,)
        ).fetchall()
        for nummer, tijd, data in rijen:
            inhoud = json.loads(data)
            inhoud["timestamp"] = tijd - uren * 3600
            verbinding.execute(
                "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                (tijd - uren * 3600, json.dumps(inhoud), nummer),
            )
    verbinding.close()


def _op_schijf(server: Server) -> bytes:
    return b"".join(pad.read_bytes() for pad in server.db.parent.glob("gesprekken.db*"))


def _sleutel(server: Server) -> str:
    return (server.map / "var" / "sleutel").read_text()


def _host(server: Server) -> str:
    return urlsplit(server.adres).netloc


def _adres(server: Server) -> tuple[str, int]:
    delen = urlsplit(server.adres)
    return str(delen.hostname), int(delen.port or 0)


def _wacht_op(klaar: Any) -> None:
    einde = time.monotonic() + 5
    while not klaar():
        assert time.monotonic() < einde
        time.sleep(0.05)
