/** An SVG element: its name, its attributes and its text. The text is a tooltip, unless the element is a `text`. */
export type Shape = readonly [
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string | undefined,
];

const SVG = 'http://www.w3.org/2000/svg';

/** Makes the shapes the children of the `svg`. Existing children are reused if their names match. No text is ever parsed as markup. */
export function paint(svg: SVGSVGElement, shapes: readonly Shape[]): void {
  const make = (name: string): Element => svg.ownerDocument.createElementNS(SVG, name);
  let next = svg.firstElementChild;
  for (const [name, attributes, text = ''] of shapes) {
    let element = next;
    next &&= next.nextElementSibling;
    if (element?.localName !== name) {
      const made = make(name);
      if (element === null) svg.append(made);
      else element.replaceWith(made);
      element = made;
    }
    for (const [attribute, value] of Object.entries(attributes)) {
      if (element.getAttribute(attribute) !== String(value)) element.setAttribute(attribute, String(value));
    }
    if (element.textContent !== text) {
      element.textContent = '';
      const place = name === 'text' || text === '' ? element : element.appendChild(make('title'));
      place.textContent = text;
    }
  }
  while (next !== null) {
    const gone = next;
    next = next.nextElementSibling;
    gone.remove();
  }
}
