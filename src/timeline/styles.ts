/** Of a shadow root. The colours follow the `color-scheme` that the page has there. */
export const styles = `
:host { display: block; }
:host([hidden]) { display: none; }
.timeline {
  --paper: light-dark(#fff, #1a1d21); --ink: light-dark(#23262b, #e7e5e0); --quiet: light-dark(#636a74, #9da4ad); --line: light-dark(#e4e2dc, #2d3238);
  --run: light-dark(#2a6f97, #6fb1d6); --ghost: light-dark(#8a8f98, #8a9099); --faint: light-dark(#eff0f1, #262a2f); --bad: light-dark(#b3402e, #ee8a76); --gone: light-dark(#8a6d1d, #d9b44a);
  display: flow-root; background: var(--paper); color: var(--ink); font: 11px/1 ui-sans-serif, system-ui, 'Segoe UI', 'Open Sans', sans-serif; font-variant-numeric: tabular-nums;
}
button { float: inline-end; margin: 6px 10px; border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; background: none; color: inherit; font: inherit; cursor: pointer; }
button:focus-visible { outline: 2px solid var(--run); outline-offset: 2px; }
button[aria-pressed=true] { background: var(--ink); color: var(--paper); }
p { margin: 0; padding: 10px 10px 6px; color: var(--quiet); }
b { color: var(--ink); font-size: 13px; }
svg { display: block; width: 100%; fill: var(--ink); pointer-events: none; }
.bar { pointer-events: auto; fill: var(--run); }
.bar.cancel { fill: var(--gone); }
.bar.error, .bar.abort { fill: var(--bad); }
.bar.lost { fill: var(--ghost); }
.tick, .said, .mark { fill: var(--quiet); }
.key, .mark, .said, .who { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.key { font-size: 13px; font-weight: 600; }
.label { fill: var(--paper); font-weight: 600; }
.label.dark { fill: var(--ink); }
.grid, .edge { stroke: var(--line); }
.now { stroke: var(--ink); stroke-opacity: 0.35; }
.lead { fill: none; stroke: var(--paper); }
.follow { fill: var(--paper); fill-opacity: 0.85; }
.apart { fill: var(--paper); fill-opacity: 0.85; stroke: var(--bad); stroke-width: 2; stroke-dasharray: 5 4; }
.forgotten { fill: var(--paper); fill-opacity: 0.35; }
.forget { stroke: var(--ink); stroke-width: 1.5; }
.deserted { fill: var(--paper); fill-opacity: 0.85; }
.value { fill: var(--paper); }
.ghost { fill: var(--faint); stroke: var(--ghost); stroke-opacity: 0.5; stroke-dasharray: 2 2; }
.join { stroke: var(--run); stroke-opacity: 0.45; }
.wait { stroke: var(--run); stroke-width: 1.5; }
.wait.gone { stroke: var(--gone); }
.joint, .served { fill: var(--run); }
.left { fill: var(--paper); stroke: var(--gone); stroke-width: 1.5; }
.crowd { fill: var(--run); fill-opacity: 0.25; stroke: var(--run); }
line.error, line.abort { stroke: var(--bad); stroke-width: 1.75; }
.end { stroke: var(--paper); stroke-width: 1.75; }
.stop { fill: var(--paper); }
.said.error, .said.abort, text.stale { fill: var(--bad); }
circle.stale { fill: none; stroke: var(--bad); stroke-width: 1.75; }
@media (forced-colors: active) { svg { forced-color-adjust: none; } }
`;
