// The view is in the URL's fragment: #/sandboxes/demo/journal?status=404. A link shows the same view.

/** The path's segments and the query of a fragment. */
export function parse(fragment) {
  const [path, query = ""] = fragment.replace(/^#/, "").split(/\?(.*)/s);
  const segments = path.split("/").filter((part) => part !== "").map(decoded);
  return { segments, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The fragment of a view. Members of the query that are empty are left out. */
export function link(segments, query = {}) {
  const set = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const path = `#/${segments.map(encodeURIComponent).join("/")}`;
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}

/** Shows another view. */
export function go(segments, query = {}) {
  location.hash = link(segments, query);
}

/** The text without its percent escapes; as it is where they are wrong. */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
