// The same for `require` and, by way of index.d.ts, for `import`. Names of members with an underscore are the control API's own.

export interface Settings {
  /** The foilmock program; else `FOILMOCK_PROGRAM`, else the `foilmock` on `PATH`. */
  program?: string;
  /** Of the server: `["--fixtures", "tests/characters"]`. `foilmock --help` lists them. */
  options?: readonly string[];
  /** Seconds until the server takes requests; 30. */
  timeout?: number;
}

/**
 * Starts a server on a free port, with a database in memory. It ends with this process, whichever way this ends.
 *
 * Where `FOILMOCK_CONTROL_URL` and `FOILMOCK_CONTROL_TOKEN` are set, as under `foilmock exec -- npm test`, nothing is started, the
 * settings are not used, and that server is returned.
 */
export function startFoilmock(settings?: Settings): Promise<Server>;

/** A call that the server refused or did not answer. The message has the server's own words. */
export class ControlError extends Error {
  constructor(message: string, status?: number | null, options?: { cause?: unknown });
  /** Of the answer; null where there was none. */
  readonly status: number | null;
}

export interface Server {
  /** What clients take. */
  readonly baseUrl: string;
  /** Of the built-in account, which all tests share; a sandbox has a key of its own. */
  readonly apiKey: string;
  /** Calls of the control API are below `/v1` there. */
  readonly controlUrl: string;
  readonly controlToken: string;
  /** Null where the server was not started here. */
  readonly processId: number | null;
  /** A sandbox of any name; a key `pk_test_…` is the name of the sandbox that it opens. */
  sandbox(name: string): Sandbox;
  /** The sandbox of the test with this name: empty, without limits, in the real time. Its key follows from the name. */
  testSandbox(testName: string): Promise<Sandbox>;
  /** Ends the server, and waits until it is gone; nothing where it was not started here. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What an account's requests share: sessions, clock, limits, faults, scripts and journal. */
export interface Sandbox {
  readonly name: string;
  /** What clients take as their key. Throws where the name is not a test key. */
  readonly key: string;
  /** What clients take, with the key. */
  readonly baseUrl: string;
  /** A base URL under which calls with any key act in this sandbox. */
  readonly ownUrl: string;
  readonly clock: Clock;

  /** Removes all that it has. */
  reset(): Promise<State>;
  delete(): Promise<void>;
  /** Null lifts the limits. */
  limits(limits: Limits | null): Promise<void>;
  sessions(): Promise<Session[]>;
  /** The whole sandbox as one document. As everywhere in JavaScript, numbers beyond 2^53 lose digits. */
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;

  /** Has requests fail: `fault("status", { status: 503, nth: 3, match: { player: "sam" } })`. Returns the fault's id. */
  fault(kind: FaultKind, how?: FaultOrder): Promise<string>;
  /** With how many requests each has `struck`. */
  faults(): Promise<Fault[]>;
  removeFault(id: string): Promise<void>;
  removeFaults(): Promise<void>;
  /** What becomes of a player's next messages: `script({ player: "sam", steps: [{ decision: "pass" }] })`. */
  script(script: Script): Promise<ScriptState>;

  /** The requests and their answers, the oldest first. */
  journal(match?: JournalMatch): Promise<Entry[]>;
  /** All of it as JSON lines, for `foilmock replay`. */
  journalText(): Promise<string>;
  /**
   * How many requests there were. Throws an AssertionError that names the nearest ones when they are not `count` (1): a number, or
   * bounds.
   */
  verify(count?: number | Bounds, match?: Match): Promise<number>;
  /** Why a turn came out as it did. */
  explain(session: string, turn: number): Promise<Explanation>;

