// The token comes in the URL's fragment, which is never sent, and stays in this tab's storage.

import { h } from "./dom.js";
import { decoded } from "./route.js";

const NAME = "foilmock-token";

/** What the server takes as a token: visible characters of ASCII. Another text could not be sent. */
const PATTERN = /^[\x21-\x7e]{8,200}$/;

let isWrong = false;

/** Takes the token out of the address bar, and gives it, or the one that the tab has already. */
export function taken() {
  const found = /[#&?]token=([^&#]*)/.exec(location.hash);
  if (found) {
    keep(decoded(found[1]));
    const rest = location.hash.replace(found[0], "");
    history.replaceState(null, "", `${location.pathname}${location.search}${rest || "#/sandboxes"}`);
  }
  return sessionStorage.getItem(NAME) ?? "";
}

/** Keeps a token, without the spaces that came along when it was copied. */
function keep(text) {
  const token = text.trim();
  isWrong = !PATTERN.test(token);
  if (isWrong) forget();
  else sessionStorage.setItem(NAME, token);
}

/** Whether the last text that was given for a token cannot be one. */
export function isMalformed() {
  return isWrong;
}

/** Forgets the token. */
export function forget() {
  sessionStorage.removeItem(NAME);
}

/** A form that asks for the token and calls `done()`. */
export function form(message, done) {
  const field = h("input", { id: "token", type: "password", autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    keep(field.value);
    done();
  };
  return h("form", { class: "card narrow", onsubmit: submit },
    h("h1", { tabindex: -1 }, "The control token"),
    message && h("p", { role: "alert", class: "error" }, message),
    h("p", {}, "The server prints it when it starts, with a link that has it. ",
      "It stays in this tab, and is sent to this server alone."),
    h("label", { for: "token" }, "Token"), field,
    h("button", { type: "submit" }, "Open"));
}
