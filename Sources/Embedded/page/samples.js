// Reads metrics in Prometheus's text format.

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** The samples of a text: `{name, labels, value}`. */
export function samples(text) {
  return text.split("\n").map((line) => LINE.exec(line)).filter(Boolean).map(([, name, labels, value]) => ({
    name, labels: labels ? labelsOf(labels) : {}, value: Number(value.replace("+Inf", "Infinity")),
  }));
}

function labelsOf(text) {
  const pairs = [...text.matchAll(LABEL)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value.replace(/\\[n"\\]/g, (escaped) => ESCAPES[escaped])]));
}

/** The sum of the samples of that name whose labels pass the test. */
export function sum(all, name, holds = () => true) {
  return all.filter((one) => one.name === name && holds(one.labels)).reduce((total, one) => total + one.value, 0);
}

/** The values of the samples of that name by a label. */
export function by(all, name, label) {
  const found = new Map();
  for (const one of all.filter((one) => one.name === name)) {
    const key = one.labels[label] ?? "";
    found.set(key, (found.get(key) ?? 0) + one.value);
  }
  return found;
}

/** The bound below which that share of a histogram's values are; null without values. */
export function quantile(all, name, share, holds = () => true) {
  const counts = by(all.filter((one) => one.name === `${name}_bucket` && holds(one.labels)), `${name}_bucket`, "le");
  const buckets = [...counts].map(([bound, count]) => [Number(bound.replace("+Inf", "Infinity")), count]).sort(([a], [b]) => a - b);
  const most = buckets.at(-1)?.[1] ?? 0;
  return most === 0 ? null : buckets.find(([, count]) => count >= share * most)[0];
}
