import { arrange, BAR, CROWD, ROW, type Band, type Placed } from './arrange.js';
import { flightInWords } from './flight-in-words.js';
import type { CallerSeen, FlightSeen } from './flight-seen.js';
import { isStale } from './is-stale.js';
import type { Shape } from './paint.js';
import { roleInWords } from './role-in-words.js';

/** The period of time that is drawn, and its width in pixels. */
export interface View {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Whether the picture moves to the left, because its start is no longer visible. */
  readonly slides: boolean;
}

const HEAD = 24;
const EDGE = 10;
const EMPTY = 48;
const MOST_FLIGHTS = 100;
const endings = { complete: 'done', error: 'failed', cancel: 'cancelled', abort: 'aborted', lost: 'lost sight of' };
/** Short forms of the roles, for bars without room for more. */
const shortRoles = { lead: 'led', follow: 'follows', apart: 'apart' };

type Ending = keyof typeof endings;
type Scale = (time: number) => number;

/** The shapes that show the flights, and the height that they need. */
export function draw(
  flights: readonly FlightSeen[],
  view: View,
): { readonly shapes: readonly Shape[]; readonly height: number } {
  const inView = flights.filter((flight) => lastOf(flight, view.now) >= view.from);
  // If there are too many, flights that have not ended take precedence.
  const open = inView.filter(({ ended }) => ended === undefined);
  const drawn = new Set(
    [...inView.filter(({ ended }) => ended !== undefined), ...open.slice(-MOST_FLIGHTS)].slice(-MOST_FLIGHTS),
  );
  const bands = arrange(
    inView.filter((flight) => drawn.has(flight)),
    HEAD,
    view.now,
  );
  const bottom = bands.at(-1);
  const end = bottom === undefined ? HEAD + EMPTY : bottom.top + bottom.height;
  const more = Math.max(0, open.length - MOST_FLIGHTS);
  const height = more === 0 ? end : end + ROW;
  const x = scale(view);
  const shapes = [
    ...axis(view, x, height),
    line('now', x(view.now), HEAD - 6, x(view.now), height),
    ...bands.flatMap((band) => drawBand(band, view, x)),
  ];
  if (more > 0) shapes.push(text('tick', EDGE, height - 6, `and ${more.toLocaleString('en')} more in flight`));
  return { shapes, height };
}

function scale({ width, from, to }: View): Scale {
  return (time) => round(EDGE + (Math.max(0, time - from) / (to - from)) * (width - 2 * EDGE));
}

/** The time axis. It counts from the start, or, once the start is out of view, backwards from now. */
function axis({ width, from, to, slides }: View, x: Scale, height: number): Shape[] {
  let step = 100;
  for (let each = 0; ((width - 2 * EDGE) * step) / (to - from) < 64; each++) step *= each % 3 === 1 ? 2.5 : 2;
  const shapes: Shape[] = [];
  for (let time = 0; time < to - from - step / 4; time += step) {
    const at = x(slides ? to - time : from + time);
    const anchor = time > 0 ? 'middle' : slides ? 'end' : 'start';
    const label = slides && time === 0 ? 'now' : `${slides ? '−' : ''}${time / 1000} s`;
    shapes.push(line('grid', at, HEAD - 6, at, height), text('tick', at, 12, label, anchor));
  }
  return shapes;
}

function drawBand({ name, top, height, flights }: Band, view: View, x: Scale): Shape[] {
  return [
    line('edge', 0, top + height, view.width, top + height),
    ...flights.flatMap((placed) => (placed.crowd ? crowdGhost(placed, view, x) : ghosts(placed, view, x))),
    ...flights.flatMap((placed) => [
      ...bar(placed, view, x),
      ...(placed.crowd ? crowd(placed, view, x) : lines(placed, view, x)),
    ]),
    text('key', EDGE, top + 17, name),
  ];
}

