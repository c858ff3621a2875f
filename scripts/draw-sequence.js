/** Draws who sends what to whom, for the README: two callers that share a run, and three machines that do. */
import { writeFileSync } from 'node:fs';

const WIDTH = 826;
const ROW = 30;
const TOP = 46;

const sequences = [
  {
    file: 'sequence',
    label:
      'Caller 1 calls load(7), which sends a request to the server. Caller 2 calls load(7) and joins. The answer goes to both: one run, two answers.',
    columns: { 'caller 1': 90, 'caller 2': 260, load: 470, server: 720 },
    runs: 'load',
    steps: [
      { from: 'caller 1', to: 'load', message: 'load(7)', note: 'leads: the run begins' },
      { from: 'load', to: 'server', message: 'GET /users/7' },
      { from: 'caller 2', to: 'load', message: 'load(7)', note: 'joins the run' },
      { from: 'server', to: 'load', message: '200 OK', back: true },
      { from: 'load', to: 'caller 1', message: 'user 7', back: true },
      { from: 'load', to: 'caller 2', message: 'user 7', back: true, note: 'one run, two answers' },
    ],
  },
  {
    file: 'machines',
    label:
      'Machine 1 claims user 7 in Redis, leads, and queries the database. Machines 2 and 3 claim it too, learn that machine 1 leads, and follow. The answer goes from machine 1 to both: three machines, one query.',
    columns: { 'machine 3': 64, 'machine 2': 206, 'machine 1': 390, Redis: 580, database: 756 },
    runs: 'machine 1',
    steps: [
      { from: 'machine 1', to: 'Redis', message: 'claim', note: 'leads: granted' },
      { from: 'machine 1', to: 'database', message: 'query' },
      { from: 'machine 2', to: 'Redis', message: 'claim', note: 'follows: held by machine 1' },
      { from: 'machine 3', to: 'Redis', message: 'claim', note: 'follows: held by machine 1' },
      { from: 'database', to: 'machine 1', message: 'user 7', back: true },
      { from: 'machine 1', to: 'machine 2', message: 'user 7', back: true },
      { from: 'machine 1', to: 'machine 3', message: 'user 7', back: true, note: 'one query, three answers' },
    ],
  },
];

const at = (index) => TOP + ROW * (index + 0.75);
const line = (style, x1, y1, x2, y2) => `<line class="${style}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
const text = (style, x, y, content, anchor = 'middle') =>
  `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;

const styles = `
.sequence { --paper: #fff; --ink: #23262b; --quiet: #636a74; --line: #d5d3cd; --run: #2a6f97; background: var(--paper);
  font: 13px/1 ui-sans-serif, system-ui, 'Segoe UI', 'Open Sans', sans-serif; }
@media (prefers-color-scheme: dark) {
  .sequence { --paper: #1a1d21; --ink: #e7e5e0; --quiet: #9da4ad; --line: #3a4047; --run: #6fb1d6; }
}
.sequence text { fill: var(--ink); }
.sequence .name { font-weight: 600; }
.sequence .note { fill: var(--quiet); }
.sequence .head { fill: var(--paper); stroke: var(--line); }
.sequence .life { stroke: var(--line); }
.sequence .run { fill: var(--run); }
.sequence .arrow { stroke: var(--ink); }
.sequence .back { stroke-dasharray: 4 3; }
.sequence .tip { fill: var(--ink); }
`;

for (const sequence of sequences) {
  writeFileSync(`docs/pictures/${sequence.file}.svg`, draw(sequence));
}

function draw({ label, columns, runs, steps }) {
  const height = TOP + ROW * steps.length + 8;
  const first = at(0) - 6;

  function head([name, x]) {
    return `${line('life', x, 34, x, height)}<rect class="head" x="${x - 52}" y="10" width="104" height="26" rx="4"/>${text('name', x, 27, name)}`;
  }

  function arrow({ from, to, message, back = false, note = '' }, index) {
    const [start, end] = [columns[from], columns[to]];
    const towards = Math.sign(end - start);
    const tip = end - 6 * towards;
    const y = at(index);
    // A note stands right of all that the arrow crosses.
    const beside = Math.max(columns[runs], start, end);
    return [
      line(back ? 'arrow back' : 'arrow', start + 6 * towards, y, tip, y),
      `<path class="tip" d="M${tip} ${y}l${-8 * towards} -4v8z"/>`,
      text('says', start + 56 * towards, y - 6, message),
      text('note', beside + 16, y + 4, note, 'start'),
    ].join('');
  }

  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="sequence" role="img" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" aria-label="${label}">` +
    `<style>${styles}</style>${Object.entries(columns).map(head).join('')}` +
    `<rect class="run" x="${columns[runs] - 6}" y="${first}" width="12" height="${at(steps.length - 1) - first + 6}" rx="2"/>` +
    `${steps.map(arrow).join('')}</svg>\n`
  );
}
