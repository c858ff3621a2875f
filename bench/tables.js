/** What is printed. */
import { median } from './statistics.js';

export function answerTable(question, rows) {
  const sized = question.sizes !== undefined;
  const unit = question.unit ?? 'ns';
  const head = [
    ...(sized ? [question.sizeIs] : []),
    '',
    question.unit === undefined ? `ns a ${question.per}` : unit,
    'spread',
    ...(question.baseline ? [`/ ${question.baseline}`, 'spread'] : []),
  ];
  const lines = rows.map(({ size, variant, samples, ratios }, i) => [
    ...(sized ? [rows[i - 1]?.size === size ? '' : count(size)] : []),
    variant,
    ...withSpread(samples, figure),
    ...(question.baseline ? withSpread(ratios ?? [], ratio) : []),
  ]);
  const left = sized ? 2 : 1;
  return `\n${question.title}\n${columns([head, ...lines], left)}`;
}

export const herdTitle = 'Herd: clients of an HTTP gateway, all at once, ask for the digests of ten files';

export function herdTable(rows) {
  const head = ['clients', '', 'requests/s', 'spread', 'p99', 'origin runs', 'memory of the gateway'];
  const lines = rows.map(({ clients, variant, requestsPerSecond, p99, runs, memory }, i) => [
    rows[i - 1]?.clients === clients ? '' : count(clients),
    variant === 'rxjs-coalesce' ? 'coalescedAsync' : variant,
    ...withSpread(requestsPerSecond, figure),
    `${figure(p99)} ms`,
    figure(runs),
    `${figure(memory / 1e6)} MB`,
  ]);
  return `\n${herdTitle}\n${columns([head, ...lines], 2)}`;
}

/** What makes a variant less than the library, whatever its figures. */
export function lackTable(questions) {
  const variants = new Map(questions.flatMap((question) => Object.entries(question.variants)));
  return [...variants].flatMap(([name, { lacks }]) => (lacks === '' ? [] : `  ${name}: ${lacks}`)).join('\n');
}

export function goalTable(goals) {
  const head = ['goal', 'reached', 'spread', 'aim', 'must not exceed', ''];
  const lines = goals.map(({ goal, unit, value, least, most, aim, limit }) => [
    goal,
    `${figure(value)}${unit ? ` ${unit}` : ''}`,
    `${figure(least)} - ${figure(most)}`,
    figure(aim),
    figure(limit),
    value > limit ? 'BROKEN' : value > aim ? 'short of the aim' : '',
  ]);
  return columns([head, ...lines], 1);
}

function columns(lines, left) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function withSpread(values, format) {
  if (values.length === 0) return ['', ''];
  const spread = values.length === 1 ? '' : `${format(Math.min(...values))} - ${format(Math.max(...values))}`;
  return [format(median(values)), spread];
}

function count(value) {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value;
}

function figure(value) {
  const small = Math.abs(value) < 9.995;
  return value.toLocaleString('en-US', { maximumFractionDigits: small ? 2 : 0 });
}

function ratio(value) {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 9.995 ? 2 : 0 });
}
