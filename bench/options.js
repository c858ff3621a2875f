import { parseArgs } from 'node:util';

export const HELP = `The library and its peers on the same work: one table for each question

  npm run bench                   all questions, in about eight minutes
  npm run bench -- lead join      the questions with one of these words in their names

  --rounds N     processes for each variant and size (3)
  --json FILE    write the figures
  --check        exit with 1 if a figure exceeds its limit in two runs
  --list         print the names of the questions
  --help         show this
`;

export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds takes a whole number of at least 1, not '${values.rounds}'`);
  }
  return { ...values, rounds, words: positionals };
}
