// Run in a process of its own: imports the modules that it is given, each when the one before has nothing left to do, and prints for
// each a line of JSON: what it printed, and how it failed, if it did. A process for each would take far longer.
import { pathToFileURL } from 'node:url';

export interface Outcome {
  readonly file: string;
  printed: string;
  error?: string;
}

const files = process.argv.slice(2);
const write = process.stdout.write.bind(process.stdout);
let outcome: Outcome | undefined;

process.stdout.write = (text: string | Uint8Array) => {
  if (outcome !== undefined) outcome.printed += String(text);
  return true;
};

process.on('uncaughtException', fail);
process.on('beforeExit', next);

function next(): void {
  if (outcome !== undefined) write(`${JSON.stringify(outcome)}\n`);
  const file = files.shift();
  if (file === undefined) {
    outcome = undefined;
    process.off('beforeExit', next);
    return;
  }
  outcome = { file, printed: '', error: 'it waits for what never comes' };
  import(pathToFileURL(file).href).then(() => delete outcome?.error, fail);
  // From Node 22 on an import may be done without a turn of the event loop, and Node would end without asking again.
  setImmediate(() => {});
}

function fail(error: unknown): void {
  if (outcome !== undefined) outcome.error = error instanceof Error ? String(error.stack) : String(error);
}
