/**
 * What a participant reaches the others of its name by: the whole of what a medium has to offer.
 *
 * Flights and participants are texts that cannot be guessed; a flight's begins with that of the participant that leads it, see
 * {@link leaderOf}. Keys are texts without lone surrogates and control characters, equal exactly if the keys are.
 *
 * A medium may lose, double, delay and reorder messages; may refuse, fail, be slow or be away. The engine has deadlines of its
 * own for whatever is asked here, and ignores answers that come after them.
 */
export interface Wire {
  /**
   * How often, in ms, a follower is to tell its leader that it is still there, on a medium that may lose messages or cannot tell
   * who is gone. A leader that has not heard of a follower for four and a half times as long drops it; a follower whose question was not
   * answered claims the key itself, which a leader that is alive still holds. Undefined where messages arrive and {@link Wire.watch} tells.
   */
  readonly beat?: number | undefined;

  /**
   * Flights begin: from now on until {@link Wire.rest}, what others send to this participant is to be received.
   * May come again after {@link Wire.rest}, with the same participant.
   *
   * @param receive - takes the sender, and what it gave to {@link Wire.send}; what it was not sent by this version of the library, or was tampered
   * with, may reach it too
   */
  open(participant: string, receive: (from: string, message: unknown) => void): void;

  /** Nothing is in flight any more: lets go of channels, locks and timers, at once or soon. */
  rest(): void;

  /** Lets go of everything for good, but not of what the user has brought. Nothing is called after it but {@link Wire.free}. */
  close(): Promise<unknown>;

  /**
   * Takes the key for the flight, if it is free.
   *
   * By the time it answers, messages can be received. A claim whose answer was lost, and that is made again, is granted.
   *
   * @returns the flight that has the key now: `flight` itself, if it is granted. Undefined if somebody has the key, and nobody says who: the engine
   * claims again. Rejects if the medium refuses or is away; then the engine frees the key, which may have been taken all the same
   */
  claim(key: string, flight: string): Promise<string | undefined>;

  /**
   * Frees the key, if the flight has it, or is still about to have it: a claim that is under way is given back. Frees no other's.
   *
   * @returns settles when a claim made by anyone is granted
   */
  free(key: string, flight: string): Promise<unknown>;

  /**
   * Frees the key, whoever has it, so that nobody joins that flight any more.
   *
   * @returns the flight that had it, if that can be told. Settles when a claim made here is not answered with that flight
   */
  release(key: string): Promise<string | undefined>;

  /**
   * Sends a message to a participant, which may never get it.
   *
   * @param message - an array of numbers, texts and what {@link Wire.pack} returned
   * @throws if it cannot be sent by its nature. What the medium suffers is not thrown
   */
  send(to: string, message: readonly unknown[]): void;

  /**
   * Watches a participant, where the medium can tell.
   *
   * @param gone - is called once if the participant dies, or rests
   * @returns ends the watch
   */
  watch?(participant: string, gone: () => void): () => void;

  /**
   * Makes what `portable` returned ready to be sent, once for however many followers. It arrives as it was, except that bytes may come as base64.
   *
   * @throws if it is too large, saying so; then it is not sent, and those who wait run apart
   */
  pack?(data: readonly unknown[]): unknown;
}

/** The participant that leads a flight, by the flight's name. */
export function leaderOf(flight: string): string {
  return flight.slice(0, flight.indexOf('.'));
}
