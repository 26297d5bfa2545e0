import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer, readAnswers, readTurns } from "../src/contract";
import { pageDate, safeUrl, spoken, telHref, toBlocks, toSpans, type Block, type Line } from "../src/text";

const plain = (line: Line) => line.map((span) => span.text).join("");
const outline = (blocks: Block[]) =>
  blocks.map((block) =>
    block.kind === "paragraph"
      ? block.lines.map(plain)
      : block.items.map(({ value, line }) => `${value ?? "-"} ${plain(line)}`),
  );
const links = (line: Line) => line.flatMap((span) => span.href ?? []);

test("paragraphs, lines and lists come apart", () => {
  const blocks = toBlocks("Hoi.\nDit helpt:\n- eerst\n  nog wat\n- dan\n\n1. een\n2) twee\nTot zo.");
  assert.deepEqual(outline(blocks), [
    ["Hoi.", "Dit helpt:"],
    ["- eerst nog wat", "- dan"],
    ["1 een", "2 twee"],
    ["Tot zo."],
  ]);
});

test("a dash, a year or a number in a sentence is no list", () => {
  for (const text of ["-5 graden", "112 bellen", "2024. Een jaar", "1.5 uur", "3 mei", "-"]) {
    assert.equal(toBlocks(text)[0]?.kind, "paragraph", text);
  }
});

test("only plain https addresses become links, without the full stop behind them", () => {
  const line = toSpans("Lees https://www.example.org/a_(b)?c=d. Of (https://example.org/x), niet http://x.nl");
  assert.deepEqual(links(line), ["https://www.example.org/a_(b)?c=d", "https://example.org/x"]);
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "http://a.nl", "https://u@a.nl", "https://", "//a.nl"]) {
    assert.equal(safeUrl(bad), "", bad);
  }
});

test("112 and 113 dial in an emergency answer and stay plain elsewhere", () => {
  const urgent = toSpans("Bel nu 113. Direct gevaar? Bel 112, of 0800-2000.", true);
  assert.deepEqual(links(urgent), ["tel:113", "tel:112", "tel:08002000"]);
  assert.deepEqual(links(toSpans("Er waren 113 gezinnen, bel 0800-0432")), ["tel:08000432"]);
  assert.deepEqual(links(toSpans("€ 112,50 of 1.112 of 112-34 of 2112", true)), []);
});

test("phone numbers become E.164 where they have one", () => {
  const cases = {
    "112": "tel:112",
    "113": "tel:113",
    "0800-2000": "tel:08002000",
    "0800 0432": "tel:08000432",
    "0900-8844": "tel:09008844",
    "14 010": "tel:14010",
    "010 - 123 45 67": "tel:+31101234567",
    "(030) 1234567": "tel:+31301234567",
    "06 12345678": "tel:+31612345678",
    "088-1234567": "tel:+31881234567",
    "+31 (0)20 1234567": "tel:+31201234567",
    "0031 20 1234567": "tel:+31201234567",
    "": "",
    "bel ons": "",
    "12": "",
    "1;phone-context=x": "",
  };
  for (const [phone, href] of Object.entries(cases)) assert.equal(telHref(phone), href, phone);
});

test("the date of a page is written out", () => {
  assert.equal(pageDate("2025-10-03"), "pagina van 3 oktober 2025");
  assert.equal(pageDate("2025-02"), "pagina van februari 2025");
  assert.equal(pageDate("2019"), "pagina van 2019");
  assert.equal(pageDate("n.d. (na 2019)"), "pagina zonder datum (na 2019)");
  assert.equal(pageDate(""), "");
});

test("a screen reader hears texts, doors and choices of a turn once", () => {
  const answers = readAnswers({
    antwoorden: [
      { id: "1", tekst: "Eerst dit.", custom: { soort: "praat" } },
      {
        id: "2",
        tekst: "Bel de wijkcoach.",
        knoppen: [{ titel: "Ja", payload: "/a" }, { titel: "Nee", payload: "/b" }],
        custom: { deuren: [{ naam: "wijkcoach", telefoon: "1" }, { naam: "Het CJG", telefoon: "010-1234567" }] },
      },
    ],
  });
  assert.equal(
    spoken(answers),
    "Ouderwijzer: Eerst dit.\nBel de wijkcoach.\nHet CJG 010-1234567\nJe kunt kiezen uit: Ja, Nee.",
  );
});

test("a strange body gives empty fields, never an exception", () => {
  for (const body of [null, 1, "x", [], {}, { antwoorden: 1 }, { antwoorden: [null, { tekst: 3 }] }]) {
    assert.deepEqual(readAnswers(body), []);
  }
  assert.deepEqual(readTurns({ beurten: [{ van: "ouder", tekst: "hoi" }, { van: "x", tekst: "dag" }] }).map((t) => t.van), ["ouder", "bot"]);
  const odd = readAnswer({ tekst: "a", knoppen: [{ titel: "zonder payload" }], custom: { bronnen: [{}], deuren: [null] } });
  assert.deepEqual([odd.knoppen, odd.bronnen, odd.deuren], [[], [], []]);
});

test("random text keeps every character that is not a list marker or white space", () => {
  const pieces = ["a", "é", "<b>", "&amp;", "- ", "1. ", "\n", "\n\n", "  ", "https://a.nl/x", ").", "112", "0800-2000", "\u202e", "😀", "`", "\r\n"];
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const squeeze = (text: string) => text.replace(/\s+/g, "");
  for (let round = 0; round < 5000; round += 1) {
    const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const shown = toBlocks(text, true)
      .flatMap((block) => (block.kind === "paragraph" ? block.lines : block.items.map((item) => item.line)))
      .map(plain)
      .join("");
    const expected = text.split(/\r\n?|\n/).map((line) => line.replace(/^\s*(?:[-•*]|\d{1,2}[.)])\s+(?=\S)/, "")).join("");
    assert.equal(squeeze(shown), squeeze(expected), JSON.stringify(text));
  }
});
