// The filters of the journal, as the query of the view and of the API has them.

import { h } from "./dom.js";
import { field } from "./forms.js";
import { go, link } from "./route.js";

const FILTERS = [
  ["route", "Route", "POST /api/v1/sdk/chat/{persona_id}/message"],
  ["status", "Status", "404 or 400-499"],
  ["player", "Player", "sam"],
  ["fault", "Fault", "f1, or its kind"],
  ["persona", "Persona", "warden"],
  ["message", "Message", "", "The whole of it; case and accents do not count"],
  ["decision", "Decision", "pass"],
  ["session", "Session", ""],
  ["request_id", "Request id", ""],
  ["method", "Method", "POST"],
  ["path", "Path", "/api/v1/sdk/*"],
  ["key", "Key", "pk_test_cart"],
  ["duplicate", "Duplicate", "true or false"],
];
/** So many of them are always seen. */
const MAIN = 4;
/** The parameter that asks for calls of the control API too. */
const CONTROL = "control";
const NAMES = [...FILTERS.map(([name]) => name), CONTROL];

/** The members of a query that are filters. */
export function picked(query) {
  return Object.fromEntries(NAMES.filter((name) => query[name]).map((name) => [name, query[name]]));
}

/** The members of a query that the journal does not know. */
export function unknown({ entry: _, ...query }) {
  return Object.keys(query).filter((name) => !NAMES.includes(name));
}

/** Whether two queries have the same filters. */
export function areAlike(one, other) {
  return NAMES.every((name) => (one[name] ?? "") === (other[name] ?? ""));
}

/** The form; `at` is the view's path. Submitting it shows the view with the filters. */
export function filterForm(at, query) {
  const fields = FILTERS.map(([name, label, example, hint]) =>
    field(label, h("input", { name, placeholder: example, spellcheck: "false" }), hint));
  const withControl = h("input", { type: "checkbox", name: CONTROL, value: "true" });
  const submit = (event) => {
    event.preventDefault();
    go(at, Object.fromEntries(new FormData(event.target)));
  };
  const form = h("form", { class: "filters", role: "search", "aria-label": "Filters of the journal", autocomplete: "off", onsubmit: submit },
    h("div", { class: "grid" }, fields.slice(0, MAIN)),
    h("details", { open: [...NAMES.slice(MAIN)].some((name) => query[name]) }, h("summary", {}, "More filters"),
      h("div", { class: "grid" }, fields.slice(MAIN)), h("label", {}, withControl, " control calls too")),
    h("div", { class: "bar" }, h("button", { type: "submit" }, "Filter"), h("a", { class: "button", href: link(at) }, "Clear")));
  setFilters(form, query);
  return form;
}

/** Writes the query's filters into the form, and has it say that they changed. */
export function setFilters(form, query) {
  for (const [name] of FILTERS) form.elements[name].value = query[name] ?? "";
  form.elements[CONTROL].checked = query[CONTROL] === "true";
  form.dispatchEvent(new Event("change"));
}
