/**
 * Finds the raw text of parts of a JSON document that has been parsed before (so it is known to be valid). What `JSON.parse` cannot hold, such as
 * integers beyond 2^53, is still there in the text.
 */

const WHITE = new Set([" ", "\t", "\n", "\r"]);

/** @param {string} text @param {number} at */
function skipWhite(text, at) {
  while (WHITE.has(text[at])) at++;
  return at;
}

/** The index after the string that begins at `at`. @param {string} text @param {number} at */
function skipString(text, at) {
  for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
  return at + 1;
}

/** The index after the value that begins at `at`. @param {string} text @param {number} at */
function skipValue(text, at) {
  if (text[at] === '"') return skipString(text, at);
  if (text[at] !== "{" && text[at] !== "[") {
    while (at < text.length && !WHITE.has(text[at]) && text[at] !== "," && text[at] !== "}" && text[at] !== "]") at++;
    return at;
  }

  let depth = 0;
  do {
    const c = text[at];
    if (c === '"') {
      at = skipString(text, at);
      continue;
    }

    if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") depth--;
    at++;
  } while (depth > 0);
  return at;
}

/**
 * The raw text of a member of an object; undefined when there is none. The last one counts when there are several, as for `JSON.parse`.
 * @param {string} text
 * @param {string} name
 * @returns {string | undefined}
 */
export function rawMember(text, name) {
  let found;
  let at = skipWhite(text, skipWhite(text, 0) + 1);
  while (text[at] !== "}") {
    const end = skipString(text, at);
    const isIt = JSON.parse(text.slice(at, end)) === name;
    at = skipWhite(text, skipWhite(text, end) + 1);
    const after = skipValue(text, at);
    if (isIt) found = text.slice(at, after);
    at = skipWhite(text, after);
    if (text[at] === ",") at = skipWhite(text, at + 1);
  }

  return found;
}

/**
 * The raw texts of the items of an array.
 * @param {string} text
 * @returns {string[]}
 */
export function rawItems(text) {
  const items = [];
  let at = skipWhite(text, skipWhite(text, 0) + 1);
  while (text[at] !== "]") {
    const end = skipValue(text, at);
    items.push(text.slice(at, end));
    at = skipWhite(text, end);
    if (text[at] === ",") at = skipWhite(text, at + 1);
  }

  return items;
}

/**
 * Gives an event its `payloadText`, found when it is first asked for. Not enumerable: it does not show in `JSON.stringify(event)`.
 * @template {object} T
 * @param {T} event
 * @param {() => string | undefined} eventText The raw text of the event.
 * @returns {T & { readonly payloadText: string | undefined }}
 */
export function withPayloadText(event, eventText) {
  /** @type {string | undefined} */
  let payload;
  return /** @type {any} */ (
    Object.defineProperty(event, "payloadText", {
      configurable: true,
      get: () => (payload ??= rawMember(eventText() ?? "{}", "payload")),
    })
  );
}

/**
 * The same for the items of an array in an answer, such as a page of events.
 * @template {object} T
 * @param {T[]} events
 * @param {string} answer The text of the whole answer.
 */
export function withPayloadTexts(events, answer) {
  /** @type {string[] | undefined} */
  let texts;
  events.forEach((event, index) => withPayloadText(event, () => (texts ??= rawItems(rawMember(answer, "events") ?? "[]"))[index]));
  return /** @type {(T & { readonly payloadText: string | undefined })[]} */ (events);
}