/** The bar of a flight, from start to end: hollow while it has no callers or runs elsewhere, lighter once it is forgotten. */
function bar({ flight, top, until }: Placed, { now, width }: View, x: Scale): Shape[] {
  const { started, ended, ending, forgotten, values, callers, number, roles } = flight;
  const end = ended ?? now;
  const [left, right] = [x(started), x(end)];
  const shapes = [rect(`bar ${ending ?? 'open'}`, left, top, Math.max(2, right - left), BAR, 3, flightInWords(flight))];
  roles.forEach(({ type, at }, index) => {
    const [from, to] = [x(at), x(roles[index + 1]?.at ?? end)];
    shapes.push(rect(`role ${type}`, from, top + 1, Math.max(0, to - from), BAR - 2, 2));
    // A mark where the role changes.
    if (index > 0) shapes.push(line('forget', from, top - 3, from, top + BAR + 3));
  });
  if (forgotten !== undefined) {
    const at = x(forgotten);
    shapes.push(
      rect('forgotten', at, top, Math.max(0, right - at), BAR, 3),
      line('forget', at, top - 5, at, top + BAR),
      text('mark', at + 4, top - 4, 'forget'),
    );
  }
  for (const [from, to] of deserted(callers, end)) {
    if (x(to) - x(from) > 3) shapes.push(rect('deserted', x(from), top + 2, x(to) - x(from), BAR - 4, 2));
  }
  for (const value of values) shapes.push(circle('value', Math.min(x(value), right - 5), top + BAR / 2, 2.5));

  // The label of the current role stands where the role begins.
  const role = roles.at(-1);
  const dark = role === undefined || role.type === 'lead' ? '' : 'dark';
  const from = role === undefined ? left : x(role.at);
  const space = Math.min(right, ...values.map(x).filter((at) => at > from)) - from - 14;
  const title = number === undefined ? 'in flight' : `flight ${number}`;
  const labels =
    role === undefined ? [title] : [`${title}, ${roleInWords(role)}`, `${title}, ${shortRoles[role.type]}`, title];
  const fitting = labels.find((label) => widthOf(label) < space);
  if (fitting !== undefined) shapes.push(text(`label ${dark}`, from + 7, top + 11.5, fitting));
  if (ending !== undefined) {
    const outcome = started < 0 ? endings[ending] : `${endings[ending]}, ${Math.round(end - started)} ms`;
    const needed = widthOf(outcome) + 16;
    shapes.push(...endMark(ending, right - 8, top));
    if (right + needed < Math.min(width, x(until))) shapes.push(text(`said ${ending}`, right + 9, top + 11.5, outcome));
    else if (space > needed + widthOf(fitting ?? ''))
      shapes.push(text(`label ${dark}`, right - (ending === 'complete' ? 12 : 17), top + 11.5, outcome, 'end'));
  }
  return shapes;
}

/** About how wide a line of text is, in pixels. */
function widthOf(content: string): number {
  return content.length * 6;
}

function endMark(ending: Ending, x: number, top: number): Shape[] {
  if (ending === 'complete' || ending === 'lost') return [];
  const [y, r] = [top + BAR / 2, 3.5];
  return ending === 'abort' ? [rect('stop', x - r, y - r, 2 * r, 2 * r, 1)] : cross('end', x, y, r);
}

/** The runs that would have happened without coalescing, one for each other caller: each as long as the real one. */
function ghosts({ flight, top }: Placed, { now }: View, x: Scale): Shape[] {
  const took = tookOf(flight, now);
  return flight.callers.flatMap((caller, row) => {
    if (isStale(caller, flight) || row === 0 || took === 0) return [];
    const left = x(caller.joined);
    const right = x(Math.min(caller.joined + took, caller.left ?? Infinity));
    return [rect('ghost', left, rowAt(top, row) - 14, Math.max(0, right - left), 13, 3)];
  });
}

function lines({ flight, top }: Placed, { now }: View, x: Scale): Shape[] {
  const drawn = flight.callers.map((caller, row) => callerLine(flight, caller, row, top, now, x));
  // In layers, so that a name stands above the lines of callers that joined later, and below everything that it must not hide.
  return [0, 1, 2].flatMap((layer) => drawn.flatMap((layers) => layers[layer] ?? []));
}

function callerLine(
  flight: FlightSeen,
  caller: CallerSeen,
  row: number,
  top: number,
  now: number,
  x: Scale,
): readonly [behind: Shape[], name: Shape[], before: Shape[]] {
  const y = rowAt(top, row);
  const joined = x(caller.joined);
  if (isStale(caller, flight)) {
    const label = `${caller.name || 'a caller'} gets the old value`;
    return [[], [text('who stale', joined + 8, y, label)], [circle('stale', joined, y - 4, 4)]];
  }
  const end = x(caller.left ?? flight.ended ?? now);
  const last = caller.left === undefined ? flight.ending : 'leave';
  const leads = row === 0 && flight.started >= 0 && flight.roles.at(-1)?.type !== 'follow';
  const words = [caller.name, leads ? 'leader' : '', caller.left === undefined ? '' : 'leaves'].filter(Boolean);
  return [
    [line('join', joined, top + BAR, joined, y)],
    [text('who', joined + 6, y - 3.5, words.join(', ') || 'caller')],
    [
      line(`wait ${caller.left === undefined ? '' : 'gone'}`, joined, y, end, y),
      circle('joint', joined, y, 2),
      ...(last === undefined ? [] : callerEnd(last, end, y)),
    ],
  ];
}

