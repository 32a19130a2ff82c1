/**
 * One block of a stream of server-sent events.
 * @typedef {object} SseMessage
 * @property {string} id Resume from here once the block has been dealt with; empty before the first id.
 * @property {string | null} event Name of the event; null for an unnamed one.
 * @property {string | null} data The data; null for a block without any, which only moves the id.
 */

/**
 * Parses server-sent events as the HTML standard says (section "Interpreting an event stream"): lines end with CR, LF or CRLF, also where chunks
 * split them, or the bytes of a character; a BOM at the beginning is dropped; unknown fields and comments are passed over; an id that contains NUL is
 * ignored; what stands before the end of the stream without an empty line after it is dropped. One thing is added: a block without data is given as
 * well when it holds an id, because the hub moves a reader's resume point that way.
 */
export class SseParser {
  #decoder = new TextDecoder("utf-8"); // drops one BOM at the beginning, keeps bytes of a character that is split
  #line = "";
  #afterCarriageReturn = false;
  #id;
  #hasId = false;
  #event = "";
  /** @type {string[]} */
  #data = [];

  /** The reconnection time the stream asked for, in milliseconds; undefined until it did. @type {number | undefined} */
  retry;

  /** @param {string} id The id to begin with: that of the stream before. */
  constructor(id = "") {
    this.#id = id;
  }

  /**
   * Takes the next bytes.
   * @param {Uint8Array} bytes
   * @returns {SseMessage[]} The blocks they complete.
   */
  push(bytes) {
    /** @type {SseMessage[]} */
    const messages = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (this.#afterCarriageReturn && text !== "") {
      if (text[0] === "\n") text = text.slice(1);
      this.#afterCarriageReturn = false;
    }

    let start = 0;
    for (const end of text.matchAll(/\r\n?|\n/g)) {
      this.#take(this.#line + text.slice(start, end.index), messages);
      this.#line = "";
      start = end.index + end[0].length;
      // The LF of a CRLF may come with the next chunk: the line is over at once all the same.
      this.#afterCarriageReturn = end[0] === "\r" && start === text.length;
    }

    this.#line += text.slice(start);
    return messages;
  }

  /** @param {string} line @param {SseMessage[]} messages */
  #take(line, messages) {
    if (line === "") return this.#dispatch(messages);
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value[0] === " ") value = value.slice(1);
    switch (name) {
      case "data":
        this.#data.push(value);
        break;
      case "event":
        this.#event = value;
        break;
      case "id":
        if (value.includes("\0")) break;
        this.#id = value;
        this.#hasId = true;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.retry = Number(value);
        break;
    }
  }

  /** @param {SseMessage[]} messages */
  #dispatch(messages) {
    const hasData = this.#data.length > 0;
    if (hasData) messages.push({ id: this.#id, event: this.#event || null, data: this.#data.join("\n") });
    else if (this.#hasId) messages.push({ id: this.#id, event: null, data: null });
    this.#data = [];
    this.#event = "";
    this.#hasId = false;
  }
}
