import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { me } from './board.js';
import { coalescing } from './coalescing.js';
import { Loads } from './loads.js';
import { AtDesks } from './widgets/at-desks.js';
import { CommentList } from './widgets/comment-list.js';
import { Flights } from './widgets/flights.js';
import { Ledger } from './widgets/ledger.js';
import { OnCall } from './widgets/on-call.js';
import { PersonChip } from './widgets/person-chip.js';
import { StatusEditor } from './widgets/status-editor.js';
import { TaskList } from './widgets/task-list.js';
import { TeamList } from './widgets/team-list.js';

@Component({
  selector: 'team-dashboard',
  imports: [AtDesks, CommentList, Flights, Ledger, OnCall, PersonChip, StatusEditor, TaskList, TeamList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header>
      <h1>Team dashboard</h1>
      <app-at-desks class="note" />
      <app-person [id]="me" />
    </header>

    <section class="measure" aria-label="Coalescing">
      <div class="controls">
        <button role="switch" [attr.aria-checked]="coalescing()" (click)="load(!coalescing())">Coalesce</button>
        <button (click)="load(coalescing())">Load again</button>
        <p class="note">Thirty widgets load eight people. Each widget sends its own requests.</p>
      </div>
      <app-ledger />
      <app-flights />
    </section>

    <main>
      <app-tasks />
      <app-comments />
    </main>

    <aside aria-label="People">
      <app-status-editor />
      <section>
        <div class="switched">
          <h2>On call</h2>
          <button role="switch" aria-label="Show who is on call" [attr.aria-checked]="showOnCall()" (click)="toggle()">
            Show
          </button>
        </div>
        @if (showOnCall()) {
          <app-on-call />
        }
      </section>
      <app-team />
    </aside>
  `,
})
export class Dashboard {
  readonly #loads = inject(Loads);
  protected readonly me = me;
  protected readonly coalescing = coalescing;
  protected readonly showOnCall = signal(true);

  constructor() {
    this.load(true);
  }

  protected load(coalesce: boolean): void {
    void this.#loads.begin(coalesce);
  }

  protected toggle(): void {
    this.showOnCall.update((shown) => !shown);
  }
}
