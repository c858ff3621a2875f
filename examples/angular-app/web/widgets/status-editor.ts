import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { promiseFrom } from 'rxjs-coalesce';
import { me } from '../board.js';
import { People } from '../people.js';
import { personOf } from '../person-of.js';

@Component({
  selector: 'app-status-editor',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2>Your status</h2>
    <form (submit)="save($event, status.value)">
      <label for="status">What {{ person()?.name ?? 'you' }} is up to</label>
      <div class="row">
        <input id="status" #status autocomplete="off" maxlength="60" required [value]="person()?.status ?? ''" />
        <button [disabled]="saving()">Save</button>
      </div>
      <p class="note" role="status">{{ outcome() }}</p>
    </form>
  `,
})
export class StatusEditor {
  readonly #people = inject(People);
  protected readonly person = personOf(() => me);
  protected readonly saving = signal(false);
  protected readonly outcome = signal('Save sends one write. Then one read updates every widget.');

  protected async save(event: Event, status: string): Promise<void> {
    event.preventDefault();
    this.saving.set(true);
    try {
      await promiseFrom(this.#people.write(me, status));
      this.outcome.set('Saved.');
    } catch {
      this.outcome.set('Not saved. Try again.');
    } finally {
      this.saving.set(false);
    }
  }
}
