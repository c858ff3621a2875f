import { parseArgs } from 'node:util';

export interface Options {
  readonly gateways: number;
  readonly clients: number;
  readonly products: number;
}

export const HELP = `A fleet of gateways before one slow origin that counts

  npm run example:fleet                 a table as it runs; one gateway is killed in the middle

  -- --gateways N    how many gateways (4)
  -- --clients N     how many clients ask each gateway at once (50)
  -- --products N    how many products are asked for, one after another (5)
  -- --help          show this
`;

export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      gateways: { type: 'string', default: '4' },
      clients: { type: 'string', default: '50' },
      products: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: 'gateways' | 'clients' | 'products', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least || value > 1000) {
      throw new Error(`--${name} takes a whole number from ${least} to 1000, not '${values[name]}'`);
    }
    return value;
  };
  return { gateways: number('gateways', 2), clients: number('clients', 1), products: number('products', 1) };
}
