export function argumentsKey(...args: readonly unknown[]): unknown {
  return args.length === 1 && typeof args[0] !== 'object' ? args[0] : '\0' + JSON.stringify(args);
}
