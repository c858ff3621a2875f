/**
 * An `AbortController` that is made when somebody first asks for it: few do, and it costs more than a call.
 *
 * Separate from the flight, so that a function that keeps its options does not keep the values of the flight in memory.
 */
export class LazyController {
  #controller: AbortController | undefined;

  get controller(): AbortController {
    return (this.#controller ??= new AbortController());
  }
}
