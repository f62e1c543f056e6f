// How much of the limits each key has used, from the table of what came second by second.

const MINUTE = 60_000;

/** The rows of the table. Keys hold no commas that are not quoted. */
export function rows(csv) {
  return csv.split("\r\n").slice(1).filter(Boolean).map((line) => {
    const [second, key, ...counts] = cells(line);
    const [messages, messagesRefused, other, otherRefused] = counts.map(Number);
    return { at: Date.parse(second), key, messages, other, refused: messagesRefused + otherRefused };
  });
}

function cells(line) {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, 6)
    .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** `[{key, messages, other}]`: what counts at `now` (milliseconds) under the limits. Whole seconds only. */
export function used(came, limits, now) {
  if (limits === null) return [];
  const found = new Map();
  for (const row of came) {
    const key = limits.scope === "account" ? "all keys" : row.key;
    const counts = found.get(key) ?? { key, messages: 0, other: 0, at: row.at };
    if (limits.window === "token_bucket") drain(counts, row.at, limits);
    else if (!isInWindow(row.at, limits.window, now)) continue;
    counts.messages += row.messages;
    counts.other += row.other;
    found.set(key, counts);
  }
  if (limits.window === "token_bucket") for (const counts of found.values()) drain(counts, now, limits);
  return [...found.values()].filter((counts) => counts.messages >= 0.5 || counts.other >= 0.5);
}

function isInWindow(at, window, now) {
  return window === "fixed" ? Math.floor(at / MINUTE) === Math.floor(now / MINUTE) : at > now - MINUTE;
}

/** A bucket fills evenly: so much of what was used is there again. */
function drain(counts, at, limits) {
  const share = Math.max(0, at - counts.at) / MINUTE;
  counts.messages = Math.max(0, counts.messages - share * limits.messages_per_minute);
  counts.other = Math.max(0, counts.other - share * limits.other_per_minute);
  counts.at = at;
}
