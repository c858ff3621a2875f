/** What the callers of an aborted flight get. */
export function abortReason(reason: unknown): unknown {
  return reason === undefined ? new DOMException('The flight was aborted.', 'AbortError') : reason;
}
