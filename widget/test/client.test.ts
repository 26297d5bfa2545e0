import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { CallError, Client } from "../src/client";

type Handler = (body: string, request: IncomingMessage, response: ServerResponse) => void;

/** Runs `work` against a real server on a free port. */
async function withServer(handler: Handler, work: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => handler(body, request, response));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const stop = () => new AbortController().signal;

test("a message is sent again with the same id until the server answers", async () => {
  const bodies: string[] = [];
  let retries = 0;
  await withServer((body, request, response) => {
    bodies.push(body);
    assert.equal(request.headers.authorization, "Bearer t");
    if (bodies.length === 1) return void request.socket.destroy();
    response.writeHead(bodies.length === 2 ? 503 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ id: "m1", antwoorden: [{ id: "a", tekst: "Hoi" }] }));
  }, async (origin) => {
    const client = new Client(origin, () => (retries += 1));
    const answers = await client.send("t", { id: "m1", tekst: "hallo" }, stop());
    assert.equal(answers[0]?.tekst, "Hoi");
  });
  assert.deepEqual(bodies.map((body) => JSON.parse(body)), Array(3).fill({ id: "m1", tekst: "hallo" }));
  assert.equal(retries, 2);
});

test("a refusal is not repeated and carries the server's own sentence", async () => {
  let calls = 0;
  await withServer((_body, _request, response) => {
    calls += 1;
    response.writeHead(413, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ fout: 413, tekst: "Dat is te lang." }));
  }, async (origin) => {
    const sent = new Client(origin, () => {}).send("t", { id: "m", tekst: "x" }, stop());
    await assert.rejects(sent, (error) =>
      error instanceof CallError && error.status === 413 && error.tekst === "Dat is te lang.");
  });
  assert.equal(calls, 1);
});

test("a stop ends a call that hangs, at once", async () => {
  await withServer(() => {}, async (origin) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const begun = Date.now();
    await assert.rejects(new Client(origin, () => {}).replay("t", abort.signal), { name: "AbortError" });
    assert.ok(Date.now() - begun < 2000);
  });
});
