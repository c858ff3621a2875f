/**
 * Makes ten million calls by all faces, with random leaving, failing and aborting, and checks whether anything is left:
 * a key, a source, an abort listener, memory, an unhandled rejection. `--calls=N` makes as many.
 */
import { parseArgs } from 'node:util';
import { Observable, Subject } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, inFlightCalls } from '../dist/index.mjs';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '10000000' } } });
const total = Number(values.calls);
const perRound = 1000;
const perFigure = total / 10;

const inFlight = inFlightCalls();
const live = new Set();
const counts = { runs: 0, answers: 0, completions: 0, failures: 0, leavers: 0, listeners: 0, unhandled: 0 };
process.on('unhandledRejection', () => counts.unhandled++);

const config = { inFlight, keyFn: (key) => key };
const load = coalesced(run, config);
const lasting = coalesced(run, { ...config, bufferSize: 1, resetOnRefCountZero: () => new Observable(() => {}) });
const loadAsync = coalescedAsync(run, config);
const loadPromise = coalescedAsync(
  (key) =>
    new Promise((resolve, reject) =>
      run(key).subscribe({ next: resolve, error: reject, complete: () => resolve(undefined) }),
    ),
  config,
);
const observer = {
  next: () => counts.answers++,
  complete: () => counts.completions++,
  error: () => counts.failures++,
};
const answered = () => counts.answers++;
const failed = () => counts.failures++;

const heaps = [];
const start = Date.now();
for (let calls = 0; calls < total; calls += perRound) {
  await round();
  if ((calls + perRound) % perFigure === 0) figures(calls + perRound);
}
const growth = (heaps.at(-1) - heaps[1]) / 2 ** 20;
const left = { keys: inFlight.size, sources: live.size, listeners: counts.listeners, unhandled: counts.unhandled };
console.log(
  `The heap grew by ${growth.toFixed(2)} MB from the second figure to the last; left: ${JSON.stringify(left)}`,
);
// Less than a megabyte is the compiler's and the collector's own.
process.exitCode = growth > 1 || Object.values(left).some((count) => count > 0) ? 1 : 0;

/** A source that the rounds steer. */
function run(key) {
  counts.runs++;
  return new Observable((subscriber) => {
    const source = { key, subject: new Subject() };
    source.subject.subscribe(subscriber);
    live.add(source);
    return () => live.delete(source);
  });
}

async function round() {
  const leaving = [];
  const inlet = new Subject();
  const pipeline = inlet.pipe(coalesceBy((key) => key, run, { inFlight, concurrent: 4 })).subscribe(observer);
  for (let call = 0; call < perRound; call++) {
    const key = chance(64);
    switch (chance(7)) {
      case 0:
      case 1:
        leaving.push(load(key).subscribe(observer));
        break;
      case 2:
        leaving.push(lasting(key).subscribe(observer));
        break;
      case 3:
        loadAsync(key).then(answered, failed);
        break;
      case 4:
        loadPromise(key).then(answered, failed);
        break;
      case 5: {
        const controller = counted(new AbortController());
        loadAsync(key, controller.signal).then(answered, failed);
        leaving.push({ unsubscribe: () => controller.abort('left') });
        break;
      }
      default:
        inlet.next(key);
    }
    if (chance(3) === 0 && leaving.length > 0) {
      leaving.splice(chance(leaving.length), 1)[0].unsubscribe();
      counts.leavers++;
    }
    if (chance(20) === 0) steer();
  }
  for (const leaver of leaving.splice(0, leaving.length / 2)) leaver.unsubscribe();
  pipeline.unsubscribe();
  if (chance(2) === 0) inFlight.abortAll('the round is over');
  for (const { subject } of [...live]) {
    subject.next(chance(100));
    subject.complete();
  }
  inFlight.abortAll('the round is over');
  // Promise continuations, and what is reported as unhandled after them.
  await new Promise((resolve) => setTimeout(resolve));
}

function steer() {
  const sources = [...live];
  if (sources.length === 0) return;
  const { key, subject } = sources[chance(sources.length)];
  switch (chance(6)) {
    case 0:
      subject.error([undefined, 0, new Error('failed')][chance(3)]);
      break;
    case 1:
      subject.complete();
      break;
    case 2:
      inFlight.forget(key);
      break;
    case 3:
      inFlight.abort(key);
      break;
    default:
      subject.next(chance(100));
  }
}

function counted(controller) {
  const { signal } = controller;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args) => {
    counts.listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args) => {
    counts.listeners--;
    removeEventListener.apply(signal, args);
  };
  return controller;
}

function chance(n) {
  return Math.floor(Math.random() * n);
}

function figures(calls) {
  globalThis.gc();
  const heap = process.memoryUsage().heapUsed;
  heaps.push(heap);
  const seconds = Math.round((Date.now() - start) / 1000);
  const { runs, answers, completions, failures, leavers } = counts;
  console.log(
    `${calls} calls, ${seconds} s: ${runs} runs, ${answers} answers, ${completions} completions, ${failures} failures, ${leavers} left; ` +
      `heap ${(heap / 2 ** 20).toFixed(2)} MB, keys ${inFlight.size}, sources ${live.size}, listeners ${counts.listeners}`,
  );
}
