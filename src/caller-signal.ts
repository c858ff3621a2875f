export function callerSignal(args: readonly unknown[]): AbortSignal | undefined {
  const last = args[args.length - 1];
  if (typeof last !== 'object' || last === null) return undefined;
  if (last instanceof AbortSignal) return last;
  const s = (last as any).signal;
  return s instanceof AbortSignal ? s : undefined;
}
export function isAbortSignal(x: unknown): x is AbortSignal {
  return x instanceof AbortSignal;
}
