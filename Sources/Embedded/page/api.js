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

  /** Whether the same call may go well later, and changes nothing. */
  get canPass() {
    return this.method === "GET" && (this.status === 0 || this.status === 404 || this.status >= 500);
  }
}

/** The path below the control API, of segments that are escaped here. */
export function control(...segments) {
  return `v1/${segments.map(encodeURIComponent).join("/")}`;
}

/** A path with the members of the query that are set. */
export function withQuery(path, query) {
  const set = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}

/** The event of the window when the server refuses a control call because of its token. */
export const REFUSED = "token-refused";

/** Sends a control call, and gives the response of a call that went well. Throws `ApiError`. */
export async function send(method, path, { body, signal, headers = {} } = {}) {
  try {
    return await request(method, path, { body, signal, headers: { Authorization: `Bearer ${token}`, ...headers } });
  } catch (error) {
    if (error.status === 401) window.dispatchEvent(new Event(REFUSED));
    throw error;
  }
}

/** Sends a call without the token, as a client of the API would. Throws `ApiError`. */
export async function request(method, path, { body, signal, headers = {} } = {}) {
  const options = { method, signal, headers: { ...headers }, cache: "no-store", credentials: "omit" };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer", method, path);
  });
  if (!response.ok) throw new ApiError(response.status, await words(response), method, path);
  return response;
}

/** The JSON that a control call answers with. */
export async function json(method, path, options) {
  return (await send(method, path, options)).json();
}

async function words(response) {
  const text = await response.text();
  try {
    return straight(JSON.parse(text).error.message);
  } catch {
    return straight(text) || `The server answered ${response.status}`;
  }
}
