// The token comes in the URL's fragment, which is never sent, and stays in this tab's storage.

import { h } from "./dom.js";

const NAME = "foilmock-token";

/** Takes the token out of the address bar, and gives it, or the one that the tab has already. */
export function taken() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (found) {
    sessionStorage.setItem(NAME, decodeURIComponent(found[1]));
    history.replaceState(null, "", `${location.pathname}${location.search}#/sandboxes`);
  }
  return sessionStorage.getItem(NAME) ?? "";
}

/** Forgets the token. */
export function forget() {
  sessionStorage.removeItem(NAME);
}

/** A form that asks for the token and calls `done(token)`. */
export function form(message, done) {
  const field = h("input", { id: "token", type: "password", autocomplete: "off", required: true, minlength: 8 });
  const submit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(NAME, field.value);
    done(field.value);
  };
  return h("form", { class: "card narrow", onsubmit: submit },
    h("h1", { tabindex: -1 }, "The control token"),
    message && h("p", { role: "alert", class: "error" }, message),
    h("p", {}, "The server prints it when it starts, with a link that has it. ",
      "It stays in this tab, and is sent to this server alone."),
    h("label", { for: "token" }, "Token"), field,
    h("button", { type: "submit" }, "Open"));
}
