import { portable } from './portable.js';

/** The classes of errors that say something by themselves, the general one last. */
const classes = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

/** How many causes of causes cross. An error may be its own. */
const mostCauses = 8;

/** What was thrown, as data: an error by its parts, and everything else as it is, alone in an array. */
export function thrownAsData(thrown: unknown, depth = 0): readonly unknown[] {
  const isDomException = thrown instanceof DOMException;
  if (!(thrown instanceof Error) && !isDomException) {
    return [thrown];
  }
  const another = (cause: unknown): unknown => {
    const data = depth < mostCauses ? thrownAsData(cause, depth + 1) : undefined;
    return crosses(data) ? data : undefined;
  };
  const isAggregate = thrown instanceof AggregateError;
  const code = isDomException || !('code' in thrown) ? {} : { code: thrown.code };
  return [
    isDomException
      ? 'DOMException'
      : isAggregate
        ? 'AggregateError'
        : classes.find((each) => thrown instanceof each)?.name,
    thrown.name,
    thrown.message,
    thrown.stack,
    Object.entries({ ...code, ...(thrown as object) }).filter(
      (property) => property[0] !== 'cause' && crosses(property),
    ),
    'cause' in thrown ? another(thrown.cause) : undefined,
    isAggregate ? thrown.errors.map(another) : undefined,
  ];
}

/** What was thrown, of what has arrived of it. */
export function thrownFromData(data: unknown): unknown {
  const [className, name, message, stack, properties, cause, errors] = data as [
    unknown,
    string,
    string,
    string,
    [string, unknown][],
    unknown,
    unknown[],
  ];
  if ((data as unknown[]).length === 1) {
    return className;
  }
  const error =
    className === 'DOMException'
      ? new DOMException(message, name)
      : className === 'AggregateError'
        ? new AggregateError(
            errors.map((each) => each && thrownFromData(each)),
            message,
          )
        : new (classes.find((each) => each.name === className) ?? Error)(message);
  const define = (name: string, value: unknown, enumerable: boolean): void => {
    Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
  };
  define('stack', stack, false);
  if (error.name !== name) {
    define('name', name, false);
  }
  if (cause !== undefined) {
    define('cause', thrownFromData(cause), false);
  }
  for (const [property, value] of properties) {
    define(property, value, true);
  }
  return error;
}

function crosses(data: unknown): boolean {
  try {
    portable(data, '');
    return true;
  } catch {
    return false;
  }
}
