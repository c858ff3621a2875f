import { NEVER, Subject } from 'rxjs';
import { inFlightCalls, type InFlightCalls } from '../../src/index.js';
import {
  defineTimelineElement,
  showTimeline,
  type TimelineElement,
  type WatchedEvent,
  type WatchedRegistries,
} from '../../src/timeline/index.js';
import { expectCollected } from '../support/collected.js';

describe('showTimeline', () => {
  let place: HTMLElement;
  let inFlight: InFlightCalls<unknown>;

  beforeEach(() => {
    place = document.createElement('section');
    place.style.width = '800px';
    document.body.append(place);
    inFlight = inFlightCalls();
  });

  afterEach(() => {
    place.remove();
  });

  it('should draw a flight, its callers and its end, and describe them to those who do not see it', async () => {
    const source = new Subject<string>();
    const shown = showTimeline(place, inFlight, { span: 1000 });
    const call = inFlight.join('tea', () => source);
    call.subscribe();
    call.subscribe();
    await until(() => texts().includes('flight 1'));
    expect(texts()).toEqual(jasmine.arrayContaining(['tea', 'leader', 'caller']));
    expect(picture().querySelectorAll('.bar.open').length).toBe(1);
    expect(picture().querySelectorAll('.wait').length).toBe(2);
    source.complete();
    await frames();
    expect(picture().querySelectorAll('.bar.complete').length).toBe(1);
    expect(picture().querySelectorAll('.served').length).toBe(2);
    expect(picture().role).toBe('img');
    expect(picture().ariaLabel).toMatch(
      /^1 run for 2 calls\. Flight 1 of tea: 2 callers, completed after \d+ millisec/,
    );
    expect(root().querySelector('p')?.textContent).toBe('1 run for 2 calls');
    shown.unsubscribe();
  });

  it('should draw several registries, each by its name', async () => {
    const other = inFlightCalls<number, number>();
    const shown = showTimeline(place, { users: inFlight, orders: other });
    other.join(7, () => NEVER).subscribe();
    await frames();
    const labels = [...root().querySelectorAll('svg')].map(({ ariaLabel }) => ariaLabel);
    expect(labels).toEqual([
      'users: 0 runs for 0 calls.',
      'orders: 1 run for 1 call. Flight 1 of 7: 1 caller, under way.',
    ]);
    expect([...root().querySelectorAll('b')].map(({ textContent }) => textContent)).toEqual(['users', 'orders']);
    shown.unsubscribe();
  });

  it('should draw where a flight runs, each in its own way', async () => {
    const events = new Subject<WatchedEvent>();
    const shown = showTimeline(place, { events }, { span: 100 });
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      events.next({ type: 'start', key, flight: index + 1, callers: 1 });
    }
    events.next({ type: 'lead', key: 'a', flight: 1, callers: 1 });
    events.next({ type: 'follow', key: 'b', flight: 2, callers: 1, leader: 'tab 7' });
    events.next({ type: 'apart', key: 'c', flight: 3, callers: 1, error: new Error('away') });
    for (const type of ['.lead', '.follow', '.apart']) {
      await until(() => Number(picture().querySelector(type)?.getAttribute('width')) > 500);
    }
    expect(texts()).toEqual(
      jasmine.arrayContaining(['flight 1, led here', 'flight 2, follows tab 7', 'flight 3, apart: Error: away']),
    );
    expect(new Set(['.lead', '.follow', '.apart'].map(look)).size).toBe(3);
    events.complete();
    await frames();
    expect(picture().ariaLabel).toContain('Flight 2 of b: 1 caller, follows tab 7, lost sight of after');
    shown.unsubscribe();
  });

  it('should show hostile keys, errors and names as text, and parse none', async () => {
    const hostile = '<img src=x onerror="hacked = true"></text><script>hacked = true</script>';
    const events = new Subject<WatchedEvent>();
    const shown = showTimeline(place, { [hostile]: { events } });
    events.next({ type: 'start', key: hostile, flight: 1, callers: 1, caller: hostile });
    events.next({ type: 'apart', key: hostile, flight: 1, callers: 1, error: hostile });
    events.next({ type: 'start', key: 'b', flight: hostile as never, callers: hostile as never });
    await frames();
    events.next({ type: 'error', key: hostile, flight: 1, callers: 1, error: new Error(hostile) });
    await frames();
    expect(texts()).toContain(hostile.slice(0, 59) + '…');
    const names = [...root().querySelectorAll('*')].map(({ localName }) => localName);
    expect([...new Set(names)].sort()).toEqual(
      ['b', 'button', 'circle', 'div', 'line', 'p', 'path', 'rect', 'svg', 'text', 'title'].filter((name) =>
        names.includes(name),
      ),
    );
    expect((window as { hacked?: boolean }).hacked).toBeUndefined();
    shown.unsubscribe();
  });

  it('should draw many callers as an area, as high as their number at a time', async () => {
    const shown = showTimeline(place, inFlight);
    const call = inFlight.join('tea', () => NEVER);
    for (let caller = 0; caller < 10; caller++) call.subscribe();
    for (let caller = 0; caller < 20; caller++) call.subscribe().unsubscribe();
    await frames();
    expect(texts()).toContain('10 of 30 callers');
    expect(texts()).not.toContain('leader');
    const heights = [
      ...picture()
        .querySelector('.crowd')!
        .getAttribute('d')!
        .matchAll(/V([\d.]+)/g),
    ];
    const base = Number(/^M\S+ (\S+?)H/.exec(picture().querySelector('.crowd')!.getAttribute('d')!)![1]);
    expect(base - Math.min(...heights.map(([, height]) => Number(height)))).toBeGreaterThan(50);
    shown.unsubscribe();
  });

  it('should draw no more than it can show, however much is in flight', async () => {
    const shown = showTimeline(place, inFlight);
    for (let key = 0; key < 1000; key++) inFlight.join(key, () => NEVER).subscribe();
    await frames();
    expect(picture().querySelectorAll('.bar').length).toBe(100);
    expect(texts()).toContain('and 900 more in flight');
    shown.unsubscribe();
  });

  it('should keep the elements that it has from one picture to the next', async () => {
    const shown = showTimeline(place, inFlight);
    inFlight.join('tea', () => NEVER).subscribe();
    await frames();
    const bar = picture().querySelector('.bar');
    const before = bar?.getAttribute('width');
    await until(() => bar?.getAttribute('width') !== before);
    expect(picture().querySelector('.bar')).toBe(bar);
    shown.unsubscribe();
  });

  it('should stand still while it is paused, and catch up', async () => {
    const shown = showTimeline(place, inFlight);
    await frames();
    const button = root().querySelector('button')!;
    button.click();
    expect([button.textContent, button.ariaPressed]).toEqual(['Pause', 'true']);
    inFlight.join('tea', () => NEVER).subscribe();
    await frames();
    expect(texts()).not.toContain('tea');
    button.click();
    await frames();
    expect(texts()).toContain('tea');
    shown.unsubscribe();
  });

  it('should leave nothing behind when it is unsubscribed', async () => {
    const shown = showTimeline(place, inFlight);
    const reference = new WeakRef(root());
    inFlight.join('tea', () => NEVER).subscribe();
    await frames();
    const frame = spyOn(window, 'requestAnimationFrame').and.callThrough();
    const later = spyOn(window, 'setTimeout').and.callThrough();
    shown.unsubscribe();
    expect(place.childNodes.length).toBe(0);
    inFlight.join('rye', () => NEVER).subscribe();
    expect(frame).not.toHaveBeenCalled();
    expect(later).not.toHaveBeenCalled();
    await frames();
    frame.and.stub();
    later.and.callThrough();
    await expectCollected(reference);
    shown.unsubscribe();
  });

  it('should wait without drawing if it has no width', async () => {
    place.hidden = true;
    const shown = showTimeline(place, inFlight);
    inFlight.join('tea', () => NEVER).subscribe();
    await frames();
    expect(texts()).toEqual([]);
    place.hidden = false;
    await until(() => texts().includes('tea'));
    shown.unsubscribe();
  });

  it('should follow the color scheme of the page, and keep its styles to itself', async () => {
    const shown = showTimeline(place, inFlight);
    await frames();
    const background = (): string => getComputedStyle(root().querySelector('.timeline')!).backgroundColor;
    place.style.colorScheme = 'light';
    expect(background()).toBe('rgb(255, 255, 255)');
    place.style.colorScheme = 'dark';
    expect(background()).toBe('rgb(26, 29, 33)');
    expect([document.styleSheets.length, document.adoptedStyleSheets.length]).toEqual([0, 0]);
    expect(root().querySelectorAll('style, [style]').length).toBe(0);
    shown.unsubscribe();
  });

  it('should show in a document other than its own', async () => {
    const frame = document.createElement('iframe');
    place.append(frame);
    const { body } = frame.contentDocument!;
    const shown = showTimeline(body, inFlight);
    const button = body.firstElementChild?.shadowRoot?.querySelector('button');
    expect(frame.contentWindow!.getComputedStyle(button!).borderRadius).toBe('6px');
    shown.unsubscribe();
  });

  for (const { what, act, message } of [
    {
      what: 'an element',
      act: () => showTimeline(null as never, inFlight),
      message: /"element" to be an element, got null/,
    },
    {
      what: 'a selector',
      act: () => showTimeline('#x' as never, inFlight),
      message: /"element" to be an element, got "#x"/,
    },
    {
      what: 'registries',
      act: () => showTimeline(place, undefined as never),
      message: /"registries" to be a registry/,
    },
    {
      what: 'a span',
      act: () => showTimeline(place, inFlight, { span: 0 }),
      message: /"span" to be a number .* got 0/,
    },
  ]) {
    it(`should refuse a wrong argument, and append nothing: ${what}`, () => {
      expect(act).toThrowError(TypeError, message);
      expect(place.childNodes.length).toBe(0);
    });
  }

  describe('as an element', () => {
    let element: TimelineElement;

    beforeEach(() => {
      // Set before it is defined, as by a template that is rendered first.
      element = document.createElement('rxjs-coalesce-timeline');
      element.registries = inFlight;
      place.append(element);
      defineTimelineElement();
      defineTimelineElement();
    });

    it('should show its registries, also those that it was given before it was defined', async () => {
      inFlight.join('tea', () => NEVER).subscribe();
      await frames();
      expect(texts()).toContain('tea');
      expect(element.registries as WatchedRegistries).toBe(inFlight);
    });

    it('should show other registries when it is given others, and none', async () => {
      const other = inFlightCalls<string, number>();
      element.registries = { other };
      inFlight.join('tea', () => NEVER).subscribe();
      other.join('rye', () => NEVER).subscribe();
      await frames();
      expect(texts()).toContain('rye');
      expect(texts()).not.toContain('tea');
      element.registries = undefined;
      expect(root().childNodes.length).toBe(0);
    });

    it('should show the time span that its attribute sets', async () => {
      element.remove();
      element.setAttribute('span', '1000');
      place.append(element);
      await frames();
      expect(texts()).toEqual(['0 s', '0.1 s', '0.2 s', '0.3 s', '0.4 s', '0.5 s', '0.6 s', '0.7 s', '0.8 s', '0.9 s']);
    });

    it('should listen only while it is in the document', () => {
      const events = new Subject<WatchedEvent>();
      element.registries = { events };
      expect(events.observed).toBeTrue();
      element.remove();
      expect(events.observed).toBeFalse();
      element.registries = { events };
      expect(events.observed).toBeFalse();
      place.append(element);
      expect(events.observed).toBeTrue();
    });
  });

  function root(): ShadowRoot {
    return place.firstElementChild!.shadowRoot!;
  }

  function picture(): SVGSVGElement {
    return root().querySelector('svg')!;
  }

  function texts(): string[] {
    return [...root().querySelectorAll('text')].map(({ textContent }) => textContent);
  }

  function look(selector: string): string {
    const { fill, fillOpacity, strokeDasharray } = getComputedStyle(picture().querySelector(selector)!);
    return [fill, fillOpacity, strokeDasharray].join(' ');
  }
});

/** Waits two frames, after which everything is drawn. */
async function frames(): Promise<void> {
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await frames();
}
