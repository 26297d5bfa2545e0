/**
 * `<ouder-wijzer>`: the chat. Attributes: `server`, `gemeente`, `inline`, `titel`.
 *
 * Messages wait in a queue and leave one by one, each with an id of its own, so that a
 * resend is harmless. Nothing is kept but the talk's token, in sessionStorage.
 */

import { CallError, Client, messageId, type Message } from "./client";
import type { Answer } from "./contract";
import { button, drawAnswer, drawNumbers, drawParent, h, icon, icons } from "./render";
import css from "./style.css";
import { spoken, telHref } from "./text";
import { nummers, teksten } from "./teksten";

interface Outgoing {
  message: Message;
  /** What the parent sees of it: the typed text, or the title of the button. */
  shown: string;
  bubble: HTMLElement;
}

const TYPING_AFTER_MS = 400;
const NARROW = "(max-width: 30em), (max-height: 26em)";

let sheet: CSSStyleSheet | undefined;
function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

export class OuderWijzer extends HTMLElement {
  #built = false;
  #token = "";
  #loaded = false;
  #working = false;
  #queue: Outgoing[] = [];
  #stop = new AbortController();
  #detach = new AbortController();
  #client!: Client;
  #opener: HTMLElement | null = null;
  #narrow = matchMedia(NARROW);
  #announceTimer = 0;

