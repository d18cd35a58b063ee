import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS, loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';

describe.each(Object.keys(ENVIRONMENTS))('the shop in %s', (name) => {
  const { manifests, problems, accepted } = synthesizeShop(loadEnvironment(name));

  test('has no problems and no approximate fields', () => {
    expect(problems).toEqual([]);
    expect(accepted).toEqual([]);
  });

  test('has the recorded objects', () => {
    const lines = manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`);
    expect(lines.sort().join('\n')).toMatchSnapshot();
  });

  test('contains no secret', () => {
    expect(manifests.filter(({ object }) => object.kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(manifests)).not.toMatch(/PRIVATE KEY|"(stringData|POSTGRES_PASSWORD)"/);
  });
});
