// Checked by TypeScript and never run: every verb with its types, as a strict project sees them.
import { ControlError, startFoilmock } from "foilmock";
import type { Entry, Sandbox, Server, Session, Snapshot } from "foilmock";

export async function everyVerb(): Promise<void> {
  const server: Server = await startFoilmock({ program: "foilmock", options: ["--rate-limits", "off"], timeout: 5 });
  const texts: string[] = [server.baseUrl, server.apiKey, server.controlUrl, server.controlToken];
  const id: number | null = server.processId;
  const sandbox: Sandbox = await server.testSandbox("types");
  texts.push(server.sandbox("cart").ownUrl, sandbox.name, sandbox.key, sandbox.baseUrl);

  const now: Date = await sandbox.clock.now();
  await sandbox.clock.freeze();
  await sandbox.clock.freeze(now, { auto_advance_seconds: 1, retry_after_scale: null });
  await sandbox.clock.offset("2026-03-10T12:00:00Z");
  await sandbox.clock.real();
  const later: Date = await sandbox.clock.advance(1.5);

  const state = await sandbox.reset();
  texts.push(state.clock.mode);
  await sandbox.limits({ messages_per_minute: 1, window: "fixed" });
  await sandbox.limits(null);
  const sessions: Session[] = await sandbox.sessions();
  const snapshot: Snapshot = await sandbox.snapshot();
  await sandbox.restore(snapshot);
  await sandbox.restore(JSON.parse(JSON.stringify(snapshot)));

  const fault: string = await sandbox.fault("status", { status: 503, match: { message: { any: ["gold"] } }, count: null });
  const struck: number[] = (await sandbox.faults()).map((each) => each.struck);
  await sandbox.removeFault(fault);
  await sandbox.removeFaults();
  const script = await sandbox.script({ player: "sam", steps: [{ decision: "pass" }, { reply: "Yes" }, {}, { error: 503 }] });
  struck.push(script.left);

  const entries: Entry[] = await sandbox.journal({ status: { gte: 400 }, control: true, limit: 10 });
  const fields: string[] = entries.flatMap((entry) => entry.request.headers.map((field) => field.name));
  texts.push(await sandbox.journalText(), ...fields);
  const count: number = await sandbox.verify({ gte: 1 }, { player: "sam", message: { any: ["gold"] }, decision: "pass" });
  const lines: string[] = (await sandbox.explain("session", 1)).lines;
  const changed = await sandbox.call("PATCH", "/sessions/x", { score: 12 }, { limit: 1 });
  await sandbox.delete().catch((error: unknown) => error instanceof ControlError && error.status === 404);
  await server[Symbol.asyncDispose]();
  await server.stop();
  console.log(texts, id, later, sessions, struck, count, lines, changed);

  // What is misspelt does not compile.
  // @ts-expect-error
  await startFoilmock({ fixtures: "characters" });
  // @ts-expect-error
  await sandbox.fault("staus");
  // @ts-expect-error
  await sandbox.fault("status", { sttus: 503 });
  // @ts-expect-error
  await sandbox.verify(1, { palyer: "sam" });
  // @ts-expect-error
  await sandbox.journal({ message: { any: ["gold"] } });
  // @ts-expect-error
  await sandbox.script({ steps: [{ decision: "maybe" }] });
  // @ts-expect-error
  await sandbox.limits({ window: "open" });
  // @ts-expect-error
  await sandbox.clock.freeze(5);
}
