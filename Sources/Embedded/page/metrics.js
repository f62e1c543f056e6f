// The server at a glance: what it has answered, how fast, and what it holds.

import { send } from "./api.js";
import { fill, facts, h, liveRows, scrolled, table } from "./dom.js";
import { repeat } from "./feed.js";
import { duration } from "./format.js";
import { link } from "./route.js";
import { by, quantile, samples, sum } from "./samples.js";

const EVERY = 2000;
const REQUESTS = "foilmock_http_requests_total";
const TIMES = "foilmock_http_request_duration_seconds";

const COLUMNS = [
  ["Route", (route) => h("span", { class: "code" }, `${route.method} ${route.path}`), "words"],
  ["Requests", (route) => route.count, "number"],
  ["Errors", (route) => route.errors, "number"],
  ["Mean", (route) => duration(route.mean), "number wide"],
  ["99 % within", (route) => within(route.slow), "number wide"],
];

/** What all paths of the control API begin with. */
const CONTROL = "/_foilmock";

export async function metrics({ root, query, signal }) {
  const withControl = h("input", { type: "checkbox", checked: query.control === "true" });
  const glance = h("div", { class: "cards" });
  const list = table("Routes since the start, the most called first", COLUMNS);
  let before = null;
  let found = [];
  const show = () => {
    const shown = found.filter((route) => withControl.checked || !route.path.startsWith(CONTROL));
    liveRows(list.tBodies[0], COLUMNS, shown, (route) => `${route.method} ${route.path}`);
  };
  const read = async () => {
    const all = samples(await send("GET", "metrics", { signal }));
    const now = performance.now();
    const rate = before && ((sum(all, REQUESTS) - before.requests) / (now - before.at)) * 1000;
    before = { requests: sum(all, REQUESTS), at: now };
    fill(glance, cards(all, rate));
    found = routes(all);
    show();
  };
  withControl.addEventListener("change", () => {
    history.replaceState(null, "", link(["metrics"], { control: withControl.checked ? "true" : null }));
    show();
  });
  fill(root, h("h1", { tabindex: -1 }, "Metrics"), glance, h("h2", {}, "Routes"),
    h("label", {}, withControl, " with the control API, which this page calls too"), scrolled("Routes", list));
  await read();
  repeat(EVERY, signal, read);
  return (next) => {
    withControl.checked = next.control === "true";
    show();
  };
}

function cards(all, rate) {
  const card = (title, pairs) => h("section", { class: "card" }, h("h2", {}, title), facts(pairs));
  const listed = (name, label) => [...by(all, name, label)].filter(([, count]) => count > 0).map(([key, count]) => `${key} ${count}`).join(", ");
  const errors = sum(all, REQUESTS, ({ status }) => Number(status) >= 400);
  return [
    card("Requests", [
      ["A second, now", rate === null ? "…" : rate.toFixed(1)],
      ["Answered", sum(all, REQUESTS).toLocaleString("en")],
      ["Errors", errors.toLocaleString("en")],
      ["Half within", within(quantile(all, TIMES, 0.5))],
      ["99 % within", within(quantile(all, TIMES, 0.99))],
    ]),
    card("Conversations", [
      ["Sessions begun", sum(all, "foilmock_sessions_begun_total").toLocaleString("en")],
      ["Turns", listed("foilmock_turns_total", "decision") || "none"],
      ["Refused by limits", listed("foilmock_rate_limited_total", "kind") || "none"],
      ["Struck by faults", listed("foilmock_faults_struck_total", "kind") || "none"],
    ]),
    card("Server", [
      ["Connections", String(sum(all, "foilmock_connections"))],
      ["Accounts", listed("foilmock_accounts", "kind")],
      ["Memory", bytes(sum(all, "process_resident_memory_bytes"))],
      ["Journals", bytes(sum(all, "foilmock_journal_bytes"))],
      ["Processor time", `${sum(all, "process_cpu_seconds_total").toFixed(1)} s`],
      ["Commits, 99 % within", within(quantile(all, "foilmock_commit_duration_seconds", 0.99))],
    ]),
    card("Trouble", [
      ["Warnings", String(sum(all, "foilmock_warnings_total"))],
      ["Reloads", listed("foilmock_reloads_total", "result") || "none"],
      ["Waiting output", bytes(sum(all, "foilmock_waiting_output_bytes"))],
    ]),
  ];
}

/** Each route with its counts. */
function routes(all) {
  const found = new Map();
  for (const { labels, value } of all.filter((one) => one.name === REQUESTS)) {
    const name = `${labels.method} ${labels.route}`;
    const route = found.get(name) ?? { method: labels.method, path: labels.route, count: 0, errors: 0 };
    route.count += value;
    if (Number(labels.status) >= 400) route.errors += value;
    found.set(name, route);
  }
  for (const route of found.values()) {
    const own = ({ method, route: path }) => method === route.method && path === route.path;
    route.mean = (sum(all, `${TIMES}_sum`, own) / Math.max(1, sum(all, `${TIMES}_count`, own))) * 1e9;
    route.slow = quantile(all, TIMES, 0.99, own);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function within(seconds) {
  return seconds === null ? "" : seconds === Infinity ? "more than 10 s" : duration(seconds * 1e9);
}

function bytes(count) {
  return count < 1e6 ? `${Math.round(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
