/** Draws the figures that `npm run bench -- --json FILE` has written: `npm run bench:charts -- FILE`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { median } from './statistics.js';

const us = 'rxjs-coalesce';
/** Of a middling lightness, for a light page and a dark one. */
const colours = {
  [us]: '#e0458f',
  bare: '#8b8fa3',
  idiom: '#3f8fe0',
  mergeMap: '#c98a1b',
  'mergeMap + idiom': '#3f8fe0',
};
const style = `<style>
  svg { color: #24292f; font: 13px system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { svg { color: #e6edf3; } }
</style>`;

const { document } = parseHTML('<html><body></body></html>');
const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const { answers } = JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? '', process.argv[2]), 'utf8'));
const rowsOf = (question) => answers[question].map((row) => ({ ...row, figure: median(row.samples) }));

mkdirSync(pictures, { recursive: true });
draw('fan-out', lines({ deliver: 'deliver', 'join and deliver': 'join' }, 'callers of one flight', 'ns per caller'));
draw(
  'coalesce-by',
  lines(
    { pending: 'coalesceBy-pending', windowed: 'coalesceBy-windowed', synchronous: 'coalesceBy-sync' },
    'source values',
    'ns per value',
  ),
);
draw('lead-and-join', dots());

/** Both axes logarithmic: what costs the same however many there are is level. */
function lines(facets, x, y) {
  const rows = Object.entries(facets).flatMap(([facet, question]) =>
    rowsOf(question).map((row) => ({ ...row, facet })),
  );
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  return {
    width: 960,
    height: 380,
    marginLeft: 60,
    marginTop: 60,
    marginBottom: 50,
    x: { type: 'log', label: x, labelOffset: 42, tickFormat: short, ticks: tens(rows.map(({ size }) => size)) },
    y: logarithmic(y, rows),
    fx: { label: null, domain: Object.keys(facets) },
    color: { domain: variants, range: variants.map((variant) => colours[variant]) },
    marks: [
      ...legend(variants, Object.keys(facets)[0]),
      ...variants.map((variant) =>
        Plot.line(
          rows.filter((row) => row.variant === variant),
          { x: 'size', y: 'figure', stroke: 'variant', strokeWidth: variant === us ? 3 : 2, fx: 'facet' },
        ),
      ),
      Plot.dot(rows, { x: 'size', y: 'figure', fill: 'variant', r: 3.5, fx: 'facet' }),
    ],
  };
}

/** Names in a row: at the ends of their lines they would cover each other. */
function legend(variants, facet) {
  let dx = 90;
  return variants.map((variant) => {
    const mark = Plot.text([variant], {
      text: (name) => name,
      fontWeight: 'bold',
      fill: colours[variant],
      frameAnchor: 'top-left',
      dx,
      dy: -56,
      fx: () => facet,
    });
    dx += 25 + variant.length * 7;
    return mark;
  });
}

/** A logarithmic axis has no zero for bars to stand on. */
function dots() {
  const of = (kind, question, size, face) =>
    rowsOf(question)
      .filter((row) => row.size === size)
      .map((row) => ({ ...row, kind, ours: row.variant === us, name: `${row.variant}${face}` }));
  const observable = ' (Observable)';
  const rows = [
    ...of('lead', 'async-lead', '', ''),
    ...of('lead', 'lead', '', observable),
    ...of('join, 100 callers', 'async-join', 100, ''),
    ...of('join, 100 callers', 'join', 100, observable),
  ];
  const leads = rows.filter(({ kind }) => kind === 'lead').sort((a, b) => a.figure - b.figure);
  return {
    width: 960,
    height: 420,
    marginLeft: 190,
    marginRight: 50,
    marginTop: 40,
    marginBottom: 50,
    x: logarithmic('ns per call', rows),
    y: { label: null, domain: leads.map(({ name }) => name) },
    fx: { label: null, domain: ['lead', 'join, 100 callers'], padding: 0.15 },
    marks: [
      Plot.dot(rows, {
        x: 'figure',
        y: 'name',
        fx: 'kind',
        r: 5,
        fill: ({ ours }) => (ours ? colours[us] : colours.bare),
      }),
      Plot.text(rows, {
        x: 'figure',
        y: 'name',
        fx: 'kind',
        text: ({ figure }) => count(Number(figure.toPrecision(3))),
        textAnchor: 'start',
        dx: 9,
        fill: 'currentColor',
      }),
    ],
  };
}

function logarithmic(label, rows) {
  const figures = rows.map(({ figure }) => figure);
  return {
    type: 'log',
    label,
    labelOffset: 42,
    grid: true,
    tickFormat: short,
    ticks: tens(figures),
    domain: [Math.min(...figures) * 0.7, Math.max(...figures) * 2],
  };
}

/** The powers of ten that the values lie between. */
function tens(values) {
  const powers = [];
  for (let power = Math.ceil(Math.log10(Math.min(...values))); 10 ** power <= Math.max(...values); power++) {
    powers.push(10 ** power);
  }
  return powers;
}

function short(value) {
  return Intl.NumberFormat('en-US', { notation: 'compact' }).format(value);
}

function count(value) {
  return value.toLocaleString('en-US');
}

function draw(name, options) {
  const svg = Plot.plot({ document, ...options, style: { background: 'none', fontSize: '13px' } });
  const text = svg.outerHTML
    .replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
    .replace(/<style>[^]*?<\/style>/, style);
  writeFileSync(`${pictures}${name}.svg`, `${text}\n`);
  console.log(`docs/pictures/${name}.svg`);
}
