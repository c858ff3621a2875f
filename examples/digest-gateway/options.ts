import { parseArgs } from 'node:util';

export interface Options {
  readonly folder: string | undefined;
  readonly requests: number;
  readonly files: number;
  readonly serve: boolean;
  readonly help: boolean;
}

/** The user can mend it: one line on standard error, and exit code 2. */
export class UsageError extends Error {}

export const HELP = `A burst of requests for the SHA-256 of some files, through a gateway with and without rxjs-coalesce

  npm start                 with temporary files
  npm start -- FOLDER       with the files in FOLDER

  --requests N   requests in the burst (1000)
  --files N      files that they ask for (10)
  --serve        keep the gateway running afterwards, until Ctrl-C
  --help         show this
`;

const MOST = 1_000_000;

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) throw new UsageError(`one folder at most, not ${positionals.length}`);
  return {
    folder: positionals[0],
    requests: count('requests', values.requests),
    files: count('files', values.files),
    serve: values.serve,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        requests: { type: 'string', default: '1000' },
        files: { type: 'string', default: '10' },
        serve: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Its further lines and sentences explain the command line in general.
    throw new UsageError((error as Error).message.split(/\.?[.\n] ?/)[0]);
  }
}

function count(name: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MOST) {
    throw new UsageError(`--${name} takes a whole number from 1 to ${MOST}, not '${text}'`);
  }
  return value;
}
