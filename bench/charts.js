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

const { document } = parseHTML('<!doctype html>');
const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const { answers } = JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? '', process.argv[2]), 'utf8'));
const rowsOf = (question) => answers[question].map((row) => ({ ...row, figure: median(row.samples) }));

mkdirSync(pictures, { recursive: true });
draw('fan-out', lines(rowsOf('join'), { x: 'callers of one flight', y: 'ns per caller' }));
draw(
  'coalesce-by',
  lines(
    ['pending', 'windowed', 'sync'].flatMap((kind) => rowsOf(`coalesceBy-${kind}`).map((row) => ({ ...row, kind }))),
    { x: 'source values', y: 'ns per value', facet: 'kind' },
  ),
);
draw('lead-and-join', dots());

/** Both axes logarithmic: what costs the same however many there are is level. */
function lines(rows, { x, y, facet }) {
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const last = (row) => !rows.some((other) => isFurther(other, row, facet));
  return {
    width: facet ? 960 : 720,
    height: 380,
    marginLeft: 60,
    marginRight: facet ? 20 : 110,
    marginTop: 40,
    x: { type: 'log', label: x, tickFormat: count, ticks: tens(rows.map(({ size }) => size)) },
    y: { type: 'log', label: y, tickFormat: count, grid: true, ticks: tens(rows.map(({ figure }) => figure)) },
    ...(facet && { fx: { label: null, domain: [...new Set(rows.map((row) => row[facet]))] } }),
    color: { domain: variants, range: variants.map((variant) => colours[variant]), legend: false },
    marks: [
      ...variants.map((variant) =>
        Plot.line(
          rows.filter((row) => row.variant === variant),
          {
            x: 'size',
            y: 'figure',
            stroke: 'variant',
            strokeWidth: variant === us ? 3 : 2,
            ...(facet && { fx: facet }),
          },
        ),
      ),
      Plot.dot(rows, { x: 'size', y: 'figure', fill: 'variant', r: 3.5, ...(facet && { fx: facet }) }),
      Plot.text(rows.filter(last), {
        x: 'size',
        y: 'figure',
        text: 'variant',
        fill: 'variant',
        ...(facet ? { fx: facet, textAnchor: 'end', dy: -10, dx: 6 } : { textAnchor: 'start', dx: 10 }),
      }),
    ],
  };
}

function isFurther(other, row, facet) {
  return other.variant === row.variant && other[facet] === row[facet] && other.size > row.size;
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
    x: {
      type: 'log',
      label: 'ns per call',
      grid: true,
      tickFormat: count,
      ticks: tens(rows.map(({ figure }) => figure)),
    },
    y: { label: null, domain: leads.map(({ name }) => name) },
    fx: { label: null, domain: ['lead', 'join, 100 callers'] },
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

/** The powers of ten that the values lie between. */
function tens(values) {
  const powers = [];
  for (let power = Math.floor(Math.log10(Math.min(...values))); 10 ** power <= Math.max(...values); power++) {
    powers.push(10 ** power);
  }
  return powers;
}

function count(value) {
  return value.toLocaleString('en-US');
}

function draw(name, options) {
  const svg = Plot.plot({ document, ...options, style: { background: 'none', fontSize: '13px' } });
  const text = svg.outerHTML.replace(/<style>[^]*?<\/style>/, style);
  writeFileSync(`${pictures}${name}.svg`, `${text}\n`);
  console.log(`docs/pictures/${name}.svg`);
}
