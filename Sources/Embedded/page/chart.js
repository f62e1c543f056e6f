// What came over time as bars: admitted below, refused above. A table beside it says the same.

import { h, scrolled, svg, table } from "./dom.js";
import { counted, dayTime } from "./format.js";

const BARS = 120;
const WIDTH = 960;
const HEIGHT = 120;

/** A chart of rows `{at, messages, other, refused}`. */
export function chart(came) {
  if (came.length === 0) return h("p", { class: "muted" }, "Nothing has come yet.");
  const bars = bucketed(came);
  const most = Math.max(...bars.map((bar) => bar.admitted + bar.refused));
  const width = WIDTH / bars.length;
  const piece = (bar, number, from, count, className) => count > 0 && svg("rect", {
    class: className, x: number * width + 0.5, width: Math.max(width - 1, 0.5),
    y: HEIGHT - ((from + count) / most) * HEIGHT, height: (count / most) * HEIGHT,
  });
  const total = bars.reduce((sum, bar) => ({ admitted: sum.admitted + bar.admitted, refused: sum.refused + bar.refused }));
  const label = `${counted(total.admitted, "request")} admitted, ${total.refused} refused, from ${dayTime(iso(bars[0].at))} to ${dayTime(iso(bars.at(-1).at))}`;
  return h("figure", { class: "chart" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
      bars.map((bar, number) => svg("g", {}, svg("title", {}, `${iso(bar.at)}: ${bar.admitted} admitted, ${bar.refused} refused`),
        piece(bar, number, 0, bar.admitted, "admitted"), piece(bar, number, bar.admitted, bar.refused, "refused")))),
    h("figcaption", {}, `${label}; at most ${most} in ${counted(bars.step / 1000, "second")}. `,
      h("span", { class: "key admitted" }, "admitted"), " ", h("span", { class: "key refused" }, "refused")),
    h("details", {}, h("summary", {}, "As a table"), scrolled("What came", table("What came", [
      ["From", (bar) => dayTime(iso(bar.at))],
      ["Admitted", (bar) => bar.admitted, "number"],
      ["Refused", (bar) => bar.refused, "number"],
    ], bars.filter((bar) => bar.admitted + bar.refused > 0)))));
}

/** At most `BARS` bars of equal time, those without a request too. */
function bucketed(came) {
  const times = came.map((row) => row.at);
  const first = times.reduce((a, b) => Math.min(a, b));
  const span = times.reduce((a, b) => Math.max(a, b)) - first + 1000;
  const step = Math.max(1, Math.ceil(span / 1000 / BARS)) * 1000;
  const bars = Array.from({ length: Math.ceil(span / step) }, (_, number) => ({ at: first + number * step, admitted: 0, refused: 0 }));
  for (const row of came) {
    const bar = bars[Math.floor((row.at - first) / step)];
    bar.admitted += row.messages + row.other;
    bar.refused += row.refused;
  }
  bars.step = step;
  return bars;
}

function iso(milliseconds) {
  return new Date(milliseconds).toISOString().replace(".000", "");
}
