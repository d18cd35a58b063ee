/** Yields each value of `source`, converted. */
export async function* mapEach<T, U>(source: AsyncIterable<T>, convert: (value: T) => U): AsyncGenerator<U> {
  for await (const value of source) yield convert(value);
}
