/**
 * How a participant reaches the others of its name: everything that a medium must offer.
 *
 * Names of flights and participants are texts that cannot be guessed. The name of a flight begins with the name of the participant that leads
 * it, see {@link leaderOf}. Keys are texts without lone surrogates and control characters; two texts are equal only if the keys are.
 *
 * A medium may lose, duplicate, delay and reorder messages. It may refuse, fail, be slow or be away. The engine has a deadline for each
 * request that it makes here, and ignores answers that come later.
 */
export interface Wire {
  /**
   * How often, in ms, a follower shows its leader that it is still there. A leader that gets no message of a follower for four and a half
   * times as long drops the follower. A follower that gets no answer claims the key itself: a leader that is alive still holds it.
   *
   * Undefined if no message gets lost and {@link Wire.watch} reports each death.
   */
  readonly beat?: number | undefined;

  /**
   * Called when the first flight begins. Until {@link Wire.rest}, what others send to this participant must be received.
   * May be called again after {@link Wire.rest}, with the same participant.
   *
   * @param receive - takes the sender and the message that it gave to {@link Wire.send}. It also accepts messages of other versions of this
   * library, and messages that have been tampered with
   */
  open(participant: string, receive: (from: string, message: unknown) => void): void;

  /** Called when nothing is in flight any more. Releases channels, locks and timers, at once or soon. */
  rest(): void;

  /** Releases everything for good, except what the user has passed in. After it, only {@link Wire.free} is called. */
  close(): Promise<unknown>;

  /**
   * Takes the key for the flight, if the key is free.
   *
   * By the time it answers, messages can be received. If the answer was lost and the same claim is made again, it is granted.
   *
   * @returns the flight that has the key now: `flight` itself, if the claim is granted. Undefined if another flight has the key, but no
   * participant says which one: then the engine claims again. Rejects if the medium refuses or is away: then the engine frees the key, which may
   * have been taken all the same
   */
  claim(key: string, flight: string): Promise<string | undefined>;

  /**
   * Frees the key, if the flight has it. A claim of the flight that is still under way is given back. The key of another flight is not freed.
   *
   * @returns settles when a new claim, of any participant, would be granted
   */
  free(key: string, flight: string): Promise<unknown>;

  /**
   * Frees the key, whichever flight has it, so that no call joins that flight any more.
   *
   * @returns the flight that had the key, if it is known. Settles when a new claim of this participant is not answered with that flight
   */
  release(key: string): Promise<string | undefined>;

  /**
   * Sends a message to a participant, which may never get it.
   *
   * @param message - an array of numbers, texts and results of {@link Wire.pack}
   * @throws if the message is of a kind that cannot be sent. Failures of the medium are not thrown
   */
  send(to: string, message: readonly unknown[]): void;

  /**
   * Watches a participant, on a medium that can.
   *
   * @param gone - is called once if the participant dies, or rests
   * @returns a function that ends the watch
   */
  watch?(participant: string, gone: () => void): () => void;

  /**
   * Makes what `portable` returned ready to be sent, once for all followers. It must arrive as it was, except that bytes may come as base64.
   *
   * @throws if it is too large, with an error that says so; then it is not sent, and the callers elsewhere run apart
   */
  pack?(data: readonly unknown[]): unknown;
}

/** The participant that leads a flight, taken from the name of the flight. */
export function leaderOf(flight: string): string {
  return flight.slice(0, flight.indexOf('.'));
}
