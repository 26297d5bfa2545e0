/** From structure to DOM nodes. Text goes in as text nodes only, never as markup. */

import type { Answer, Door, Source } from "./contract";
import { isNumbered, pageDate, safeUrl, telHref, toBlocks, type Block, type Line } from "./text";
import { nummers, teksten } from "./teksten";

type Attributes = Record<string, string>;
type Child = Node | string | false | null | undefined | "";

/** `h("p", {class: "x"}, "text", node)`: an element with attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

/** A button that submits nothing by itself. */
export function button(text: string, action: () => void, attributes: Attributes = {}) {
  const element = h("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", action);
  return element;
}

/** A line drawing of 24 units, hidden from screen readers. */
export function icon(path: string): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const drawing = document.createElementNS(namespace, "path");
  drawing.setAttribute("d", path);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(drawing);
  return svg;
}

export const icons = {
  chat: "M4 5h16v11H9l-5 4zM8 9h8M8 12.5h5",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M5 7h14M5 12h14M5 17h14",
  send: "M5 12h13M12 6l6 6-6 6",
  alert: "M12 4l9 16H3zM12 10v4M12 16.8v.4",
  phone: "M6 4h3l2 5-2.5 1.5a12 12 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2C10.5 20 4 13.5 4 6a2 2 0 0 1 2-2z",
};

const hidden = (text: string) => h("span", { class: "vh" }, text);

/** A link that leaves the chat in a new tab, or dials; plain text when the address is unsafe. */
function link(text: string, href: string): HTMLElement {
  if (href.startsWith("tel:")) return h("a", { href }, text);
  if (!safeUrl(href)) return h("span", {}, text);
  const attributes = { href, target: "_blank", rel: "noopener noreferrer" };
  return h("a", attributes, text, hidden(` ${teksten.nieuwTabblad}`));
}

const drawLine = (line: Line): Child[] =>
  line.map((span) => (span.href ? link(span.text, span.href) : span.text));

function drawBlock(block: Block): HTMLElement {
  if (block.kind === "paragraph") {
    const lines = block.lines.flatMap((line, at) => [at > 0 && h("br"), ...drawLine(line)]);
    return h("p", { dir: "auto" }, ...lines);
  }
  const items = block.items.map(({ value, line }) => {
    const attributes: Attributes = value === null ? {} : { value: String(value) };
    return h("li", { ...attributes, dir: "auto" }, ...drawLine(line));
  });
  return h(isNumbered(block) ? "ol" : "ul", {}, ...items);
}

/** What the parent said, as it was typed. */
export function drawParent(text: string): HTMLElement {
  const said = h("span", { dir: "auto" }, text);
  return h("div", { class: "msg parent" }, hidden(`${teksten.ouderZegt} `), said);
}

/** One answer: text, sources, doors. Buttons and judgement are added by the element. */
export function drawAnswer(answer: Answer): HTMLElement {
  const urgent = answer.soort === "nood";
  const body = h("div", { class: "msg bot" }, hidden(`${teksten.botZegt} `));
  if (urgent) body.append(h("p", { class: "flag" }, icon(icons.alert), teksten.nood));
  const blocks = toBlocks(answer.tekst, urgent || answer.soort === "fout").map(drawBlock);
  body.append(h("div", { lang: answer.taal }, ...blocks));
  if (answer.bronnen.length) body.append(drawSources(answer.bronnen));
  const doors = answer.deuren.slice(0, 2).map((door) => drawDoor(door, answer.tekst));
  return h("div", { class: urgent ? "turn urgent" : "turn" }, body, ...doors);
}

function drawSources(sources: Source[]): HTMLElement {
  const title = sources.length > 1 ? `${teksten.bronnen} (${sources.length})` : teksten.bron;
  const items = sources.map((source) => {
    const rest = [source.uitgever, pageDate(source.gezien_op)].filter(Boolean).join(", ");
    return h("li", {}, link(source.titel, source.url), rest && h("span", { class: "soft" }, rest));
  });
  return h("details", {}, h("summary", {}, title), h("ul", {}, ...items));
}

/** A door as a card. What the text beside it already says word for word is not said again. */
function drawDoor(door: Door, beside: string): HTMLElement {
  const isNew = (text: string) => Boolean(text) && !beside.includes(text);
  const card = h("section", { class: "door" }, h("h3", {}, door.naam));
  if (isNew(door.waarom)) card.append(h("p", {}, door.waarom));
  const open = door.nu_open;
  if (open !== null || isNew(door.tijden)) {
    const state = open !== null && (open ? teksten.nuOpen : teksten.nuDicht);
    card.append(
      h("p", { class: "hours" }, state && h("b", { class: open ? "open" : "" }, state), door.tijden),
    );
  }
  const tel = telHref(door.telefoon);
  const actions = h("p", { class: "actions" });
  if (tel) actions.append(h("a", { class: "call", href: tel }, icon(icons.phone), `${teksten.bel} ${door.telefoon}`));
  if (safeUrl(door.url)) actions.append(link(teksten.website, door.url));
  if (actions.childNodes.length) card.append(actions);
  const origin = [door.bron, pageDate(door.gezien_op)].filter(Boolean).join(", ");
  if (door.bron) card.append(h("p", { class: "soft" }, `${teksten.gegevens} ${origin}`));
  return card;
}

/** The numbers that are always there, each with what it is for. */
export function drawNumbers(): HTMLElement {
  const items = nummers.map(({ nummer, bij }) => h("li", {}, link(nummer, telHref(nummer)), `: ${bij}`));
  return h("ul", {}, ...items);
}
