import { draw } from './draw.js';
import type { FlightsSeen } from './observe-flights.js';
import { inWords } from './words.js';

export interface FollowOptions {
  /** How many milliseconds are in view. */
  readonly span?: number;
}

/** Keeps an `<svg>` up to date with what is seen: a frame at a time while anything is in flight, else when something changes. */
export function follow(
  seen: FlightsSeen<unknown>,
  svg: SVGSVGElement,
  { span = 8000 }: FollowOptions = {},
): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const resizing = new ResizeObserver(schedule);
  let frame = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  // The picture stands still while nothing is in flight.
  let now = seen.now();

  function paint(): void {
    frame = 0;
    if (seen.busy) now = seen.now();
    const width = svg.clientWidth;
    if (width === 0) return;
    const to = Math.max(now, seen.since + span);
    const { markup, height } = draw(seen.flights, { width, from: to - span, to, now });
    svg.innerHTML = markup;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.style.height = `${height}px`;
    if (!seen.busy) svg.setAttribute('aria-label', inWords(seen));
    else if (calm.matches) pause ??= setTimeout(resume, 500);
    else schedule();
  }

  function resume(): void {
    pause = undefined;
    schedule();
  }

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  svg.classList.add('timeline');
  svg.style.display = 'block';
  svg.style.width = '100%';
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', inWords(seen));
  resizing.observe(svg);
  const changes = seen.changes.subscribe({
    next: () => {
      now = seen.now();
      schedule();
    },
    error: schedule,
  });
  schedule();
  return () => {
    changes.unsubscribe();
    resizing.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(pause);
  };
}
