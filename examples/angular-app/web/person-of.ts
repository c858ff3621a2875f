import { computed, inject, type Signal } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import type { Person } from '../api.js';
import { Loads } from './loads.js';
import { People } from './people.js';

/** The person as the widget that asks should show it; undefined while it is not known. */
export function personOf(id: () => number): Signal<Person | undefined> {
  const people = inject(People);
  const { current } = inject(Loads);
  const person = rxResource({
    params: () => (current() === 0 ? undefined : { load: current(), id: id() }),
    stream: ({ params }) => people.person(params.id),
  });
  return computed(() => (person.hasValue() ? person.value() : undefined));
}
