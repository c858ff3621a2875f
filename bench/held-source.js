import { Observable } from 'rxjs';

/** A source that does nothing by itself, and remembers who has subscribed since it last settled. */
export class HeldSource {
  #held = [];
  observable = new Observable((subscriber) => {
    this.#held.push(subscriber);
  });

  settle(value) {
    const held = this.#held;
    this.#held = [];
    for (const subscriber of held) {
      subscriber.next(value);
      subscriber.complete();
    }
  }
}
