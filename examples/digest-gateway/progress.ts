import type { WriteStream } from 'node:tty';

const ON_A_TERMINAL = 100;
const IN_A_FILE = 2_000;

/** Shows how far a piece of work is: in one line that is redrawn on a terminal, else in a line now and then. */
export async function withProgress<T>(describe: () => string, work: () => Promise<T>, out: Output = process.stderr) {
  const draw = () => out.write(out.isTTY ? `\r${describe()}\x1b[K` : `${describe()}\n`);
  draw();
  const timer = setInterval(draw, out.isTTY ? ON_A_TERMINAL : IN_A_FILE);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (out.isTTY) out.write('\r\x1b[K');
    else draw();
  }
}

type Output = Pick<WriteStream, 'write' | 'isTTY'>;
