/** What clients got of one round of requests. */
export interface Answers {
  readonly right: number;
  readonly wrong: number;
  /** In ms, from the first request until the last answer. */
  readonly time: number;
}

/** Asks all gateways at once for a path, so many clients each. */
export async function askAll(
  gateways: readonly { readonly url: string }[],
  path: string,
  clients: number,
  signal?: AbortSignal,
): Promise<Answers> {
  const start = performance.now();
  const calls = gateways.flatMap(({ url }) => Array.from({ length: clients }, () => ask(url, path, signal)));
  const answers = await Promise.all(calls);
  const right = answers.filter((answer) => answer === `answer to ${path}`).length;
  return { right, wrong: answers.length - right, time: performance.now() - start };
}

async function ask(url: string, path: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await (await fetch(`${url}${path}`, { signal: signal ?? null })).text();
  } catch (error) {
    return String(error);
  }
}
