import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { personOf } from '../person-of.js';

/** A face and a name, wherever one is needed; asks for itself. */
@Component({
  selector: 'app-person',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.unknown]': '!person()', '[style.--hue]': 'id() * 47' },
  template: `
    <span class="avatar" aria-hidden="true">{{ initials() }}</span>
    <span class="name">{{ person()?.name ?? 'Loading' }}</span>
    @if (detailed()) {
      <span class="detail">{{ person()?.status ?? ' ' }}</span>
    }
  `,
})
export class PersonChip {
  readonly id = input.required<number>();
  readonly detailed = input(false);

  protected readonly person = personOf(this.id);
  protected readonly initials = computed(() =>
    (this.person()?.name ?? '')
      .split(' ')
      .map((name) => name.charAt(0))
      .join(''),
  );
}
