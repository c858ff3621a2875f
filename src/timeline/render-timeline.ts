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
/** Milliseconds between two pictures if the user prefers reduced motion. */
const CALM_INTERVAL = 500;
/** Milliseconds between two descriptions in words. */
const WORDS_INTERVAL = 1000;

/** Shows flights in a shadow root until unsubscribed. It draws each frame while any is in flight, and else when something changes. */
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
  /** When the picture was last described in words. */
  let describedAt = -Infinity;
  // `now` stands still while nothing is in flight, and so does the picture.
  let now = since;

  // The style sheet must come from the window of the document, which may be another one.
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
    // A screen reader cannot read out a text that changes with each frame.
    const describes = !busy || now > describedAt + WORDS_INTERVAL;
    if (describes) describedAt = now;
    const to = Math.max(now, since + span);
    const slides = to === now;
    for (const { name, counts, svg, seen } of pictures) {
      counts.data = `${name && ' '}${counted(seen.runs, 'run')} for ${counted(seen.calls, 'call')}`;
      if (describes) svg.ariaLabel = `${name && `${name}: `}${inWords(seen)}`;
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
      }, CALM_INTERVAL);
    } else if (busy) {
      schedule();
    }
  }
}
