/**
 * An `AbortController` that is made when somebody first asks for it: few do, and it costs more than a call.
 *
 * Apart from the flight, so that a function that keeps its options does not keep the values of the flight.
 */
export class LazyController {
  #controller: AbortController | undefined;

  get controller(): AbortController {
    return (this.#controller ??= new AbortController());
  }
}
