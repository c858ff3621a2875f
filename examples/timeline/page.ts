import { defaults, settingNames, settingsFrom, type Settings } from './api.js';
import { Console, type Way } from './console.js';
import { element, the } from './dom.js';
import { Feed } from './feed.js';
import { messageOf, Play } from './play.js';
import { Requests } from './requests.js';
import { codeIn, scenes } from './scenes/index.js';
import type { Scene } from './scenes/scene.js';

const CONSOLE = 'console';
const CONSOLE_SPAN = 8000;
const consoleCaption = [
  'Call with a key, alone or as a crowd; leave, forget and abort, and see what becomes of the flight.',
  'All ways of calling share one registry, so promise callers and Observables meet on the same flights.',
];

const main = the('main', HTMLElement);
const settingsForm = the('#settings', HTMLFormElement);
const consoleForm = the('#console', HTMLFormElement);
const links = the('nav ul', HTMLUListElement);
const figures = the('#figures', HTMLElement);
const status = the('#status', HTMLElement);
const code = the('#code code', HTMLElement);
const feed = new Feed(the('#feed', HTMLElement));

let current: Play | undefined;
let visitor: Console | undefined;

/** Everything is in the address: the scene, and the settings that differ from the scene's own. */
function sceneInAddress(): Scene | undefined {
  const id = new URLSearchParams(location.search).get('scene');
  return id === CONSOLE ? undefined : (scenes.find((scene) => scene.id === id) ?? scenes[0]);
}

function settings(): Settings {
  return settingsFrom(new URLSearchParams(location.search), { ...defaults, ...sceneInAddress()?.settings });
}

function addressOf(id: string, chosen: Partial<Settings> = {}): string {
  const changed = Object.entries(chosen).map(([name, value]) => [name, String(value)]);
  return `?${new URLSearchParams([['scene', id], ...changed]).toString()}`;
}

/** Shows what the address names, and plays it. */
async function show(): Promise<void> {
  const scene = sceneInAddress();
  for (const link of links.querySelectorAll('a')) {
    if (link.search === addressOf(scene?.id ?? CONSOLE)) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  for (const [name, value] of Object.entries(settings())) fieldOf(settingsForm, name).value = String(value);
  const title = scene?.title ?? 'Try it yourself';
  document.title = `${title} · Flights, as they happen`;
  the('#title', HTMLElement).textContent = title;
  const lines = (scene?.caption ?? consoleCaption).map((line) => element('span', '', line));
  the('#caption', HTMLElement).replaceChildren(...lines);
  consoleForm.hidden = scene !== undefined;
  the('#again', HTMLButtonElement).textContent = scene === undefined ? 'Start over' : 'Play again';
  main.classList.toggle('at-console', scene === undefined);
  play(scene);
  code.textContent = codeIn(await sourceOf(scene === undefined ? 'console.ts' : `scenes/${scene.id}.ts`));
}

function play(scene: Scene | undefined): void {
  current?.stop();
  const span = (): number => (scene === undefined ? CONSOLE_SPAN : Math.max(500, scene.lasts * settings().latency));
  const playing = new Play(Requests, settings, span, feed, figures);
  current = playing;
  visitor = undefined;
  status.textContent = '';
  if (scene === undefined) {
    visitor = new Console(playing.stage());
    begun(playing);
    void settled(playing);
  } else {
    const over = scene.play(playing.stage());
    begun(playing);
    void over.then(() => settled(playing));
  }
}

function begun(playing: Play): void {
  main.dataset['plays'] = playing.plays.join(' ');
  main.dataset['state'] = 'playing';
}

/** Reports when nothing is in flight any longer, and no call is going to be made. */
async function settled(playing: Play): Promise<void> {
  if (!(await playing.quiet()) || playing !== current) return;
  main.dataset['state'] = 'quiet';
  status.textContent = playing.inWords();
}

async function sourceOf(path: string): Promise<string> {
  const response = await fetch(path);
  return response.text();
}

function act(action: string): void {
  if (current === undefined || visitor === undefined) return;
  const key = fieldOf(consoleForm, 'key').value;
  const way = fieldOf(consoleForm, 'way').value as Way;
  const wish = { key, way, retries: Number(fieldOf(consoleForm, 'retries').value) };
  begun(current);
  if (action === 'call') visitor.call(wish);
  else if (action === 'burst') burst(visitor, wish);
  else if (!had(visitor, action, key)) feed.add(`${action}: nobody there for ${key}`);
  void settled(current);
}

function burst(by: Console, wish: Parameters<Console['call']>[0]): void {
  const callers = Math.min(1000, Number(fieldOf(consoleForm, 'burst').value));
  for (let caller = 0; caller < callers; caller++) by.call(wish, callers > 10);
}

function had(by: Console, action: string, key: string): boolean {
  if (action === 'leave') return by.leave(key);
  if (action === 'leader') return by.leaderLeaves(key);
  return action === 'forget' ? by.forget(key) : by.abort(key);
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement | HTMLSelectElement {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) return field;
  throw new Error(`The form has no ${name}`);
}

for (const { id, title } of [...scenes, { id: CONSOLE, title: 'Try it yourself' }]) {
  const link = element('a', '', title);
  link.href = addressOf(id);
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    void show();
    the('#title', HTMLElement).focus({ preventScroll: true });
  });
  links.append(element('li', '', link));
}

settingsForm.addEventListener('change', () => {
  const given = new URLSearchParams(settingNames.map((name) => [name, fieldOf(settingsForm, name).value]));
  const scene = sceneInAddress();
  history.replaceState(null, '', addressOf(scene?.id ?? CONSOLE, settingsFrom(given)));
  if (scene === undefined) return;
  void show();
});
settingsForm.addEventListener('submit', (event) => event.preventDefault());
consoleForm.addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.submitter instanceof HTMLButtonElement) act(event.submitter.value);
});
the('#again', HTMLButtonElement).addEventListener('click', () => play(sceneInAddress()));
the('#copy', HTMLButtonElement).addEventListener('click', () => {
  navigator.clipboard.writeText(code.textContent).then(
    () => (status.textContent = 'Copied.'),
    (error: unknown) => (status.textContent = `Not copied: ${messageOf(error)}`),
  );
});
window.addEventListener('popstate', () => void show());

void show();
