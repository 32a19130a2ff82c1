/**
 * Waits; rejects with the signal's reason when it is aborted.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function wait(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    function onAbort() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * How long to wait before a try: exponential, capped, with full jitter below half of it, so that clients that lost the hub together do not come back
 * together; never less than the hub asked for.
 * @param {number} failures Tries that failed in a row, from 1.
 * @param {import("../index.js").RetryOptions} retry
 * @param {number} [atLeastMs]
 */
export function backoff(failures, retry, atLeastMs = 0) {
  const longest = Math.min(retry.maxDelayMs, retry.initialDelayMs * 2 ** (failures - 1));
  return Math.max(longest * (0.5 + Math.random() / 2), atLeastMs + (atLeastMs > 0 ? Math.random() * retry.initialDelayMs : 0));
}
