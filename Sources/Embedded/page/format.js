// Texts of times, numbers and durations.

/** The time of day of an ISO time, to the second. */
export function clockTime(iso) {
  return /T([\d:]{8})/.exec(iso)?.[1] ?? iso;
}

/** Date and time of an ISO time, to the second. */
export function dayTime(iso) {
  return iso.replace("T", " ").replace(/(\.\d+)?(Z)$/, " UTC");
}

/** A duration of nanoseconds, such as `1.2 ms`. */
export function duration(nanoseconds) {
  if (nanoseconds === null) return "";
  if (nanoseconds < 1e6) return `${Math.round(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${round(nanoseconds / 1e6)} ms`;
  return `${round(nanoseconds / 1e9)} s`;
}

/** A count and its noun: `1 session`, `2 sessions`. */
export function counted(count, noun, plural = `${noun}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/** At most so many characters of a text. */
export function short(text, length) {
  const characters = [...text.slice(0, 2 * length)];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : text;
}

/** A number; a negative one with a minus sign, not a hyphen. */
export function plain(number) {
  return String(number).replace("-", "−");
}

/** A number with its sign. */
export function signed(number) {
  return number > 0 ? `+${number}` : plain(number);
}

function round(number) {
  return number < 10 ? number.toFixed(1) : Math.round(number);
}
