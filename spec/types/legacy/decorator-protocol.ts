/** Compiles under the older protocol alone: proof that this folder is checked with it. */
const legacy: MethodDecorator = () => undefined;

export class Decorated {
  @legacy
  method(): void {
    // Only the decorator matters.
  }
}
