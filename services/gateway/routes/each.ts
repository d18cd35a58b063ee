/** What `convert` makes of each value of `source`, one at a time. */
export async function* each<T, U>(source: AsyncIterable<T>, convert: (value: T) => U): AsyncGenerator<U> {
  for await (const value of source) yield convert(value);
}
