/** The styles of the shadow root. The colours follow the page's `color-scheme`. */
export const styles = `
:host { display: block; }
:host([hidden]) { display: none; }
.timeline {
  --paper: light-dark(#fff, #1a1d21);
  --ink: light-dark(#23262b, #e7e5e0);
  --quiet: light-dark(#636a74, #9da4ad);
  --line: light-dark(#e4e2dc, #2d3238);
  --run: light-dark(#2a6f97, #6fb1d6);
  --ghost: light-dark(#8a8f98, #8a9099);
  --faint: light-dark(#eff0f1, #262a2f);
  --bad: light-dark(#b3402e, #ee8a76);
  --gone: light-dark(#8a6d1d, #d9b44a);
  display: flow-root;
  background: var(--paper);
  color: var(--ink);
  font: 11px/1 system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
button { float: inline-end; margin: 6px 10px; border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; background: none; color: inherit; font: inherit; }
button:focus-visible { outline: 2px solid var(--run); outline-offset: 2px; }
button[aria-pressed=true] { background: var(--ink); color: var(--paper); }
p { margin: 0; padding: 10px 10px 6px; color: var(--quiet); }
b { color: var(--ink); font-size: 13px; }
svg { display: block; width: 100%; fill: var(--ink); pointer-events: none; }
.bar { pointer-events: auto; }
.bar, .joint, .served, .crowd { fill: var(--run); }
.tick, .said, .mark { fill: var(--quiet); }
.cancel { fill: var(--gone); }
.error, .abort, text.stale { fill: var(--bad); }
.bar.lost { fill: var(--ghost); }
.label, .forgotten, .deserted, .value, .follow, .apart, .left, .stop { fill: var(--paper); }
.dark { fill: var(--ink); }
.deserted, .follow, .apart { fill-opacity: 0.85; }
.forgotten { fill-opacity: 0.35; }
.lead, circle.stale { fill: none; }
.lead, .end { stroke: var(--paper); }
.key, .mark, .said, .who { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.key, .label { font-weight: 600; }
.key { font-size: 13px; }
.grid, .edge { stroke: var(--line); }
.now, .forget { stroke: var(--ink); }
.now { stroke-opacity: 0.35; }
.wait, .join, .crowd { stroke: var(--run); }
.join { stroke-opacity: 0.45; }
.crowd { fill-opacity: 0.25; }
.ghost { fill: var(--faint); stroke: var(--ghost); stroke-opacity: 0.5; stroke-dasharray: 2; }
.gone, .left { stroke: var(--gone); }
.apart, line.error, line.abort, circle.stale { stroke: var(--bad); }
.apart { stroke-dasharray: 5 4; }
.apart, .wait, .forget, .left, .end, line.error, line.abort, circle.stale { stroke-width: 1.75; }
`;
