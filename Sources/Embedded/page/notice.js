// Messages of what came of an action, which screen readers speak.

import { fill } from "./dom.js";

let timer;
let isForNextView = false;

/** Shows a message for some seconds, or until another view is shown; `forNextView`: until one after the next. */
export function notice(message, { forNextView = false } = {}) {
  isForNextView = forNextView;
  const place = document.getElementById("status");
  // A screen reader would speak the same message again.
  if (place.textContent !== message) fill(place, message);
  clearTimeout(timer);
  timer = setTimeout(() => fill(place), 6000);
}

/** Takes the message away, because something else is done. */
export function takeBack() {
  fill(document.getElementById("status"));
}

/** Takes the message away, because another view is shown. */
export function clearNotice() {
  if (!isForNextView) takeBack();
  isForNextView = false;
}

/** Copies a text, and says so. Where the browser does not let the page, it says that. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    notice("Copied");
  } catch {
    notice("The browser does not let this page copy; select the text instead");
  }
}
