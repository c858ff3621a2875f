/** What an aborted signal rejects with; that of an old polyfill has no reason. */
export function abortReasonOf({ reason }: AbortSignal): unknown {
  return reason === undefined ? new DOMException('The operation was aborted.', 'AbortError') : reason;
}
