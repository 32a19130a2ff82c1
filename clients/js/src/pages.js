/**
 * Pages of a list, one request each, made when the page is asked for.
 * @param {import("./transport.js").Transport} transport
 * @param {string} path
 * @param {Record<string, any>} query
 * @param {(page: any, text: string) => any} [finish]
 */
export async function* pages(transport, path, { signal, ...query }, finish = (page) => page) {
  let cursor = query.cursor;
  do {
    const { json, text } = await transport.request("GET", path, { query: { ...query, cursor }, signal });
    cursor = json.next_cursor;
    yield finish(json, text);
  } while (cursor);
}

/**
 * The answer, or null when there is no such thing.
 * @template T
 * @param {Promise<T>} request
 * @returns {Promise<T | null>}
 */
export async function orNull(request) {
  try {
    return await request;
  } catch (/** @type {any} */ error) {
    if (error?.status === 404) return null;
    throw error;
  }
}
