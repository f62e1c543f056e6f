"use strict";

// Not fetch: tests replace it, jsdom lacks it, and it takes "." and ".." out of paths.
const http = require("node:http");
const https = require("node:https");

/** Milliseconds without a byte of the answer. */
const PATIENCE = 30_000;

/** A call that the server refused or did not answer. */
class ControlError extends Error {
  constructor(message, status = null, options = undefined) {
    super(message, options);
    this.name = "ControlError";
    /** Of the answer; null where there was none. */
    this.status = status;
  }
}

/** The control API below a URL such as `http://127.0.0.1:8000/_foilmock`. */
class Control {
  #base;
  #token;

  constructor(url, token) {
    this.#base = parsed(url);
    // Node's own error comes with the first call only.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(token)) {
      throw new ControlError("the token of the control API has a line break or another character that no header can have");
    }
    this.url = url;
    this.#token = token;
  }

  /** The answer as JSON. The path is what follows `/_foilmock/v1`. A body that is undefined is not sent. */
  async call(method, path, body, query) {
    const answer = await this.#answer(method, path, body, query);
    try {
      return JSON.parse(answer.text);
    } catch {
      throw this.#foreign(method, path, answer.status);
    }
  }

  /** The answer as JSON, which must be an object with this member. */
  async read(member, method, path, body, query) {
    const answer = await this.call(method, path, body, query);
    if (answer?.[member] === undefined) throw this.#foreign(method, path);
    return answer;
  }

  /** The answer as it came. A text or bytes go out as they are, any other body as JSON. */
  async text(method, path, body, query) {
    return (await this.#answer(method, path, body, query)).text;
  }

  async #answer(method, path, body, query) {
    const content = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const target = path + parameters(query);
    let answer;
    try {
      answer = await this.#send(method, target, content);
    } catch (error) {
      throw new ControlError(`${method} ${path}: no answer from ${this.url}: ${reason(error)}`, null, { cause: error });
    }
    if (answer.status >= 400) {
      throw new ControlError(`${method} ${path}: ${answer.status}: ${message(answer.text)}`, answer.status);
    }
    // The control API sends nobody elsewhere.
    if (answer.status >= 300) throw this.#foreign(method, path, answer.status);
    return answer;
  }

  #foreign(method, path, status = 200) {
    return new ControlError(`${method} ${path}: the answer of ${this.url} is not that of a control API`, status);
  }

  #send(method, target, content) {
    const base = this.#base;
    const headers = { Authorization: `Bearer ${this.#token}` };
    if (content !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(content);
    }
    return new Promise((resolve, reject) => {
      const request = (base.protocol === "https:" ? https : http).request({
        method,
        headers,
        // URL writes an IPv6 address in brackets, and the system takes it without.
        hostname: base.hostname.replace(/^\[|\]$/g, ""),
        port: base.port,
        path: `${base.pathname.replace(/\/+$/, "")}/v1${target}`,
        // Each call has a connection of its own, because one that is kept may die between two calls. Agents may use a proxy.
        agent: false,
        timeout: PATIENCE,
      });
      request.on("error", reject);
      request.on("timeout", () => request.destroy(new Error(`nothing came for ${PATIENCE / 1000} seconds`)));
      request.on("response", (response) => {
        const parts = [];
        response.on("error", reject);
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
      });
      request.end(content);
    });
  }
}

function parsed(url) {
  let base = null;
  try {
    base = new URL(url);
  } catch {
    // Reported below.
  }
  if (base === null || !["http:", "https:"].includes(base.protocol)) {
    throw new ControlError(`"${url}" is not the URL of a control API, such as http://127.0.0.1:8000/_foilmock`);
  }
  if (/[?#]/.test(url)) throw new ControlError(`"${url}" is not the URL of a control API: it has a query or a fragment`);
  return base;
}

function parameters(query) {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `?${text}`;
}

/** What an error's body says. */
function message(text) {
  try {
    return String(JSON.parse(text).error.message);
  } catch {
    return text.trim() || "an empty answer";
  }
}

/** Where a name has several addresses, Node's error has a reason for each, and an empty message. */
function reason(error) {
  return error.message || (error.errors ?? []).map((each) => each.message).join("; ") || error.code || String(error);
}

module.exports = { Control, ControlError };
