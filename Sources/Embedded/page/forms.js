// Forms and buttons that act, and fields with labels.

import { fill, h } from "./dom.js";
import { notice, takeBack } from "./notice.js";

/** The place of the last error; an action takes back what came of the one before. */
let lastError = null;

function begin(element) {
  element.setAttribute("aria-busy", "true");
  takeBack();
  if (lastError) lastError.hidden = true;
}

/**
 * A form whose submission is `work(data)`, a promise. While it runs the form is busy. An error is shown in the form. After a
 * success `done(result)` is called, or `done` is shown as a notice, and the fields count as untouched.
 */
export function actionForm({ className = "stack", label, work, done }, ...children) {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const form = h("form", { class: className, "aria-label": label, autocomplete: "off" }, children, error);
  for (const kind of ["input", "change"]) form.addEventListener(kind, ({ target }) => (target.dataset.touched = ""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    begin(form);
    try {
      const data = new FormData(form);
      const result = await work(data);
      // What was typed meanwhile was not sent.
      for (const control of form.elements) if (control.value === data.get(control.name)) delete control.dataset.touched;
      if (typeof done === "string") notice(done);
      else await done?.(result);
    } catch (failure) {
      if (failure.name === "AbortError") return;
      fill(error, failure.message);
      error.hidden = false;
      lastError = error;
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
  return form;
}

/** Writes values into a form's fields, by their names, but for those that somebody has changed and not sent yet. */
export function showSet(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements[name];
    const text = String(value ?? "");
    if (!("touched" in control.dataset) && control.value !== text) control.value = text;
  }
}

/** What somebody has typed or chosen in the forms of a place, and not sent yet, in the order of the page. */
export function unsent(place) {
  return [...place.querySelectorAll("form [data-touched]")].map(({ form, name, type, value, checked }) =>
    ({ form: form.getAttribute("aria-label"), name, isBox: type === "checkbox", value, checked }));
}

/** Writes such texts into the forms of a place again. */
export function writeAgain(place, fields) {
  for (const { form, name, isBox, value, checked } of fields) {
    const control = [...place.querySelectorAll("form")].find((found) => found.getAttribute("aria-label") === form)?.elements[name];
    if (!control) continue;
    if (isBox) control.checked = checked;
    else control.value = value;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** A button whose click is `work()`, a promise; an error is shown as a notice. */
export function actionButton(label, work, attributes = {}) {
  const click = async (event) => {
    const button = event.currentTarget;
    if (button.hasAttribute("aria-busy")) return;
    begin(button);
    try {
      await work();
    } catch (failure) {
      if (failure.name !== "AbortError") notice(failure.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  return h("button", { type: "button", ...attributes, onclick: click }, label);
}

let ids = 0;

/** A field with its label, and a hint that screen readers speak with it. */
export function field(label, control, hint) {
  const id = control.id || `field-${++ids}`;
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("small", { id: `${id}-hint` }, hint));
}

/** A list to choose from; see `options`. */
export function choice(name, list, value) {
  return h("select", { name }, options(list, value));
}

/** Options of such a list: an option is a text or `[value, text]`; the one with that value is chosen. */
export function options(list, value = "") {
  return list.map((option) => {
    const [key, text] = Array.isArray(option) ? option : [option, option];
    return h("option", { value: key, selected: key === value }, text);
  });
}
