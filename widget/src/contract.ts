/**
 * The shapes of the web channel and their readers. Whatever comes off the network is
 * `unknown`: a reader keeps what has the right type and leaves out the rest, so that an
 * older widget survives a newer server.
 */

export interface Button {
  titel: string;
  payload: string;
}

export interface Source {
  titel: string;
  uitgever: string;
  url: string;
  gezien_op: string;
}

export interface Door {
  naam: string;
  telefoon: string;
  url: string;
  tijden: string;
  nu_open: boolean | null;
  waarom: string;
  bron: string;
  gezien_op: string;
}

export interface Answer {
  id: string;
  tekst: string;
  knoppen: Button[];
  soort: string;
  taal: string;
  onderwerp: string;
  bronnen: Source[];
  deuren: Door[];
}

export interface Turn extends Answer {
  van: "ouder" | "bot";
}

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);

/** One answer `A` of contracts.md; what is missing becomes empty. */
export function readAnswer(value: unknown): Answer {
  const answer = fields(value);
  const custom = fields(answer.custom);
  return {
    id: text(answer.id),
    tekst: text(answer.tekst),
    knoppen: list(answer.knoppen)
      .map((b) => ({ titel: text(b.titel), payload: text(b.payload) }))
      .filter((b) => b.titel && b.payload),
    soort: text(custom.soort),
    taal: text(custom.taal) || "nl",
    onderwerp: text(custom.onderwerp),
    bronnen: list(custom.bronnen)
      .map((s) => ({
        titel: text(s.titel),
        uitgever: text(s.uitgever),
        url: text(s.url),
        gezien_op: text(s.gezien_op),
      }))
      .filter((s) => s.titel),
    deuren: list(custom.deuren)
      .map((d) => ({
        naam: text(d.naam),
        telefoon: text(d.telefoon),
        url: text(d.url),
        tijden: text(d.tijden),
        nu_open: typeof d.nu_open === "boolean" ? d.nu_open : null,
        waarom: text(d.waarom),
        bron: text(d.bron) || text(fields(d.bron).uitgever),
        gezien_op: text(d.gezien_op) || text(fields(d.bron).gezien_op),
      }))
      .filter((d) => d.naam),
  };
}

/** The answers in a body `{"antwoorden": [A]}`; an answer without text is left out. */
export function readAnswers(body: unknown): Answer[] {
  return list(fields(body).antwoorden)
    .map(readAnswer)
    .filter((answer) => answer.tekst);
}

/** The talk in a body `{"beurten": [...]}`. */
export function readTurns(body: unknown): Turn[] {
  return list(fields(body).beurten)
    .map((turn) => ({
      ...readAnswer(turn),
      van: turn.van === "ouder" ? ("ouder" as const) : ("bot" as const),
    }))
    .filter((turn) => turn.tekst);
}

/** One text field of a body, or "". */
export const readText = (body: unknown, name: string): string => text(fields(body)[name]);
