import { askAll } from './ask.js';
import { findMedium } from './find-medium.js';
import { startFleet, type Gateway } from './fleet.js';
import type { Medium } from './medium.js';
import { HELP, readOptions, type Options } from './options.js';
import { Origin } from './origin.js';

/** In ms. */
const slowness = 300;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  console.error(`fleet: ${(error as Error).message}`);
  process.exitCode = 2;
}

async function run(options: Options): Promise<void> {
  const { gateways, clients } = options;
  const { medium, about, stop } = await findMedium();
  const origin = new Origin(slowness);
  const url = await origin.start();
  console.log(`${gateways} gateways before an origin that takes ${slowness} ms for a read, ${clients} clients before each.
The gateways are ${about}.
`);
  line('', 'requests', 'right answers', 'origin reads', 'ms');
  await measure('each gateway for itself', options, origin, url, { kind: 'none' });
  if (medium.kind !== 'none') {
    const fleet = await measure('all gateways together', options, origin, url, medium);
    await killOne(fleet, options, origin);
    await hangUp(fleet, options, origin);
    await Promise.all(fleet.map((gateway) => gateway.stop()));
  }
  origin.close();
  await stop();
}

/** A line for each product that all clients ask for at once; returns the fleet that answered, unless it is of no more use. */
async function measure(
  name: string,
  { gateways, clients, products }: Options,
  origin: Origin,
  url: string,
  medium: Medium,
): Promise<Gateway[]> {
  const fleet = await startFleet(gateways, url, medium);
  for (let product = 1; product <= products; product++) {
    const before = origin.reads;
    const { right, wrong, time } = await askAll(fleet, `/product/${product}`, clients);
    line(product === 1 ? name : '', right + wrong, right, origin.reads - before, Math.round(time));
    if (wrong > 0) process.exitCode = 1;
  }
  if (medium.kind === 'none') await Promise.all(fleet.map((gateway) => gateway.stop()));
  return fleet;
}

/** The gateway that reads for all is killed while it does. */
async function killOne(fleet: Gateway[], { clients }: Options, origin: Origin): Promise<void> {
  const path = '/product/of-the-day';
  const [reads, cancelled] = [origin.reads, origin.cancelled];
  origin.held.add(path);
  const calls = fleet.map((gateway) => askAll([gateway], path, clients));
  await until(() => origin.reads > reads && fleet.every(hasSettled(path, 1)));
  const leader = fleet.find(({ leads }) => leads.includes(path));
  if (leader === undefined) throw new Error(`no gateway leads the read of ${path}`);
  await leader.kill();
  const others = fleet.filter((gateway) => gateway !== leader);
  // Each notices by itself that the leader is lost, and must find its successor's read before that is over.
  await until(() => others.every(hasSettled(path, 2)));
  origin.held.delete(path);
  const answers = (await Promise.all(calls)).filter((_, i) => fleet[i] !== leader);
  const right = answers.reduce((sum, each) => sum + each.right, 0);
  const slowest = Math.max(...answers.map(({ time }) => time));
  fleet.splice(fleet.indexOf(leader), 1);
  console.log(`
The gateway that reads for all is killed while it does
  The clients of the ${fleet.length} others got ${right} of ${fleet.length * clients} right answers, after ${Math.round(slowest)} ms.
  The origin was asked ${origin.reads - reads} times: by the one that was killed, whose read was given up ${origin.cancelled - cancelled} time, and by its successor.`);
  if (right !== fleet.length * clients) process.exitCode = 1;
}

/** Everybody, at every gateway, hangs up. */
async function hangUp(fleet: readonly Gateway[], { clients }: Options, origin: Origin): Promise<void> {
  const path = '/product/that-nobody-wants';
  const [reads, cancelled] = [origin.reads, origin.cancelled];
  origin.held.add(path);
  const hanging = new AbortController();
  const calls = askAll(fleet, path, clients, hanging.signal);
  await until(() => origin.reads > reads && fleet.every(hasSettled(path, 1)));
  hanging.abort();
  await calls;
  await until(() => origin.cancelled > cancelled);
  console.log(`
Everybody hangs up, at every gateway
  ${fleet.length * clients} clients waited for ${origin.reads - reads} read of the origin. When the last one had left, it was given up: ${origin.cancelled - cancelled} time.`);
}

/** Whether it was settled so many times where the read of a path runs. */
function hasSettled(path: string, times: number): (gateway: Gateway) => boolean {
  return ({ settled }) => settled.filter((each) => each === path).length >= times;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function line(name: string, ...figures: readonly (string | number)[]): void {
  console.log([name.padEnd(24), ...figures.map((figure) => String(figure).padStart(14))].join(''));
}
