import { defaults } from './api.js';
import { element } from './dom.js';
import { Feed } from './feed.js';
import { Play } from './play.js';
import { scenes } from './scenes/index.js';
import type { Scene } from './scenes/scene.js';
import { ThingsInPage } from './things-in-page.js';

/** Plays the scenes in pages of the documentation, where there is no server: `<div data-scene="herd">`, or a picture of a scene. */
for (const place of document.querySelectorAll<HTMLElement>('[data-scene], img[src$="timeline.svg"]')) {
  const scene = scenes.find(({ id }) => id === (place.dataset['scene'] ?? 'leader-leaves'));
  if (scene !== undefined) place.replaceWith(stageOf(scene));
}

function stageOf(scene: Scene): HTMLElement {
  const figures = element('div');
  const again = element('button', '', 'Play');
  const stage = element('div', 'scene', figures, again);
  const feed = new Feed(element('ol'));
  const settings = { ...defaults, ...scene.settings };
  let playing: Play | undefined;

  function play(): void {
    playing?.stop();
    const span = Math.max(500, scene.lasts * settings.latency);
    const current = new Play(
      ThingsInPage,
      () => settings,
      () => span,
      feed,
      figures,
    );
    playing = current;
    again.textContent = 'Play again';
    void scene.play(current.stage()).then(() => current.quiet());
  }

  again.type = 'button';
  again.ariaLabel = `Play: ${scene.title}`;
  again.addEventListener('click', play);
  // The first time by itself, when somebody looks.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    seen.disconnect();
    if (playing === undefined && !matchMedia('(prefers-reduced-motion: reduce)').matches) play();
  });
  seen.observe(stage);
  return stage;
}
