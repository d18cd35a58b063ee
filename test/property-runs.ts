/**
 * Returns the number of runs of a property test: `usual`, or WEFT_PROPERTY_RUNS where the environment sets it, as in
 * `WEFT_PROPERTY_RUNS=100000 npm test -- test/mesh/render/yaml.test.ts`.
 *
 * @throws Error when WEFT_PROPERTY_RUNS is not a positive integer
 */
export function propertyRuns(usual: number): number {
  const text = process.env.WEFT_PROPERTY_RUNS;
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new Error(`WEFT_PROPERTY_RUNS is '${text}'; use a positive integer`);
  }
  return Number(text);
}
