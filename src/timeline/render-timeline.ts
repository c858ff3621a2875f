import { Subscription } from 'rxjs';
import { unexpected } from '../config/unexpected.js';
import { counted } from './counted.js';
import { draw } from './draw.js';
import { FlightsSeen } from './flights-seen.js';
import { inWords } from './in-words.js';
import { paint } from './paint.js';
import { registriesByName } from './registries-by-name.js';
import { styles } from './styles.js';
import type { TimelineOptions } from './timeline-options.js';
import type { WatchedRegistries } from './watched-flights.js';

const MOST_ENDED = 200;
/** Milliseconds from one picture to the next where motion is to be reduced, and from one wording to the next. */
const CALM = 500;
const WORDED = 1000;

/** Shows flights in a shadow root until unsubscribed: a frame at a time while any is in flight, else when something changes. */
export function renderTimeline(
  where: string,
  root: ShadowRoot,
  registries: WatchedRegistries,
  { span = 10_000 }: TimelineOptions = {},
): Subscription {
  if (!(span > 0 && span < Infinity)) throw unexpected(where, 'span', 'a number of milliseconds above 0', span);
  const named = registriesByName(where, registries);

  const document = root.ownerDocument;
  const since = performance.now();
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const resizing = new ResizeObserver(schedule);
  const shown = new Subscription();
  let frame = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let worded = -Infinity;
  // The picture stands still while nothing is in flight.
  let now = since;

  // A sheet of the document that it is for: another window's is refused.
  const sheet = new (document.defaultView ?? window).CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];

  const timeline = document.createElement('div');
  timeline.className = 'timeline';
  timeline.role = 'group';
  timeline.ariaLabel = 'Flights';

  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Pause';
  button.ariaPressed = 'false';
  button.addEventListener('click', () => {
    button.ariaPressed = String(button.ariaPressed === 'false');
    schedule();
  });
  timeline.append(button);

  const pictures = named.map(([name, watched]) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.role = 'img';
    const counts = document.createTextNode('');
    const head = document.createElement('p');
    const title = document.createElement('b');
    title.textContent = name;
    head.append(title, counts);
    timeline.append(head, svg);
    resizing.observe(svg);
    const seen = new FlightsSeen(watched, MOST_ENDED, changed);
    shown.add(() => seen.stop());
    return { name, counts, svg, seen };
  });
  root.append(timeline);
  schedule();

  shown.add(() => {
    resizing.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(pause);
    timeline.remove();
    root.adoptedStyleSheets = [];
  });
  return shown;

  function changed(): void {
    now = performance.now();
    schedule();
  }

  function schedule(): void {
    if (frame === 0 && !shown.closed) frame = requestAnimationFrame(show);
  }

  function show(): void {
    frame = 0;
    if (button.ariaPressed === 'true') return;
    const busy = pictures.some(({ seen }) => seen.open > 0);
    if (busy) now = performance.now();
    // What changes with each frame cannot be read out.
    const toWord = !busy || now > worded + WORDED;
    if (toWord) worded = now;
    const to = Math.max(now, since + span);
    const slides = to === now;
    for (const { name, counts, svg, seen } of pictures) {
      counts.data = `${name && ' '}${counted(seen.runs, 'run')} for ${counted(seen.calls, 'call')}`;
      if (toWord) svg.ariaLabel = `${name && `${name}: `}${inWords(seen)}`;
      const width = svg.clientWidth;
      if (width === 0) continue;
      const { shapes, height } = draw(seen.flights, { width, from: to - span, to, now, slides });
      svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
      svg.setAttribute('height', `${height}`);
      paint(svg, shapes);
    }
    if (busy && calm.matches) {
      pause ??= setTimeout(() => {
        pause = undefined;
        schedule();
      }, CALM);
    } else if (busy) {
      schedule();
    }
  }
}
