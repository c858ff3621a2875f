import type { Tally } from './api.js';
import { element, svgElement } from './dom.js';
import { follow } from './follow.js';
import type { FlightsSeen } from './observe-flights.js';
import { counted } from './words.js';

/** A timeline with its counts: ours, what it would have been, and the server's own. */
export class Figure {
  readonly element = element('figure');
  readonly #runs = element('strong', 'runs', '0');
  readonly #calls = element('strong', 'calls', '0');
  readonly #sent = element('span', '', 'requests sent');
  readonly #server = element('p', 'server', 'The server counts when all is quiet.');
  readonly #svg = svgElement();
  #stop = (): void => undefined;

  constructor(title: string) {
    const caption = element('figcaption', '', element('h3', '', title));
    const counts = [
      element('p', 'count', this.#runs, this.#sent),
      element('p', 'count', this.#calls, element('span', '', 'without coalescing')),
    ];
    caption.append(element('div', 'counts', ...counts), this.#server);
    this.element.append(caption, this.#svg);
  }

  show(seen: FlightsSeen<unknown>, span: number): void {
    this.#stop();
    const following = follow(seen, this.#svg, { span });
    const counting = seen.changes.subscribe({ next: () => this.#count(seen), error: () => this.#stop() });
    this.#count(seen);
    this.#stop = () => {
      counting.unsubscribe();
      following();
    };
  }

  tell({ received, answered, failed, aborted, written }: Tally): void {
    const parts = [`${answered} answered`, `${failed} failed`, `${aborted} hung up`];
    const writes = written > 0 ? `, and ${counted(written, 'write')}` : '';
    this.#server.textContent = `The server itself counts ${counted(received, 'request')}: ${parts.join(', ')}${writes}.`;
  }

  stop(): void {
    this.#stop();
  }

  #count({ runs, calls }: FlightsSeen<unknown>): void {
    this.#runs.textContent = runs.toLocaleString('en');
    this.#sent.textContent = runs === 1 ? 'request sent' : 'requests sent';
    this.#calls.textContent = calls.toLocaleString('en');
  }
}
