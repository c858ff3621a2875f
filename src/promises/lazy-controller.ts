/**
 * A function that returns an `AbortController`, which it makes when it is first called: few need one, and it costs more than a call.
 *
 * Separate from the flight, so that a function that keeps its options does not keep the values of the flight in memory.
 */
export function lazyController(): () => AbortController {
  let controller: AbortController | undefined;
  return () => (controller ??= new AbortController());
}
