import type { Observer } from 'rxjs';

/** Lines of what happened, in order. */
export class Log {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** Returns the lines since the last call. */
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
