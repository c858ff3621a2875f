const MOST = 300;

/** Prints the arguments in a key that `argumentsKey` wrote, as they are written in code. A long key is cut. */
export function readKey(key: string): string {
  let at = 1;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(key)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function value(): string {
    // A string comes after its length, which is one character or several digits.
    const length = take(/[\x80-\xff]|"\d+:/y);
    if (length !== undefined) {
      const characters = length.length === 1 ? length.charCodeAt(0) - 128 : parseInt(length.slice(1));
      at += characters;
      return JSON.stringify(key.slice(at - characters, Math.min(at, at - characters + MOST)));
    }
    if (take(/@/y)) return `Symbol(${value()})`;
    if (take(/\[/y)) return `[${values()}]`;
    if (take(/\{|#\d+:/y)) return `{ ${values(': ')} }`;
    const built = take(/[A-Z]\w+:/y);
    return built === undefined ? (take(/-?\d+n|[^;]*;/y) ?? '').replace(';', '') : `${built.slice(0, -1)}(${values()})`;
  }

  function values(separator?: string): string {
    const all = [];
    while (at < key.length && key[at] !== ';') {
      if (at > MOST) return `${all.join(', ')}, …`;
      const first = value();
      all.push(separator === undefined ? first : first + separator + value());
    }
    at++;
    return all.join(', ');
  }

  return values();
}
