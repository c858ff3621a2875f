import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
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
  /** The exit code, or the signal it was ended by. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcessWithoutNullStreams;

  constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(process, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  }

  /** What it has printed on both outputs by the time that matches; fails if it ends without. */
  async until(pattern: RegExp): Promise<string> {
    const over = this.ended.then(() => true);
    for (;;) {
      const printed = this.stdout + this.stderr;
      if (pattern.test(printed)) return printed;
      const more = Promise.race([once(this.#process.stdout, 'data'), once(this.#process.stderr, 'data')]);
      if ((await Promise.race([more, over])) === true && !pattern.test(this.stdout + this.stderr)) {
        throw new Error(`${String(pattern)} was never printed, but:\n${this.stdout}${this.stderr}`);
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}
