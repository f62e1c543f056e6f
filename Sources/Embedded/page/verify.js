// Holds the journal against an expectation: so many requests match the filters, or what came near instead.

import { control, json } from "./api.js";
import { fill, h } from "./dom.js";
import { picked } from "./filters.js";
import { actionForm, field } from "./forms.js";
import { link } from "./route.js";

/** The form; the other form has the filters. */
export function verifyForm(sandbox, form, signal) {
  const result = h("div", { role: "status" });
  const filters = () => picked(Object.fromEntries(new FormData(form)));
  // What came of other filters would be misread.
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => fill(result));
  const work = (data) => {
    fill(result);
    const body = { match: match(filters()), count: Number(data.get("count")) };
    return json("POST", control("sandboxes", sandbox, "verify"), { body, signal });
  };
  const done = (found) => fill(result,
    h("p", { class: found.ok ? "good" : "bad" }, found.ok ? `As expected: ${found.count}.` : found.explanation),
    h("ul", {}, found.near.map((near) => h("li", {},
      h("a", { href: link(["sandboxes", sandbox, "journal"], { ...filters(), entry: near.number }) }, `Entry ${near.number}`),
      ` ${near.method} `, h("span", { class: "code" }, near.path), `: ${near.difference}`))));
  return h("details", {}, h("summary", {}, "Expect a number of such requests"),
    actionForm({ className: "bar", label: "Expect requests", work, done },
      field("Requests that match the filters", h("input", { name: "count", type: "number", min: 0, step: 1, value: 1, required: true })),
      h("button", { type: "submit" }, "Look")),
    result);
}

/** The filters as the verification takes them: a status is a number, or bounds. It never counts control calls. */
function match({ control: _, ...filters }) {
  const found = { ...filters };
  const [, least, most] = /^(\d+)(?:-(\d+))?$/.exec(filters.status ?? "") ?? [];
  if (least) found.status = most ? { gte: Number(least), lte: Number(most) } : Number(least);
  if (filters.duplicate) found.duplicate = { true: true, false: false }[filters.duplicate] ?? filters.duplicate;
  return found;
}
