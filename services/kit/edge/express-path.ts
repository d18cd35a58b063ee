/** Returns a path such as `/v1/orders/{id}` in the syntax of Express: `/v1/orders/:id`. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