  /** Any other route of the control API below the sandbox: `call("PATCH", "/sessions/…", { score: 12 })`. A text goes out as it is. */
  call(method: string, path?: string, body?: unknown, query?: Record<string, string | number | boolean>): Promise<any>;
}

/** Frozen, it stays until the test advances it; with an offset, it runs on from another time. */
export interface Clock {
  now(): Promise<Date>;
  /** Stops at that time; 2026-03-10T12:00:00Z. */
  freeze(at?: Date | string, more?: ClockSettings): Promise<void>;
  /** Shows that time now, and runs on. */
  offset(at: Date | string, more?: ClockSettings): Promise<void>;
  /** Shows the real time. */
  real(): Promise<void>;
  /** Puts it forward, and returns what it shows then. */
  advance(seconds: number): Promise<Date>;
}

export interface ClockSettings {
  /** By how much each request advances it. */
  auto_advance_seconds?: number;
  /** What `Retry-After` is multiplied by. Unset, `Retry-After` is 1; many clients read no fraction. */
  retry_after_scale?: number | null;
}

export interface Limits {
  messages_per_minute?: number;
  other_per_minute?: number;
  window?: "sliding" | "fixed" | "token_bucket";
  scope?: "key" | "account";
}

export interface Bounds {
  gte?: number;
  lte?: number;
}

export type Decision = "pass" | "redirect" | "reject" | "kick_out";

/** A condition on a text, in the fixture language: `{ any: ["gold"] }`. */
export type Matcher = Record<string, unknown>;

/** Which requests; all members must hold. */
export interface RequestMatch {
  method?: string;
  /** A `*` at its end is any rest. */
  path?: string;
  /** As in the OpenAPI document: `POST /api/v1/sdk/chat/{persona_id}/message`. */
  route?: string;
  /** Its id, slug or name. */
  persona?: string;
  player?: string;
  message?: string | Matcher;
  key?: string;
}

/** Which requests and answers. */
export interface Match extends RequestMatch {
  status?: number | Bounds;
  decision?: Decision;
  /** Its id or kind. */
  fault?: string;
  duplicate?: boolean;
  request_id?: string;
  session?: string;
}

export interface JournalMatch extends Omit<Match, "message"> {
  message?: string;
  /** Calls of the control API too. */
  control?: boolean;
  /** Entries with a higher number. */
  after?: number;
  /** So many at most. */
  limit?: number;
}

export type FaultKind =
  | "status" | "rate_limited" | "patch" | "truncate" | "malform" | "done" | "comments" | "split_utf8" | "content_length"
  | "stall" | "close" | "reset" | "drip" | "delay";

/** docs/faults.md says which members a kind has. */
export interface FaultOrder {
  match?: RequestMatch;
  nth?: number;
  from?: number;
  every?: number;
  count?: number | null;
  probability?: number;
  ttl_seconds?: number;
  when?: "before_turn" | "after_turn";
  clock?: "sandbox" | "wall";
  status?: number;
  message?: string;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
  retry_after_seconds?: number;
  patch?: unknown;
  nulls?: readonly string[];
  event?: number | string;
  bytes?: number;
  fraction?: number;
  copies?: number;
  every_events?: number;
  delta?: number;
  at?: "start" | "body" | "event";
  after_bytes?: number;
  after_events?: number;
  then?: "resume" | "reset";
  seconds?: number;
  min_seconds?: number;
  max_seconds?: number;
  median_seconds?: number;
  sigma?: number;
  every_seconds?: number;
}

/** A fault has the members of its order, too. */
export interface Fault {
  id: string;
  kind: FaultKind;
  when: "before_turn" | "after_turn";
  matched: number;
  struck: number;
  state: "armed" | "spent" | "expired";
  [member: string]: unknown;
}

export interface Step {
  decision?: Decision;
  reply?: string;
  follow_up?: true;
  error?: number;
  message?: string;
}

export interface StepState {
  decision: Decision | null;
  follow_up: boolean;
  reply: string | null;
  error: number | null;
  message: string | null;
}

export interface Script {
  player?: string | null;
  persona?: string | null;
  steps: readonly Step[];
}

export interface ScriptState {
  id: string;
  player: string | null;
  persona: string | null;
  steps: StepState[];
  left: number;
}

export interface State {
  name: string;
  kind: string;
  seed: number;
  clock: { mode: string; now: string; auto_advance_seconds: number; retry_after_scale: number | null };
  limits: Required<Limits> | null;
  sessions: number;
  faults: number;
  scripts: number;
  journal: { requests: number; errors: number; duplicates: number; unanswered: number; kept: number };
}

export interface Session {
  session_id: string;
  channel: string;
  player: string;
  persona_id: string;
  persona: string | null;
  machine_id: string;
  machine: string | null;
  player_name: string;
  player_gender: string;
  state_key: string;
  score: number;
  outcome: "ACCEPT" | "REJECT" | "KICK_OUT" | null;
  redirect_count: number;
  turn_count: number;
  captures: Record<string, string>;
  variables: Record<string, string>;
  started_at: string;
  last_message_at: string;
}

/** docs/journal.md describes the members. */
export interface Entry {
  number: number;
  arrival: number;
  sandbox: string;
  kind: "request" | "control" | "refused";
  time: string;
  received: string;
  monotonic_ns: number;
  request: EntryRequest;
  request_id: string | null;
  route: string | null;
  key: string | null;
  persona: string | null;
  player: string | null;
  message: string | null;
  session: string | null;
  turn: number | null;
  decision: Decision | null;
  faults: string[];
  duplicate: boolean;
  unsaved: boolean;
  response: EntryResponse;
  delivered: "complete" | "cut" | "aborted" | null;
  latency_ns: number | null;
}

export interface EntryRequest {
  method: string;
  path: string;
  query: string;
  version: string;
  headers: { name: string; value: string }[];
  body: string | null;
  encoding: "text" | "base64" | "spooled" | "later";
  bytes: number;
  refusal: string | null;
}

export interface EntryResponse {
  status: number | null;
  headers: { name: string; value: string }[];
  body: string | null;
  encoding: "text" | "base64";
  framing: string;
  steps: string[];
}

/** docs/scripts.md describes it; `lines` is all of it for a reader. */
export interface Explanation {
  session_id: string;
  turn: number;
  decision: Decision | null;
  lines: string[];
  [member: string]: any;
}

/** docs/scripts.md describes it. */
export interface Snapshot {
  kind: string;
  version: number;
  [member: string]: unknown;
}

declare global {
  interface SymbolConstructor {
    /** Since Node 18.18 and 20.4, for `await using server = await startFoilmock()`. */
    readonly asyncDispose: unique symbol;
  }
}
