import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** `docs/laws.md` names the specs that prove each law; titles of specs name the laws that they prove. */
describe('The page of the laws', () => {
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
  const [, ...sections] = readFileSync('docs/laws.md', 'utf8').split(/^### /m);
  const proofs = new Map(sections.map((section) => [parseInt(section, 10), specsIn(section)]));

  it('has every law once, in order', () => {
    expect(sections.map((section) => parseInt(section, 10))).toEqual(numbers);
  });

  it('links each law to specs that exist', () => {
    expect(numbers.filter((law) => !proofs.get(law)?.length)).toEqual([]);
    expect([...proofs.values()].flat().filter((file) => !existsSync(file))).toEqual([]);
  });

  it('links each law to all specs that name it in a title', () => {
    const missing = readdirSync('spec', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spec.ts'))
      .flatMap((name) => lawsIn(readFileSync(`spec/${name}`, 'utf8')).map((law) => ({ law, file: `spec/${name}` })))
      .filter(({ law, file }) => !proofs.get(law)?.includes(file));
    expect(missing).toEqual([]);
  });
});

function specsIn(section: string): string[] {
  return [...section.matchAll(/\]\(\.\.\/(spec\/[^)]+)\)/g)].map(([, file = '']) => file);
}

function lawsIn(source: string): number[] {
  const named = source.matchAll(/^ *(?:describe|describeFaces|it)\(.*\blaws? ([\d, and]+)/gim);
  return [...named].flatMap(([, list = '']) => (list.match(/\d+/g) ?? []).map(Number));
}
