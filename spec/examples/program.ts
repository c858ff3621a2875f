import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const programs = new Set<Program>();

/** Runs a compiled example the way a user does. */
export function run(example: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const main = fileURLToPath(new URL(`../../examples/${example}/main.js`, import.meta.url));
  const program = new Program(spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } }));
  programs.add(program);
  return program;
}

export async function endAll(): Promise<void> {
  for (const program of programs) program.signal('SIGKILL');
  await Promise.all([...programs].map((program) => program.ended));
  programs.clear();
}

export class Program {
  stdout = '';
  stderr = '';
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #news = new EventEmitter();
  #over = false;

  constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#news.emit('news');
    });
    process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#news.emit('news');
    });
    this.ended = once(process, 'close').then(([code, signal]) => {
      this.#over = true;
      this.#news.emit('news');
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** All it has printed by the time that `pattern` is found in it; an error if it ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.stdout + this.stderr)) {
      if (this.#over) throw new Error(`${String(pattern)} was not printed, but: ${this.stdout}${this.stderr}`);
      await once(this.#news, 'news');
    }
    return this.stdout + this.stderr;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}
