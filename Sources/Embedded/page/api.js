// Calls of the control API and of the API that players use. Paths are relative to the page: it works below any prefix.

import { straight } from "./dom.js";

let token = "";

/** Sets the token that control calls carry from now on. */
export function use(newToken) {
  token = newToken;
}

/** An answer that is an error, in the server's own words; the status is 0 where none came. */
export class ApiError extends Error {
  constructor(status, message, method, path) {
    super(message);
    Object.assign(this, { status, method, path });
  }

  /** Whether it is of a control call that may go well later, and changes nothing. */
  get canPass() {
    return this.method === "GET" && !this.path.startsWith("..") && (this.status === 0 || this.status === 404 || this.status >= 500);
  }
}

/** How long a call waits for the whole of its answer, in milliseconds; callers whose answers take longer say so. */
const PATIENCE = 10_000;

/**
 * The path below the control API, of segments that are escaped here. Throws `ApiError` for `.` and `..`, which a browser takes
 * for steps in a path, escaped or not.
 */
export function control(...segments) {
  const step = segments.find((segment) => segment === "." || segment === "..");
  if (step) throw new ApiError(404, `Nothing is called "${step}"`, "", "");
  return `v1/${segments.map(encodeURIComponent).join("/")}`;
}

/** A path with the members of the query that are set. */
export function withQuery(path, query) {
  const set = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}

/** The event of the window when the server refuses a control call because of its token. */
export const REFUSED = "token-refused";

/** The text that a control call answers with. Throws `ApiError`. */
export async function send(method, path, { patience = PATIENCE, headers = {}, ...options } = {}) {
  return guarded(request(method, path, { ...options, patience, headers: { Authorization: `Bearer ${token}`, ...headers } }));
}

/** The JSON that a control call answers with. */
export async function json(method, path, options) {
  return JSON.parse(await send(method, path, options));
}

/** The response of a control call that goes on for as long as the signal lets it. Throws `ApiError`. */
export async function stream(path, { signal, headers = {} }) {
  return guarded(opened("GET", path, { signal, headers: { Authorization: `Bearer ${token}`, ...headers } }));
}

async function guarded(call) {
  try {
    return await call;
  } catch (error) {
    if (error.status === 401) window.dispatchEvent(new Event(REFUSED));
    throw error;
  }
}

/**
 * The text that a call without the token answers with, as a client of the API would send it. Throws `ApiError`. Without
 * `patience` it waits for as long as the signal lets it.
 */
export async function request(method, path, { patience, signal, ...options } = {}) {
  const limit = new AbortController();
  const timer = patience && setTimeout(() => limit.abort(), patience);
  try {
    const signals = [limit.signal, signal].filter(Boolean);
    return await (await opened(method, path, { ...options, signal: AbortSignal.any(signals) })).text();
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    const message = limit.signal.aborted ? `The server has not answered for ${patience / 1000} s` : "The answer broke off";
    throw new ApiError(0, message, method, path);
  } finally {
    clearTimeout(timer);
  }
}

async function opened(method, path, { body, signal, headers = {} }) {
  const options = { method, signal, headers: { ...headers }, cache: "no-store", credentials: "omit" };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer", method, path);
  });
  if (!response.ok) throw new ApiError(response.status, words(await response.text(), response.status), method, path);
  return response;
}

function words(text, status) {
  try {
    return straight(JSON.parse(text).error.message);
  } catch {
    return straight(text) || `The server answered ${status}`;
  }
}
