// Forms and buttons that act, and fields with labels.

import { fill, h } from "./dom.js";
import { notice } from "./notice.js";

/**
 * A form whose submission is `work(data)`, a promise. While it runs the form is busy. An error is shown in the form. After a
 * success `done(result)` is called, or `done` is shown as a notice.
 */
export function actionForm({ className = "stack", label, work, done }, ...children) {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const form = h("form", { class: className, "aria-label": label, autocomplete: "off" }, children, error);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    error.hidden = true;
    try {
      const result = await work(new FormData(form));
      if (typeof done === "string") notice(done);
      else await done?.(result);
    } catch (failure) {
      if (failure.name === "AbortError") return;
      fill(error, failure.message);
      error.hidden = false;
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
  return form;
}

/** A button whose click is `work()`, a promise; an error is shown as a notice. */
export function actionButton(label, work, attributes = {}) {
  const click = async (event) => {
    const button = event.currentTarget;
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
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
