// A request of the journal as a command for the shell.

/** Fields that curl writes itself. */
const OWN = new Set(["host", "content-length", "connection", "accept-encoding", "transfer-encoding", "expect"]);

/** Characters that a terminal acts on when a command with them is pasted. */
const CONTROL = /[\0-\x09\x0b-\x1f\x7f-\x9f]/;

/** The command, or a null text where the body is not kept; the note says what has to be put in. */
export function curl(request, origin) {
  if (request.encoding === "spooled") return { text: null, note: "The body was too large to be kept." };
  const url = `${origin}${request.path}${request.query ? `?${request.query}` : ""}`;
  const words = ["curl", "--globoff", "--path-as-is"];
  if (request.method === "HEAD") words.push("--head");
  else if (request.method !== "GET") words.push("-X", quoted(request.method));
  for (const { name, value } of request.headers) {
    // A field without a value ends in a semicolon, because a colon would remove it.
    if (!OWN.has(name.toLowerCase())) words.push("-H", quoted(value === "" ? `${name};` : `${name}: ${value}`));
  }
  let before = "";
  if (request.body !== "") {
    const isText = request.encoding === "text" && !CONTROL.test(request.body);
    const encoded = () => (request.encoding === "text" ? base64(request.body) : request.body);
    if (!isText) before = `printf %s ${quoted(encoded())} | base64 -d | `;
    words.push(isText ? "--data-raw" : "--data-binary", isText ? quoted(request.body) : "@-");
  }
  words.push(quoted(url));
  const isHidden = request.headers.some(({ value }) => /…[0-9a-f]{8}/.test(value));
  return { text: before + words.join(" "), note: isHidden ? "A secret is hidden (…): put in your own." : null };
}

function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** The text as one word of a POSIX shell. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
