type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Returns an HTML element. Text is never parsed as HTML.
 * @param attributes `true` sets an empty attribute, `false` and `undefined` none
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : String(value));
  node.append(...children);
  return node;
}

/** Returns the element of the page with an id. @throws Error if the page does not have it */
export function byId<T extends HTMLElement>(id: string): T {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no element '${id}'`);
  return node as T;
}
