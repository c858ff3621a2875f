/** The reason of an abort, or an `AbortError` if there is none, as with a signal of an old polyfill. */
export function abortReason(reason: unknown): unknown {
  return reason === undefined ? AbortSignal.abort().reason : reason;
}
