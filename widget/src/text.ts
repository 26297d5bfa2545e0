/** Pure functions from text to structure. Nothing here touches the DOM. */

import type { Answer } from "./contract";
import { maanden, teksten } from "./teksten";

/** A run of text; with `href` it is a link. */
export interface Span {
  text: string;
  href?: string;
}

export type Line = Span[];

export type Block =
  | { kind: "paragraph"; lines: Line[] }
  | { kind: "list"; items: { value: number | null; line: Line }[] };

const ITEM = /^\s*(?:[-•*]|(\d{1,2})[.)])\s+(\S.*)$/;
const URL_IN_TEXT = /https:\/\/[^\s<>"'`{}|\\^]+/;
const FREE_NUMBER = /\b0800-\d{4}\b/;
const SHORT_NUMBER = /(?<![\d.,-])11[23](?![\d-]|[.,]\d)/;

/**
 * Splits an answer into paragraphs and lists. A line that starts with "- ", "• ", "* ",
 * "1. " or "1) " is a list item, an indented line after an item goes on with it, an empty
 * line ends a block. `urgent` makes 112 and 113 links too (elsewhere they may be a count).
 */
export function toBlocks(text: string, urgent = false): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const raw of text.split(/\r\n?|\n/)) {
    const content = raw.trim();
    const item = ITEM.exec(raw);
    if (!content) {
      open = null;
    } else if (item) {
      const value = item[1] ? Number(item[1]) : null;
      if (open?.kind !== "list" || isNumbered(open) !== (value !== null)) {
        blocks.push((open = { kind: "list", items: [] }));
      }
      open.items.push({ value, line: toSpans(item[2] ?? "", urgent) });
    } else if (open?.kind === "list" && /^\s/.test(raw)) {
      open.items.at(-1)?.line.push({ text: " " }, ...toSpans(content, urgent));
    } else {
      if (open?.kind !== "paragraph") blocks.push((open = { kind: "paragraph", lines: [] }));
      open.lines.push(toSpans(content, urgent));
    }
  }
  return blocks;
}

/** Whether a list is an ordered one: its first item carries a number. */
export const isNumbered = (list: Block & { kind: "list" }): boolean =>
  (list.items[0]?.value ?? null) !== null;

/** Finds https addresses and free numbers in one line; the spans' texts join to the line. */
export function toSpans(line: string, urgent = false): Line {
  const parts = [URL_IN_TEXT, FREE_NUMBER, ...(urgent ? [SHORT_NUMBER] : [])];
  const pattern = new RegExp(parts.map((part) => part.source).join("|"), "g");
  const spans: Line = [];
  let done = 0;
  for (const match of line.matchAll(pattern)) {
    const found = match[0].startsWith("https") ? trimUrl(match[0]) : match[0];
    const href = safeUrl(found) || telHref(found);
    if (!href) continue;
    if (match.index > done) spans.push({ text: line.slice(done, match.index) });
    spans.push({ text: found, href });
    done = match.index + found.length;
  }
  if (done < line.length) spans.push({ text: line.slice(done) });
  return spans;
}

/** Takes off the punctuation that closes a sentence, not a bracket that the address opens. */
function trimUrl(url: string): string {
  let end = url.length;
  while (/[.,;:!?)\]]/.test(url.charAt(end - 1))) {
    if (url.charAt(end - 1) === ")" && url.slice(0, end).includes("(")) break;
    end -= 1;
  }
  return url.slice(0, end);
}

/** The address itself when it is a plain https one, else "". */
export function safeUrl(url: string): string {
  try {
    const { protocol, username, hostname } = new URL(url);
    return protocol === "https:" && !username && hostname.includes(".") ? url : "";
  } catch {
    return "";
  }
}

/**
 * A `tel:` address, or "" when there is no number. Area and mobile numbers become E.164
 * (+31…); 112, 14 010, 0800 and 0900 numbers exist within the country only and stay.
 */
export function telHref(phone: string): string {
  const digits = phone.replace(/\(0\)|[\s()./-]/g, "");
  if (!/^\+?\d{3,15}$/.test(digits)) return "";
  if (digits.startsWith("00")) return `tel:+${digits.slice(2)}`;
  if (/^0[1-9]\d{8}$/.test(digits) && !/^0[89]0[069]/.test(digits)) return `tel:+31${digits.slice(1)}`;
  return `tel:${digits}`;
}

/** "2025-10-03" → "pagina van 3 oktober 2025"; "n.d." → "pagina zonder datum"; else as it is. */
export function pageDate(seen: string): string {
  if (!seen) return "";
  if (/^n\.?d\.?/i.test(seen)) return seen.replace(/^n\.?d\.?/i, teksten.zonderDatum);
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(seen) ?? [];
  if (!year) return `${teksten.pagina} ${seen}`;
  const parts = [day && String(Number(day)), month && maanden[Number(month) - 1], year];
  return `${teksten.pagina} ${parts.filter(Boolean).join(" ")}`;
}

/** What a screen reader hears of one turn, once and in full: texts, doors, choices. */
export function spoken(answers: Answer[]): string {
  const parts: string[] = [];
  for (const answer of answers) {
    parts.push(answer.tekst);
    for (const door of answer.deuren) {
      if (!answer.tekst.includes(door.naam)) parts.push(`${door.naam} ${door.telefoon}`.trim());
    }
  }
  const choices = answers.flatMap((answer) => answer.knoppen.map((button) => button.titel));
  if (choices.length) parts.push(`${teksten.keuzes} ${choices.join(", ")}.`);
  return `${teksten.botZegt} ${parts.join("\n")}`;
}
