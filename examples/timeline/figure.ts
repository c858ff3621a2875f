import type { Subscription } from 'rxjs';
import { showTimeline } from 'rxjs-coalesce/timeline';
import type { Tally } from './api.js';
import { element } from './dom.js';
import type { Narrated } from './narrated.js';

/** A timeline with its counts: ours, what it would have been, and the server's own. */
export class Figure {
  readonly element = element('figure');
  readonly #runs = element('strong', 'runs', '0');
  readonly #calls = element('strong', 'calls', '0');
  readonly #sent = element('span', '', 'requests sent');
  readonly #server = element('p', 'server', 'The server counts when all is quiet.');
  #shown: Subscription | undefined;

  constructor(title: string) {
    const caption = element('figcaption', '', element('h3', '', title));
    const counts = [
      element('p', 'count', this.#runs, this.#sent),
      element('p', 'count', this.#calls, element('span', '', 'without coalescing')),
    ];
    caption.append(element('div', 'counts', ...counts), this.#server);
    this.element.append(caption);
  }

  /** The description of the picture for those who do not see it. */
  get inWords(): string {
    return this.element.lastElementChild?.shadowRoot?.querySelector('[role=img]')?.ariaLabel ?? '';
  }

  show(narrated: Narrated, span: number): void {
    this.#shown = showTimeline(this.element, narrated, { span });
    this.#shown.add(narrated.events.subscribe({ next: () => this.#count(narrated), error: () => this.stop() }));
  }

  showTally({ received, answered, failed, aborted, written }: Tally): void {
    const parts = [`${answered} answered`, `${failed} failed`, `${aborted} hung up`];
    const writes = written > 0 ? `, and ${counted(written, 'write')}` : '';
    this.#server.textContent = `The server itself counts ${counted(received, 'request')}: ${parts.join(', ')}${writes}.`;
  }

  stop(): void {
    this.#shown?.unsubscribe();
  }

  #count({ runs, calls }: Narrated): void {
    this.#runs.textContent = runs.toLocaleString('en');
    this.#sent.textContent = runs === 1 ? 'request sent' : 'requests sent';
    this.#calls.textContent = calls.toLocaleString('en');
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
