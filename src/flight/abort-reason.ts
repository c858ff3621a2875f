/** What those get whose calls were aborted; a signal of an old polyfill, for one, has no reason. */
export function abortReason(reason: unknown): unknown {
  return reason === undefined ? new DOMException('The call was aborted.', 'AbortError') : reason;
}
