// What runs in each tab.
import { ask } from './client.js';
import { refreshOnceForAllTabs, refreshOnceForAllTabsByHand } from './refresh.js';
import { tokensInStorage } from './tokens.js';

const server = new URL(location.href);
const isByHand = server.searchParams.has('by-hand');
const refresh = (isByHand ? refreshOnceForAllTabsByHand : refreshOnceForAllTabs)(server, tokensInStorage);
const outcome = document.querySelector('output');

document.querySelector('#ask')?.addEventListener('click', () => void askTenTimes());
document.querySelector('#expire')?.addEventListener('click', () => void fetch('/expire', { method: 'POST' }));

async function askTenTimes(): Promise<void> {
  show('asking…');
  const answers = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => ask(new URL(`/data/${n}`, server), tokensInStorage, refresh)),
  );
  const good = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.ok);
  show(`${good.length} of 10 answered, by ${tokensInStorage.read()}`);
}

function show(text: string): void {
  if (outcome) outcome.textContent = text;
}
