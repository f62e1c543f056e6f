// Builds elements. A child is a node, or is shown as text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. An attribute that is a function listens; one that is false, null or undefined is left out. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  add(element, children);
  return element;
}

/** Appends nodes, texts and lists of them; null, undefined and false are left out. */
export function add(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Puts the children in place of what the element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

/**
 * A text from a client, a player or a fixture: its direction and its spaces stay its own. One that could not be seen is shown
 * by its code points.
 */
export function said(text, className = "") {
  const shown = /^[\p{C}\p{Z}]+$/u.test(text ?? "") ? named(text) : text ?? "";
  return h("bdi", { class: `said ${className}` }, shown);
}

/** The text with the characters that turn the direction of what follows shown by their code points. */
export function straight(text) {
  return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, named);
}

function named(text) {
  return [...text].map((character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
}

const refilled = new WeakMap();

/**
 * Fills a place anew where the state differs from that of the last time. A link or button that had the focus keeps it, if one with
 * the same text is there again.
 */
export function refill(place, state, make) {
  const text = JSON.stringify(state);
  if (refilled.get(place) === text) return;
  refilled.set(place, text);
  const focused = place.contains(document.activeElement) && document.activeElement.textContent;
  fill(place, make());
  if (focused) [...place.querySelectorAll("a, button")].find((control) => control.textContent === focused)?.focus();
}

/**
 * A table. A column is `[heading, cell, class]`, where `cell(item)` gives a node or a text; the first column heads its row.
 */
export function table(caption, columns, items = []) {
  const body = h("tbody", {}, items.map((item) => row(columns, item)));
  const heads = columns.map(([heading, , className]) => h("th", { scope: "col", class: className }, heading));
  return h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, heads)), body);
}

/** A row of such a table. */
export function row(columns, item) {
  return h("tr", {}, columns.map(([heading, cell, className], number) =>
    number === 0 ? h("th", { scope: "row", class: className }, cell(item))
      : h("td", { class: className, "data-heading": heading }, cell(item))));
}

/** Names and values; one whose value is null, false or empty is left out. */
export function facts(pairs, className = "") {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "");
  return h("dl", { class: `facts ${className}` }, shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/**
 * Makes a container's children those of the items, in their order, and keeps an item's element as long as its key stays:
 * so focus and selection outlast an update.
 */
export function reconcile(container, items, key, make, update) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let element = old.get(name);
    if (element) {
      old.delete(name);
      update(element, item);
    } else {
      element = make(item);
      element.dataset.key = name;
    }
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
  for (const element of old.values()) element.remove();
}

/**
 * Shows the items as rows of a table. A row stays while its key does, and is written anew only where its item has changed;
 * the link that has the focus keeps it.
 */
export function liveRows(body, columns, items, key) {
  const remembered = (element, state) => ((element.dataset.state = state), element);
  const make = (item) => remembered(row(columns, item), JSON.stringify(item));
  reconcile(body, items, key, make, (element, item) => {
    if (element.dataset.state === JSON.stringify(item)) return;
    const controls = () => [...element.querySelectorAll("a, button")];
    const focused = controls().indexOf(document.activeElement);
    element.replaceChildren(...row(columns, item).children);
    remembered(element, JSON.stringify(item));
    if (focused >= 0) controls()[focused]?.focus();
  });
}

/** A table that can be scrolled sideways, by keys too. */
export function scrolled(label, content, className = "") {
  return h("div", { class: `scroll ${className}`, role: "region", "aria-label": label, tabindex: 0 }, content);
}
