import { shared } from './shared.js';

const results = await shared();

const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
await navigator.serviceWorker.register('/worker.js', { type: 'module' });
await controlled;
const ask = async () => (await fetch('/users/1')).text();
globalThis.results = { ...results, answers: await Promise.all([ask(), ask()]) };
