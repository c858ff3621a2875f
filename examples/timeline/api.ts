/** How the server behaves; the visitor sets it, and every request carries it. */
export interface Settings {
  /** Milliseconds from a request to the end of its answer. */
  readonly latency: number;
  /** How many of a hundred requests fail. */
  readonly failures: number;
  /** How many requests fail before any succeeds. */
  readonly broken: number;
  /** How many values an answer has, spread over the latency. */
  readonly values: number;
  /** The size of each value in KiB. */
  readonly size: number;
}

/** One value of an answer. */
export interface Part {
  readonly key: string;
  /** Which request of the play was answered. */
  readonly request: number;
  /** What had been written when the request arrived. */
  readonly version: number;
  readonly value: number;
  readonly filling: string;
}

/** What the server has counted in one play of a scene. */
export interface Tally {
  readonly received: number;
  readonly answered: number;
  readonly failed: number;
  readonly aborted: number;
  readonly written: number;
}

export const defaults: Settings = { latency: 900, failures: 0, broken: 0, values: 1, size: 1 };

const limits: Record<keyof Settings, readonly [least: number, most: number]> = {
  latency: [50, 10_000],
  failures: [0, 100],
  broken: [0, 10],
  values: [1, 20],
  size: [0, 256],
};

/** The settings that a query names, within their limits, and `otherwise` for the rest. */
export function settingsFrom(parameters: URLSearchParams, otherwise: Settings = defaults): Settings {
  const settings = { ...otherwise } as { -readonly [P in keyof Settings]: number };
  for (const name of settingNames) {
    const given = parameters.get(name);
    const [least, most] = limits[name];
    if (given !== null && Number.isFinite(Number(given))) {
      settings[name] = Math.round(Math.min(Math.max(Number(given), least), most));
    }
  }
  return settings;
}

export const settingNames = Object.keys(defaults) as (keyof Settings)[];
