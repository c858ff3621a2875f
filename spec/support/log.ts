import type { Observer } from 'rxjs';

/** What happened, in order, a line each. */
export class Log {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** What happened since the last look. */
  take(): string[] {
    return this.#lines.splice(0);
  }

  /** An observer that logs what it receives under its name. */
  observer(name: string): Observer<unknown> {
    return {
      next: (value) => this.add(`${name} ${String(value)}`),
      error: (error) => this.add(`${name} error ${error instanceof Error ? error.message : String(error)}`),
      complete: () => this.add(`${name} complete`),
    };
  }
}
