/** The web channel over fetch: time-outs, resending, one error type. */

import { readAnswers, readText, readTurns, type Answer, type Turn } from "./contract";

export interface Message {
  id: string;
  tekst?: string;
  payload?: string;
}

/** A call that failed. `status` 0: no answer from the server, or not in the agreed shape. */
export class CallError extends Error {
  /**
   * @param status HTTP status, or 0.
   * @param tekst the server's Dutch sentence, or "".
   * @param wait seconds that the server asks to wait (Retry-After), or 0.
   */
  constructor(
    readonly status: number,
    readonly tekst = "",
    readonly wait = 0,
  ) {
    super(`status ${status}`);
  }

  /** Whether the same call may succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || (this.status === 429 && this.wait <= 10);
  }
}

const TIMEOUT_MS = 10_000;
/** Waits before the second and the third attempt; each gets up to half as much on top. */
const PAUSES_MS = [700, 2_500];

export class Client {
  /**
   * @param server origin of the bot, "" for the page's own.
   * @param onRetry called before a call is sent again.
   */
  constructor(
    private readonly server: string,
    private readonly onRetry: () => void,
  ) {}

  async begin(gemeente: string, stop: AbortSignal): Promise<{ token: string; answers: Answer[] }> {
    const body = await this.call("POST", "gesprek", "", gemeente ? { gemeente } : {}, stop);
    const token = readText(body, "token");
    if (!token) throw new CallError(0);
    return { token, answers: readAnswers(body) };
  }

  async send(token: string, message: Message, stop: AbortSignal): Promise<Answer[]> {
    const answers = readAnswers(await this.call("POST", "bericht", token, message, stop));
    if (!answers.length) throw new CallError(0);
    return answers;
  }

  async replay(token: string, stop: AbortSignal): Promise<Turn[]> {
    return readTurns(await this.call("GET", "gesprek", token, null, stop));
  }

  async forget(token: string, stop: AbortSignal): Promise<void> {
    await this.call("DELETE", "gesprek", token, null, stop);
  }

  async judge(token: string, id: string, helps: boolean, stop: AbortSignal): Promise<void> {
    const body = { antwoord_id: id, oordeel: helps ? "ja" : "nee" };
    await this.call("POST", "oordeel", token, body, stop);
  }

  /** One call with its resends. Every call of the channel may be sent twice (contracts.md). */
  private async call(
    method: string,
    path: string,
    token: string,
    body: object | null,
    stop: AbortSignal,
  ): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once(method, path, token, body, stop);
      } catch (error) {
        const pause = PAUSES_MS[attempt];
        if (!(error instanceof CallError) || !error.passing || pause === undefined) throw error;
        this.onRetry();
        await sleep(Math.max(pause * (1 + Math.random() / 2), error.wait * 1000), stop);
      }
    }
  }

  private async once(
    method: string,
    path: string,
    token: string,
    body: object | null,
    stop: AbortSignal,
  ): Promise<unknown> {
    const abort = new AbortController();
    const end = () => abort.abort();
    const timer = setTimeout(end, TIMEOUT_MS);
    stop.addEventListener("abort", end);
    try {
      const headers: Record<string, string> = {};
      if (token) headers.Authorization = `Bearer ${token}`;
      if (body) headers["Content-Type"] = "application/json";
      const response = await fetch(`${this.server}/webchat/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 204) return null;
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok && answer) return answer;
      const wait = Number(response.headers.get("Retry-After")) || 0;
      throw new CallError(response.ok ? 0 : response.status, readText(answer, "tekst"), wait);
    } catch (error) {
      stop.throwIfAborted();
      throw error instanceof CallError ? error : new CallError(0);
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
    }
  }
}

function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(stop.reason);
    }, { once: true });
  });
}

/** A random message id; `randomUUID` is missing on pages without https. */
export function messageId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
