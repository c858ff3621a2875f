/**
 * A decorator for methods with this `this`, these arguments and this result, under the standard and the older protocol
 * (`experimentalDecorators`).
 *
 * An intersection, not overloads: TypeScript then infers the method's type from the member that fits the protocol.
 *
 * @typeParam This - the `this` of the method
 * @typeParam A - its arguments
 * @typeParam R - its result
 */
export type CoalesceDecorator<This, A extends readonly any[], R> = ((
  method: (this: This, ...args: A) => R,
  context: ClassMethodDecoratorContext<This>,
) => any) &
  ((target: Last<This>, name: PropertyKey, descriptor: { readonly value?: (this: This, ...args: A) => R }) => any);

/** Makes TypeScript infer `This` from the target only if there is no context. */
type Last<T> = T extends unknown ? T : never;
