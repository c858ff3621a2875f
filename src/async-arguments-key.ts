import { callerSignal } from './caller-signal.js';
import { argumentsKey } from './arguments-key.js';
export function asyncArgumentsKey(...args: readonly unknown[]): unknown {
  const s = callerSignal(args);
  if (!s) return argumentsKey(...args);
  const last = args.at(-1);
  if (last === s) return argumentsKey(...args.slice(0, -1));
  const { signal, ...rest } = last as any;
  return Object.keys(rest).length ? argumentsKey(...args.slice(0, -1), rest) : argumentsKey(...args.slice(0, -1));
}
