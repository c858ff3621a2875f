import { Observable, type Subscriber } from 'rxjs';

/** A `Subscriber` for `share()` to count, where callers are told by another way than their own subscription. */
export function seat(): Subscriber<never> {
  let subscriber!: Subscriber<never>;
  new Observable<never>((created) => {
    subscriber = created;
  }).subscribe();
  return subscriber;
}
