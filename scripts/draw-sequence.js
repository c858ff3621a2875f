/** Draws two callers and the run that they share, for the README. */
import { writeFileSync } from 'node:fs';

const WIDTH = 826;
const ROW = 30;
const TOP = 46;
const columns = { 'caller 1': 90, 'caller 2': 260, load: 470, server: 720 };
const steps = [
  { from: 'caller 1', to: 'load', says: 'load(7)', note: 'leads: the run begins' },
  { from: 'load', to: 'server', says: 'GET /users/7' },
  { from: 'caller 2', to: 'load', says: 'load(7)', note: 'joins the run' },
  { from: 'server', to: 'load', says: '200 OK', back: true },
  { from: 'load', to: 'caller 1', says: 'user 7', back: true },
  { from: 'load', to: 'caller 2', says: 'user 7', back: true, note: 'one run, two answers' },
];
const HEIGHT = TOP + ROW * steps.length + 8;

const at = (index) => TOP + ROW * (index + 0.75);
const line = (style, x1, y1, x2, y2) => `<line class="${style}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
const text = (style, x, y, content, anchor = 'middle') =>
  `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;

function head([name, x]) {
  return `${line('life', x, 34, x, HEIGHT)}<rect class="head" x="${x - 52}" y="10" width="104" height="26" rx="4"/>${text('name', x, 27, name)}`;
}

function arrow({ from, to, says, back = false, note = '' }, index) {
  const [start, end] = [columns[from], columns[to]];
  const towards = Math.sign(end - start);
  const tip = end - 6 * towards;
  const y = at(index);
  return [
    line(back ? 'arrow back' : 'arrow', start + 6 * towards, y, tip, y),
    `<path class="tip" d="M${tip} ${y}l${-8 * towards} -4v8z"/>`,
    text('says', start + 56 * towards, y - 6, says),
    text('note', columns.load + 16, y + 4, note, 'start'),
  ].join('');
}

const run = `<rect class="run" x="${columns.load - 6}" y="${at(0) - 6}" width="12" height="${at(steps.length - 1) - at(0) + 12}" rx="2"/>`;
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
const told =
  'Caller 1 calls load(7), which sends a request to the server. Caller 2 calls load(7) and joins. The answer goes to both: one run, two answers.';

writeFileSync(
  'docs/pictures/sequence.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" class="sequence" role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-label="${told}">` +
    `<style>${styles}</style>${Object.entries(columns).map(head).join('')}` +
    `${run}${steps.map(arrow).join('')}</svg>\n`,
);
