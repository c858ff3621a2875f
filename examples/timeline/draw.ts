import { arrange, BAR, CROWD, ROW, type Band, type Placed } from './arrange.js';
import type { CallerSeen, FlightSeen } from './observe-flights.js';
import { nameOf } from './words.js';

/** What part of time is drawn, and how wide. */
export interface View {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

const HEAD = 24;
const EDGE = 10;
const endings = { complete: 'done', error: 'failed', cancel: 'cancelled', abort: 'aborted' };

/** The inside of an `<svg>` that shows the flights, and its height. Times are those of the flights. */
export function draw(flights: readonly FlightSeen[], view: View): { readonly markup: string; readonly height: number } {
  const seen = flights.filter((flight) => lastOf(flight, view.now) >= view.from);
  const bands = arrange(seen, HEAD, view.now);
  const bottom = bands.at(-1);
  const height = bottom === undefined ? HEAD + 120 : bottom.top + bottom.height;
  const x = scale(view);
  const parts = [
    axis(view, x, height),
    line('now', x(view.now), HEAD - 6, x(view.now), height),
    ...bands.map((band) => drawBand(band, view, x)),
  ];
  return { markup: `<style>${styles}</style>${parts.join('')}`, height };
}

type Scale = (time: number) => number;

function scale({ width, from, to }: View): Scale {
  return (time) => round(EDGE + (Math.max(0, time - from) / (to - from)) * (width - 2 * EDGE));
}

function axis({ width, from, to }: View, x: Scale, height: number): string {
  const steps = [100, 200, 500, 1000, 2000, 5000, 10_000];
  const step = steps.find((each) => ((width - 2 * EDGE) * each) / (to - from) >= 64) ?? 20_000;
  let marks = '';
  for (let time = 0; time < to - from - step / 4; time += step) {
    const at = x(from + time);
    marks += line('grid', at, HEAD - 6, at, height);
    marks += text('tick', at, 12, `${time / 1000} s`, time === 0 ? 'start' : 'middle');
  }
  return marks;
}

function drawBand({ key, top, height, flights }: Band, view: View, x: Scale): string {
  return [
    line('edge', 0, top + height, view.width, top + height),
    ...flights.map((placed) => (placed.crowd ? crowdGhost(placed, view, x) : ghosts(placed, view, x))),
    ...flights.map((placed) => bar(placed, view, x) + (placed.crowd ? crowd(placed, view, x) : lines(placed, view, x))),
    text('key', EDGE, top + 17, nameOf(key)),
  ].join('');
}

/** From start to end; hollow while nobody waits, lighter once it is forgotten. */
function bar({ flight, top, until }: Placed, { now, width }: View, x: Scale): string {
  const { started, ended, ending, forgotten, values, callers, number } = flight;
  const end = ended ?? now;
  const [left, right] = [x(started), x(end)];
  const parts = [rect(`bar ${ending ?? 'open'}`, left, top, Math.max(2, right - left), BAR, 3)];
  if (forgotten !== undefined) {
    parts.push(rect('forgotten', x(forgotten), top, Math.max(0, right - x(forgotten)), BAR, 3));
    parts.push(line('forget', x(forgotten), top - 5, x(forgotten), top + BAR));
    parts.push(text('mark', x(forgotten) + 4, top - 4, 'forget'));
  }
  for (const [from, to] of deserted(callers, end)) {
    if (x(to) - x(from) > 3) parts.push(rect('deserted', x(from), top + 2, x(to) - x(from), BAR - 4, 2));
  }
  for (const value of values) parts.push(circle('value', Math.min(x(value), right - 5), top + BAR / 2, 2.5));
  if (Math.min(right, ...values.map(x)) - left > 70)
    parts.push(text('label', left + 7, top + 11.5, `flight ${number}`));
  if (ended !== undefined && ending !== undefined) {
    const said = `${endings[ending]}, ${Math.round(ended - started)} ms`;
    parts.push(endMark(ending, right - 8, top));
    const space = said.length * 6 + 16;
    if (right + space < Math.min(width, x(until))) parts.push(text(`said ${ending}`, right + 9, top + 11.5, said));
    else if (right - left > space + 70)
      parts.push(text('label', right - (ending === 'complete' ? 12 : 17), top + 11.5, said, 'end'));
  }
  return parts.join('');
}

function endMark(ending: keyof typeof endings, x: number, top: number): string {
  if (ending === 'complete') return '';
  const [y, r] = [top + BAR / 2, 3.5];
  if (ending === 'abort') return rect('stop', x - 3.5, y - 3.5, 7, 7, 1);
  return line('end', x - r, y - r, x + r, y + r) + line('end', x - r, y + r, x + r, y - r);
}

/** Each other caller's run, as it would have been: it begins with the call and takes as long as this one. */
function ghosts({ flight, top }: Placed, { now }: View, x: Scale): string {
  const took = (flight.ended ?? now) - flight.started;
  return flight.callers
    .map((caller, row) => {
      if (isStale(caller, flight) || row === 0) return '';
      const left = x(caller.joined);
      const right = x(Math.min(caller.joined + took, caller.left ?? Infinity));
      return rect('ghost', left, rowAt(top, row) - 14, Math.max(0, right - left), 13, 3);
    })
    .join('');
}

function lines({ flight, top }: Placed, { now }: View, x: Scale): string {
  const drawn = flight.callers.map((caller, row) => callerLine(flight, caller, row, top, now, x));
  // A name has the lines of those who joined later behind it, and nothing that it would hide.
  return [0, 1, 2].flatMap((layer) => drawn.map((layers) => layers[layer])).join('');
}

function callerLine(
  flight: FlightSeen,
  caller: CallerSeen,
  row: number,
  top: number,
  now: number,
  x: Scale,
): readonly [behind: string, name: string, before: string] {
  const y = rowAt(top, row);
  const joined = x(caller.joined);
  if (isStale(caller, flight)) {
    const said = `${caller.name || 'a caller'} gets the old value`;
    return ['', text('who stale', joined + 8, y, said), circle('stale', joined, y - 4, 4)];
  }
  const end = x(caller.left ?? flight.ended ?? now);
  const last = caller.left === undefined ? flight.ending : 'leave';
  const words = [caller.name, row === 0 ? 'leader' : '', caller.left === undefined ? '' : 'leaves'].filter(Boolean);
  return [
    line('join', joined, top + BAR, joined, y),
    text('who', joined + 6, y - 3.5, words.join(', ') || 'caller'),
    line(`wait ${caller.left === undefined ? '' : 'gone'}`, joined, y, end, y) +
      circle('joint', joined, y, 2) +
      (last === undefined ? '' : callerEnd(last, end, y)),
  ];
}

function callerEnd(last: string, x: number, y: number): string {
  if (last === 'complete') return circle('served', x, y, 3.5);
  if (last === 'leave') return circle('left', x, y, 3.5);
  return line(last, x - 3, y - 3, x + 3, y + 3) + line(last, x - 3, y + 3, x + 3, y - 3);
}

/** How many wait, as an area over time. */
function crowd({ flight, top }: Placed, { now }: View, x: Scale): string {
  const { callers } = flight;
  const end = flight.ended ?? now;
  const base = top + BAR + CROWD;
  const steps = count(callers.map(({ joined, left }) => [joined, left ?? end]));
  const label = `${callers.length.toLocaleString('en')} callers`;
  const roomy = x(end) - x(flight.started) > 90;
  return (
    path('crowd', staircase(steps, callers.length, base, x)) +
    text('many', x(end) + (roomy ? -7 : 7), top + BAR + CROWD - 8, label, roomy ? 'end' : 'start')
  );
}

/** How many runs there would be at once, as an area over time. */
function crowdGhost({ flight, top }: Placed, { now }: View, x: Scale): string {
  const took = (flight.ended ?? now) - flight.started;
  const steps = count(flight.callers.map(({ joined, left }) => [joined, Math.min(joined + took, left ?? Infinity)]));
  return path('ghost', staircase(steps, flight.callers.length, top + BAR + CROWD, x));
}

type Steps = readonly (readonly [time: number, count: number])[];

function count(spans: readonly (readonly [from: number, to: number])[]): Steps {
  const changes = spans.flatMap(([from, to]) => [[from, 1] as const, [to, -1] as const]);
  let present = 0;
  return changes.sort(([a], [b]) => a - b).map(([time, change]) => [time, (present += change)] as const);
}

/** One step for each pixel at most, however many callers there are. */
function staircase(steps: Steps, most: number, base: number, x: Scale): string {
  const byPixel = new Map<number, number>();
  for (const [time, present] of steps) byPixel.set(Math.round(x(time)), present);
  const height = (present: number): number => round(base - (present / most) * (CROWD - 4));
  const corners = [...byPixel].map(([at, present]) => `H${at}V${height(present)}`);
  const [start = 0] = byPixel.keys();
  return `M${start} ${base}${corners.join('')}Z`;
}

/** When nobody waited, though the flight went on. */
function deserted(callers: readonly CallerSeen[], end: number): [from: number, to: number][] {
  const steps = count(callers.map(({ joined, left }) => [joined, left ?? end]));
  return steps.flatMap(([time, present], index) => {
    const next = steps[index + 1]?.[0] ?? end;
    return present === 0 && time < next && time < end ? [[time, Math.min(next, end)]] : [];
  });
}

/** A run by hand may answer those who come after its end; ours never does. */
function isStale({ joined }: CallerSeen, { ended }: FlightSeen): boolean {
  return ended !== undefined && joined > ended;
}

function lastOf({ callers, started, ended }: FlightSeen, now: number): number {
  if (ended === undefined) return now;
  const last = callers.at(-1)?.joined ?? ended;
  return Math.max(ended, last > ended ? last : last + ended - started);
}

function rowAt(top: number, row: number): number {
  return top + BAR + (row + 1) * ROW - 1;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function rect(style: string, x: number, y: number, width: number, height: number, radius: number): string {
  return `<rect class="${style}" x="${x}" y="${y}" width="${round(width)}" height="${height}" rx="${radius}"/>`;
}

function line(style: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${style}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

function circle(style: string, x: number, y: number, r: number): string {
  return `<circle class="${style}" cx="${x}" cy="${y}" r="${r}"/>`;
}

function path(style: string, d: string): string {
  return `<path class="${style}" d="${d}"/>`;
}

function text(style: string, x: number, y: number, content: string, anchor = 'start'): string {
  return `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

// Inside the picture, so that it looks the same on any page, and as a file.
const styles = `
.timeline { --paper: #fff; --ink: #23262b; --quiet: #636a74; --line: #e4e2dc; --run: #2a6f97; --soft: #cfe0ea; --ghost: #8a8f98; --faint: #eff0f1; --bad: #b3402e; --gone: #8a6d1d;
  font: 11px/1 ui-sans-serif, system-ui, 'Segoe UI', 'Open Sans', sans-serif; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) {
  .timeline { --paper: #1a1d21; --ink: #e7e5e0; --quiet: #9da4ad; --line: #2d3238; --run: #6fb1d6; --soft: #24465a; --ghost: #8a9099; --faint: #262a2f; --bad: #ee8a76; --gone: #d9b44a; }
}
.timeline text { fill: var(--ink); }
.timeline .tick, .timeline .said, .timeline .mark { fill: var(--quiet); }
.timeline .key, .timeline .mark, .timeline .said, .timeline .who { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.timeline .key { font-size: 13px; font-weight: 600; }
.timeline .label { fill: var(--paper); font-weight: 600; }
.timeline .grid, .timeline .edge { stroke: var(--line); }
.timeline .now { stroke: var(--ink); stroke-opacity: 0.35; }
.timeline .bar { fill: var(--run); }
.timeline .bar.cancel { fill: var(--gone); }
.timeline .bar.error, .timeline .bar.abort { fill: var(--bad); }
.timeline .forgotten { fill: var(--paper); fill-opacity: 0.35; }
.timeline .forget { stroke: var(--ink); stroke-width: 1.5; }
.timeline .deserted { fill: var(--paper); fill-opacity: 0.85; }
.timeline .value { fill: var(--paper); }
.timeline .ghost { fill: var(--faint); stroke: var(--ghost); stroke-opacity: 0.5; stroke-dasharray: 2 2; }
.timeline .join { stroke: var(--run); stroke-opacity: 0.45; }
.timeline .wait { stroke: var(--run); stroke-width: 1.5; }
.timeline .wait.gone { stroke: var(--gone); }
.timeline .joint, .timeline .served { fill: var(--run); }
.timeline .left { fill: var(--paper); stroke: var(--gone); stroke-width: 1.5; }
.timeline .crowd { fill: var(--run); fill-opacity: 0.25; stroke: var(--run); }
.timeline line.error, .timeline line.abort { stroke: var(--bad); stroke-width: 1.75; }
.timeline .end { stroke: var(--paper); stroke-width: 1.75; }
.timeline rect.stop { fill: var(--paper); }
.timeline .said.error, .timeline .said.abort { fill: var(--bad); }
.timeline circle.stale { fill: none; stroke: var(--bad); stroke-width: 1.75; }
.timeline text.stale { fill: var(--bad); }
`;