function callerEnd(last: Ending | 'leave', x: number, y: number): Shape[] {
  if (last === 'lost') return [];
  if (last === 'complete') return [circle('served', x, y, 3.5)];
  return last === 'leave' ? [circle('left', x, y, 3.5)] : cross(last, x, y, 3);
}

/** The number of callers that wait, as an area over time. */
function crowd({ flight, top }: Placed, { now }: View, x: Scale): Shape[] {
  const { callers, joined, waiting } = flight;
  const end = flight.ended ?? now;
  const steps = count(callers.map((caller) => [caller.joined, caller.left ?? end]));
  const label = `${waiting < joined ? `${waiting} of ` : ''}${joined.toLocaleString('en')} callers`;
  const roomy = x(end) - x(flight.started) > 90;
  return [
    path('crowd', staircase(steps, top + BAR + CROWD, x)),
    text('many', x(end) + (roomy ? -7 : 7), top + BAR + CROWD - 8, label, roomy ? 'end' : 'start'),
  ];
}

/** The number of runs that there would be at once without coalescing, as an area over time. */
function crowdGhost({ flight, top }: Placed, { now }: View, x: Scale): Shape[] {
  const took = tookOf(flight, now);
  if (took === 0) return [];
  const steps = count(flight.callers.map(({ joined, left }) => [joined, Math.min(joined + took, left ?? Infinity)]));
  return [path('ghost', staircase(steps, top + BAR + CROWD, x))];
}

type Steps = readonly (readonly [time: number, count: number])[];

function count(spans: readonly (readonly [from: number, to: number])[]): Steps {
  const changes = spans.flatMap(([from, to]) => [[from, 1] as const, [to, -1] as const]);
  let present = 0;
  return changes.sort(([a], [b]) => a - b).map(([time, change]) => [time, (present += change)] as const);
}

/** The outline of the area. It has at most one step for each pixel, however many callers there are. */
function staircase(steps: Steps, base: number, x: Scale): string {
  const most = Math.max(...steps.map(([, present]) => present));
  const byPixel = new Map<number, number>();
  for (const [time, present] of steps) byPixel.set(Math.round(x(time)), present);
  const height = (present: number): number => round(base - (present / most) * (CROWD - 4));
  const corners = [...byPixel].map(([at, present]) => `H${at}V${height(present)}`);
  const [start = 0] = byPixel.keys();
  return `M${start} ${base}${corners.join('')}Z`;
}

/** The periods in which the flight had no callers, but went on. */
function deserted(callers: readonly CallerSeen[], end: number): [from: number, to: number][] {
  const steps = count(callers.map(({ joined, left }) => [joined, left ?? end]));
  return steps.flatMap(([time, present], index) => {
    const next = steps[index + 1]?.[0] ?? end;
    return present === 0 && time < next && time < end ? [[time, Math.min(next, end)]] : [];
  });
}

/** How long the flight has taken so far, or 0 if that is unknown. */
function tookOf({ started, ended }: FlightSeen, now: number): number {
  return started < 0 ? 0 : (ended ?? now) - started;
}

/** The latest time at which something of the flight is drawn. */
function lastOf(flight: FlightSeen, now: number): number {
  const { callers, ended } = flight;
  if (ended === undefined) return now;
  const last = callers.at(-1)?.joined ?? ended;
  return Math.max(ended, last > ended ? last : last + tookOf(flight, now));
}

function rowAt(top: number, row: number): number {
  return top + BAR + (row + 1) * ROW - 1;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function rect(style: string, x: number, y: number, width: number, height: number, rx: number, tooltip?: string): Shape {
  return ['rect', { class: style, x, y, width: round(width), height, rx }, tooltip];
}

function line(style: string, x1: number, y1: number, x2: number, y2: number): Shape {
  return ['line', { class: style, x1, y1, x2, y2 }];
}

function cross(style: string, x: number, y: number, r: number): Shape[] {
  return [line(style, x - r, y - r, x + r, y + r), line(style, x - r, y + r, x + r, y - r)];
}

function circle(style: string, cx: number, cy: number, r: number): Shape {
  return ['circle', { class: style, cx, cy, r }];
}

function path(style: string, d: string): Shape {
  return ['path', { class: style, d }];
}

function text(style: string, x: number, y: number, content: string, anchor = 'start'): Shape {
  return ['text', { class: style, x, y, 'text-anchor': anchor }, content];
}
