import { element } from './dom.js';

const MOST_LINES = 80;

interface Line {
  readonly at: number;
  readonly what: string;
  readonly times: number;
  readonly detail: string;
}

/** What happened, a line each; what repeats itself is counted. */
export class Feed {
  readonly #list: HTMLElement;
  #since = 0;
  #lines: Line[] = [];
  #frame = 0;

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  clear(): void {
    this.#since = performance.now();
    this.#lines = [];
    this.#schedule();
  }

  /** `what` decides whether it is the same again; `detail` is shown as of the last time. */
  add(what: string, detail = ''): void {
    const last = this.#lines.at(-1);
    const times = last?.what === what ? last.times + 1 : 1;
    if (times > 1) this.#lines.pop();
    this.#lines.push({ at: performance.now() - this.#since, what, times, detail });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    this.#schedule();
  }

  /** A frame at a time: a crowd of callers logs more than anybody can read. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#list.replaceChildren(...this.#lines.map(inList));
      this.#list.scrollTop = this.#list.scrollHeight;
    });
  }
}

function inList({ at, what, times, detail }: Line): HTMLElement {
  const repeated = times > 1 ? ` × ${times.toLocaleString('en')}` : '';
  const text = element('span', '', `${what}${repeated}${detail}`);
  return element('li', '', element('time', '', `${(at / 1000).toFixed(2)} s`), text);
}
