import { resolve } from 'node:path';
import { burst } from './clients/burst.js';
import { digestsOf, filesOf, temporaryFolder, type FileDigest } from './folder.js';
import { HELP, readOptions, UsageError, type Options } from './options.js';
import { withProgress } from './progress.js';
import { bytes, count, introduction, table, tellEveryoneLeft, tellLeaderLeft, verdict, type Row } from './report.js';
import { everyoneHangsUp, leaderHangsUp } from './scenes.js';
import { invite } from './serve.js';
import { withServers } from './servers.js';

// Temporary files are removed on exit, which a signal that nobody handles would not let happen.
let interrupted = (): void => process.exit(130);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted());

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(`digest-gateway: ${message}${code === 'EMFILE' ? ': too many open files, try fewer --requests' : ''}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run({ folder: given, files: most, requests, serve }: Options): Promise<void> {
  // npm runs scripts in the folder of the package, and names the folder that the user is in.
  const folder = given === undefined ? await temporaryFolder(most) : resolve(process.env['INIT_CWD'] ?? '', given);
  const names = await filesOf(folder, most);
  console.log(introduction(names, given && folder, requests));

  let digests = 0;
  const files = await withProgress(
    () => `digests to compare with: ${count(digests)} of ${count(names.length)}`,
    () => digestsOf(folder, names, (soFar) => (digests = soFar)),
  );

  const rows = [
    await measure('not coalesced', folder, { coalesce: false }, files, requests),
    await measure('coalesced', folder, { coalesce: true }, files, requests),
  ];
  console.log(`\n${table(rows)}\n\n${verdict(rows)}`);
  if (rows.some((row) => row.wrong !== undefined)) process.exitCode = 1;

  await withServers(folder, { coalesce: true }, async ({ origin, gateway }) => {
    const largest = files.reduce((a, b) => (b.size > a.size ? b : a));
    console.log(`\n${tellLeaderLeft(await leaderHangsUp(origin, gateway, largest))}`);
    console.log(`\n${tellEveryoneLeft(await everyoneHangsUp(origin, gateway, largest))}`);
    if (!serve) return;
    invite(gateway, largest.file);
    await new Promise<void>((resolve) => (interrupted = resolve));
  });
}

function measure(
  name: string,
  folder: string,
  options: { coalesce: boolean },
  files: readonly FileDigest[],
  requests: number,
): Promise<Row> {
  return withServers(folder, options, async ({ origin, gateway }) => {
    let answers = 0;
    const result = await withProgress(
      () => `${name}: ${count(answers)} of ${count(requests)} answers, ${bytes(origin.bytesRead)} read`,
      () => burst(gateway.url, files, requests, (soFar) => (answers = soFar)),
    );
    return { name, ...result, runs: origin.runs, bytesRead: origin.bytesRead };
  });
}