  #launcher = button("", () => this.open(), { class: "launcher", "aria-haspopup": "dialog" });
  #panel!: HTMLElement;
  #log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": teksten.gesprek, tabindex: "0" });
  #typing = h("div", { class: "msg bot typing" }, h("span", { class: "dots", "aria-hidden": "true" }));
  #typingText = h("span");
  #announcer = h("div", { class: "vh", "aria-live": "polite", "aria-atomic": "true" });
  #input = h("textarea", { id: "in", rows: "1", autocomplete: "off", enterkeyhint: "send" });
  #form = h("form", { class: "write" });
  #confirm = h("div", { class: "confirm", role: "group", "aria-labelledby": "wipe", hidden: "" });
  #menu = h("div", { class: "menu", id: "menu", hidden: "" });
  #menuButton = button("", () => this.#toggleMenu(), {
    class: "tool", "aria-expanded": "false", "aria-controls": "menu",
  });

  get #inline(): boolean {
    return this.hasAttribute("inline");
  }

  connectedCallback(): void {
    if (!this.#built) this.#build();
    this.#stop = new AbortController();
    this.#detach = new AbortController();
    this.#working = false;
    const { signal } = this.#detach;
    this.#narrow.addEventListener("change", () => this.#refit(), { signal });
    window.addEventListener("online", () => this.#queue.length && void this.#work(), { signal });
    if (this.id) document.addEventListener("click", (event) => this.#followLink(event), { signal });
    if (this.#inline) this.#openWhenSeen(signal);
    if (this.#queue.length) void this.#work();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    this.#detach.abort();
  }

  /** Opens the panel and, the first time, the talk. The focus returns to `opener` on close. */
  open(opener: HTMLElement = this.#launcher): void {
    if (this.#panel instanceof HTMLDialogElement) {
      if (this.#panel.open) return;
      this.#opener = opener;
      this.#showDialog(this.#panel);
      this.#launcher.hidden = true;
      this.#focusInput();
    }
    this.#emit("open");
    if (!this.#loaded) void this.#work();
  }

  /** Closes the panel; the talk stays. Does nothing in an inline element. */
  close(): void {
    if (this.#panel instanceof HTMLDialogElement && this.#panel.open) this.#panel.close();
  }

  // ---- building -------------------------------------------------------------------------

  #build(): void {
    this.#built = true;
    this.#client = new Client((this.getAttribute("server") ?? "").replace(/\/+$/, ""), () => this.#stumble());
    this.#token = this.#remembered();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styleSheet()];

    this.#typing.append(this.#typingText);
    const close = button("", () => this.close(), { class: "tool", "aria-label": teksten.sluiten });
    close.append(icon(icons.close));
    this.#menuButton.append(icon(icons.menu), h("span", { class: "name" }, teksten.menu));
    const head = h("div", { class: "head" },
      h("div", {},
        h("h2", { id: "title" }, this.getAttribute("titel") || teksten.naam),
        h("p", {}, teksten.ondertitel)),
      this.#menuButton,
      !this.#inline && close,
      this.#menu);
    this.#menu.append(
      button(teksten.opnieuw, () => this.#restart()),
      button(teksten.wis, () => this.#askWipe()),
    );
    this.#buildForm();
    this.#buildConfirm();
    const danger = h("p", { class: "danger" }, `${teksten.gevaar} `, h("a", { href: telHref("112") }, "112"));
    const parts = [head, this.#log, this.#form, this.#confirm, danger, this.#announcer];
    const attributes = { class: "panel", lang: "nl", "aria-labelledby": "title" };
    this.#panel = this.#inline ? h("section", attributes, ...parts) : h("dialog", attributes, ...parts);
    this.#panel.addEventListener("keydown", (event) => this.#onKey(event));
    this.#panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#back();
    });
    this.#panel.addEventListener("close", () => this.#closed());
    if (!this.#inline) root.append(this.#launcher);
    this.#labelLauncher();
    root.append(this.#panel);
  }

  #buildForm(): void {
    const send = h("button", { type: "submit", class: "send" }, teksten.versturen);
    send.append(icon(icons.send));
    this.#form.append(h("label", { for: "in" }, teksten.invoer), h("div", {}, this.#input, send));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener("input", () => this.#grow());
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  #buildConfirm(): void {
    this.#confirm.append(
      h("p", { id: "wipe" }, teksten.wisVraag),
      button(teksten.wisNee, () => this.#endConfirm()),
      button(teksten.wisJa, () => void this.#wipe(), { class: "strong" }),
    );
  }

  #labelLauncher(): void {
    this.#launcher.replaceChildren(icon(icons.chat), this.#token ? teksten.verder : teksten.openen);
  }

  // ---- opening, closing, keys -----------------------------------------------------------

  /** A full-screen panel is modal, so that nothing behind it can get the focus. */
  #showDialog(dialog: HTMLDialogElement): void {
    if (this.#narrow.matches) dialog.showModal();
    else dialog.show();
  }

  #refit(): void {
    if (!(this.#panel instanceof HTMLDialogElement) || !this.#panel.open) return;
    const focused = this.shadowRoot?.activeElement;
    this.#panel.close();
    this.#showDialog(this.#panel);
    if (focused instanceof HTMLElement) focused.focus();
  }

  #closed(): void {
    if (this.#panel instanceof HTMLDialogElement && this.#panel.open) return; // see #refit
    this.#toggleMenu(false);
    this.#labelLauncher();
    this.#launcher.hidden = false;
    (this.#opener?.isConnected ? this.#opener : this.#launcher).focus();
    this.#emit("sluit");
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.#back();
  }

  /** One step back: out of the question, the menu, the panel. */
  #back(): void {
    if (!this.#confirm.hidden) this.#endConfirm();
    else if (!this.#menu.hidden) {
      this.#toggleMenu(false);
      this.#menuButton.focus();
    } else this.close();
  }

  #toggleMenu(show = this.#menu.hidden): void {
    this.#menu.hidden = !show;
    this.#menuButton.setAttribute("aria-expanded", String(show));
  }

  /** A link on the page to this element's id opens it; without script it only jumps. */
  #followLink(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target.closest("a") : null;
    if (target?.getAttribute("href") !== `#${this.id}`) return;
    if (!this.#inline) event.preventDefault();
    this.open(target);
  }

  /** An inline talk begins when a parent gets to see it, not at every page view. */
  #openWhenSeen(signal: AbortSignal): void {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      this.open();
    });
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
  }

  /** The input has the focus, except where that would throw up a screen keyboard unasked. */
  #focusInput(byKeyboard = false): void {
    const touch = matchMedia("(pointer: coarse)").matches && !byKeyboard;
    (touch ? this.#log : this.#input).focus({ preventScroll: true });
  }

  // ---- sending --------------------------------------------------------------------------

  #submit(): void {
    const text = this.#input.value.trim();
    this.#input.focus();
    if (!text) return;
    this.#input.value = "";
    this.#grow();
    this.#say(text, { tekst: text });
  }

  #say(shown: string, content: Omit<Message, "id">): void {
    const bubble = drawParent(shown);
    this.#dropChoices();
    this.#log.append(bubble);
    if (this.#typing.isConnected) this.#log.append(this.#typing);
    this.#queue.push({ message: { id: messageId(), ...content }, shown, bubble });
    this.#scroll(bubble);
    void this.#work();
  }

  /** Opens the talk if need be and sends what waits, one by one. Never two at a time. */
  async #work(): Promise<void> {
    if (this.#working) return;
    const stop = this.#stop.signal;
    this.#working = true;
    this.#clearErrors();
    const timer = setTimeout(() => this.#showTyping(teksten.denkt), TYPING_AFTER_MS);
    try {
      await this.#workOff(stop);
    } catch (error) {
      if (!stop.aborted) this.#fail(error);
    } finally {
      clearTimeout(timer);
      if (!stop.aborted) {
        this.#typing.remove();
        this.#working = false;
      }
    }
  }

  async #workOff(stop: AbortSignal): Promise<void> {
    let renewed = false;
    for (;;) {
      try {
        if (!this.#loaded) await this.#load(stop);
        const next = this.#queue[0];
        if (!next) return;
        await this.#deliver(next, stop);
      } catch (error) {
        if (!(error instanceof CallError) || error.status !== 401 || renewed) throw error;
        renewed = true;
        this.#renew();
      }
    }
  }

  async #load(stop: AbortSignal): Promise<void> {
    if (this.#token) {
      const turns = await this.#client.replay(this.#token, stop);
      const nodes = turns.map((turn) => (turn.van === "ouder" ? drawParent(turn.tekst) : drawAnswer(turn)));
      this.#log.prepend(...nodes);
      const last = turns.slice(turns.findLastIndex((turn) => turn.van === "ouder") + 1);
      if (!this.#queue.length) last.forEach((turn, at) => this.#addControls(turn, nodes.at(at - last.length)));
      const node = nodes.at(-last.length);
      if (node) this.#scroll(node);
    } else {
      const { token, answers } = await this.#client.begin(this.getAttribute("gemeente") ?? "", stop);
      this.#remember(token);
      this.#show(answers, this.#queue[0]?.bubble);
    }
    this.#loaded = true;
  }

  async #deliver(next: Outgoing, stop: AbortSignal): Promise<void> {
    try {
      const answers = await this.#client.send(this.#token, next.message, stop);
      this.#queue.shift();
      this.#show(answers, this.#queue[0]?.bubble);
    } catch (error) {
      if (!(error instanceof CallError) || error.passing) throw error;
      if (error.status === 401 || error.status === 429) throw error;
      if (next.message.payload) this.#asText(next); // a button of an earlier talk: its title will do
      else this.#refused(next, error);
    }
  }

  #asText(out: Outgoing): void {
    out.message = { id: messageId(), tekst: out.shown };
  }

  /** The server can't take this text: it goes back into the box, with the server's reason. */
  #refused(out: Outgoing, error: CallError): void {
    this.#queue.shift();
    out.bubble.append(h("small", {}, teksten.nietVerstuurd));
    if (!this.#input.value) this.#input.value = out.shown;
    this.#grow();
    this.#showError(error.tekst || teksten.nietAangenomen, false);
  }

  /** The talk has run out: a new one, in which what still waits is sent. */
  #renew(): void {
    this.#remember("");
    this.#loaded = false;
    this.#dropChoices();
    this.#log.querySelectorAll(".judge").forEach((node) => node.remove());
    this.#queue.forEach((out) => this.#asText(out));
    this.#note(teksten.verlopen);
  }

  // ---- showing --------------------------------------------------------------------------

  #show(answers: Answer[], before: Node | null = null): void {
    this.#typing.remove();
    const nodes = answers.map(drawAnswer);
    for (const node of nodes) this.#log.insertBefore(node, before);
    if (!before) answers.forEach((answer, at) => this.#addControls(answer, nodes[at]));
    if (nodes[0]) this.#scroll(nodes[0]);
    this.#announce(spoken(answers));
    for (const { soort, onderwerp } of answers) this.#emit("antwoord", { soort, onderwerp });
    if (before) this.#showTyping(teksten.denkt);
  }

  #addControls(answer: Answer, node: HTMLElement | undefined): void {
    if (!node) return;
    if (answer.soort === "tips" || answer.soort === "feit") node.append(this.#drawJudge(answer.id));
    if (!answer.knoppen.length) return;
    const choices = answer.knoppen.map(({ titel, payload }) => {
      const choice = button(titel, () => {});
      choice.addEventListener("click", (event) => {
        this.#say(titel, { payload });
        this.#focusInput(event.detail === 0);
      });
      return choice;
    });
    node.append(h("div", { class: "choices", role: "group", "aria-label": teksten.keuzesNaam }, ...choices));
  }

  #dropChoices(): void {
    this.#log.querySelectorAll(".choices").forEach((node) => node.remove());
  }

  #drawJudge(id: string): HTMLElement {
    const box = h("div", { class: "judge", role: "group", "aria-label": teksten.helptVraag });
    const judge = async (helps: boolean) => {
      try {
        await this.#client.judge(this.#token, id, helps, this.#stop.signal);
        const focused = box.contains(this.shadowRoot?.activeElement ?? null);
        box.replaceChildren(teksten.helptDank);
        if (focused) this.#focusInput();
        this.#announce(teksten.helptDank);
      } catch {
        this.#announce(teksten.helptMislukt);
        box.querySelector("p")?.remove();
        box.append(h("p", {}, teksten.helptMislukt));
      }
    };
    box.append(
      button(teksten.helptWel, () => void judge(true)),
      button(teksten.helptNiet, () => void judge(false)),
    );
    return box;
  }

  #showTyping(text: string): void {
    this.#typingText.textContent = text;
    this.#log.append(this.#typing);
    this.#scroll(this.#typing);
  }

  #stumble(): void {
    if (this.#working) this.#showTyping(teksten.hapert);
    this.#announce(teksten.hapert);
  }

  #fail(error: unknown): void {
    if (!(error instanceof CallError)) console.error(error);
    const status = error instanceof CallError ? error.status : 0;
    const said = error instanceof CallError ? error.tekst : "";
    this.#showError(said || (this.#queue.length ? teksten.fout : teksten.foutStart), true);
    this.#emit("fout", { status });
  }

  #showError(text: string, retry: boolean): void {
    const again = button(teksten.probeer, () => {
      void this.#work();
      this.#focusInput();
    });
    const box = h("div", { class: "error" },
      h("p", {}, icon(icons.alert), text),
      retry && again,
      h("p", {}, teksten.foutBellen),
      drawNumbers());
    this.#log.append(box);
    this.#scroll(box);
    const numbers = nummers.map(({ nummer, bij }) => `${nummer}, ${bij}`).join(". ");
    this.#announce(`${text} ${teksten.foutBellen} ${numbers}.`);
  }

  #clearErrors(): void {
    this.#log.querySelectorAll(".error").forEach((node) => node.remove());
  }

  #note(text: string): void {
    this.#log.insertBefore(h("p", { class: "note" }, text), this.#queue[0]?.bubble ?? null);
    this.#announce(text);
  }

  /** Puts text in the live region: emptied first, so that the same text is read again. */
  #announce(text: string): void {
    const waiting = this.#announceTimer && !this.#announcer.textContent ? this.#pending : "";
    this.#pending = waiting ? `${waiting}\n${text}` : text;
    clearTimeout(this.#announceTimer);
    this.#announcer.textContent = "";
    this.#announceTimer = window.setTimeout(() => {
      this.#announcer.textContent = this.#pending;
      this.#announceTimer = 0;
    }, 100);
  }
  #pending = "";

  /** Brings the start of a new message into view, with the short one before it if there is room. */
  #scroll(node: HTMLElement): void {
    const before = node.previousElementSibling;
    const top = before instanceof HTMLElement && before.offsetHeight < 110 ? before.offsetTop : node.offsetTop - 40;
    const own = this.#log.scrollHeight > this.#log.clientHeight;
    const box = own ? this.#log : this.#panel; // in a very low window the panel scrolls
    box.scrollTop = top + (own ? 0 : this.#log.offsetTop) - 10;
  }

  #grow(): void {
    this.#input.style.height = "auto";
    if (this.#input.value) this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
  }

  // ---- menu -----------------------------------------------------------------------------

  #restart(): void {
    this.#toggleMenu(false);
    this.#say(teksten.opnieuw, { tekst: teksten.opnieuw });
    this.#focusInput();
  }

  #askWipe(): void {
    this.#toggleMenu(false);
    this.#form.hidden = true;
    this.#confirm.hidden = false;
    this.#confirm.querySelector("button")?.focus();
  }

  #endConfirm(): void {
    this.#confirm.hidden = true;
    this.#form.hidden = false;
    this.#focusInput();
  }

  /** Stops what is under way, has the talk erased, and only then clears the screen. */
  async #wipe(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#typing.remove();
    this.#working = true;
    this.#endConfirm();
    let result: string = teksten.gewist;
    try {
      if (this.#token) await this.#client.forget(this.#token, this.#stop.signal);
    } catch (error) {
      if (!(error instanceof CallError) || error.status !== 401) {
        this.#working = false;
        this.#typing.remove();
        this.#clearErrors();
        this.#showError(teksten.wisMislukt, this.#queue.length > 0);
        return;
      }
      result = teksten.wisVerlopen;
    }
    this.#remember("");
    this.#queue = [];
    this.#loaded = this.#working = false;
    this.#input.value = "";
    this.#grow();
    this.#log.replaceChildren();
    this.#note(result);
    void this.#work();
  }

  // ---- what is kept ---------------------------------------------------------------------

  get #key(): string {
    return `ouderwijzer ${this.getAttribute("server") ?? ""}`.trim();
  }

  #remembered(): string {
    try {
      return sessionStorage.getItem(this.#key) ?? "";
    } catch {
      return ""; // storage is blocked: the talk lasts as long as the page
    }
  }

  #remember(token: string): void {
    this.#token = token;
    try {
      if (token) sessionStorage.setItem(this.#key, token);
      else sessionStorage.removeItem(this.#key);
    } catch {
      // as above
    }
  }

  #emit(name: string, detail: Record<string, unknown> = {}): void {
    this.dispatchEvent(new CustomEvent(`ouderwijzer-${name}`, { detail, bubbles: true, composed: true }));
  }
}
