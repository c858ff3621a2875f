/** What the keys of each library make of lists of arguments: which that differ are merged, which that are equal missed, which refused. */

/** `different` values and `lists` of arguments, of which no two are equal, each made afresh; and `equalPairs`. */
export function comparison({ different, lists, equalPairs }) {
  const groups = [Object.entries(different).map(([name, make]) => [name, () => [make()]]), Object.entries(lists)];
  return {
    asked: {
      merged: sum(groups.map(({ length }) => (length * (length - 1)) / 2)),
      missed: sum(groups.map(({ length }) => length)) + equalPairs.length,
      refused: sum(groups.map(({ length }) => length)),
    },
    async countsOf({ load, example }) {
      const share = await load();
      let runs = 0;
      const call = share(() => ++runs);
      const ask = async (name, ...pair) => {
        const [one, other] = await Promise.all(pair.map(runOf(call)));
        return { name, one, other };
      };
      const twice = await Promise.all(
        groups.map((group) => Promise.all(group.map(([name, make]) => ask(name, make(), make())))),
      );
      const equal = await Promise.all(equalPairs.map(({ what, one, other }) => ask(what, one, other)));
      const merged = twice
        .flatMap((group) => group.flatMap((later, i) => group.slice(0, i).map((earlier) => [earlier, later])))
        .filter(([earlier, later]) => earlier.one !== refused && earlier.one === later.one);
      const missed = [...twice.flat(), ...equal].filter(
        ({ one, other }) => one !== refused && other !== refused && one !== other,
      );
      const found = [
        ...merged.map(([earlier, later]) => `${earlier.name} and ${later.name}`),
        ...missed.map(({ name }) => name),
      ];
      if (example !== undefined && !found.includes(example.join(' and '))) {
        throw new Error(`${example.join(' and ')}: no example of what is merged or missed`);
      }
      return {
        merged: merged.length,
        missed: missed.length,
        refused: twice.flat().filter(({ one }) => one === refused).length,
      };
    },
  };
}

const refused = Symbol('refused');

/** The run that a call gets; all are in flight at once. */
function runOf(call) {
  return async (args) => {
    try {
      return await call(...args);
    } catch {
      return refused;
    }
  };
}

/** A line of the table, by cells. */
export function rowOf(name, { setting, example }, { merged, missed, refused }) {
  const [one, other] = (example ?? []).map((name) => (/^[a-z]/.test(name) ? name : `\`${name}\``));
  const result = one === undefined ? '' : other === undefined ? `${one} twice is two` : `${one} and ${other} are one`;
  return [name.replace(/,.*/, ''), setting, String(merged), String(missed), String(refused), result];
}

function sum(numbers) {
  return numbers.reduce((one, other) => one + other, 0);
}
