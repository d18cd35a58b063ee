import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS, loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';

describe.each(Object.keys(ENVIRONMENTS))('the shop in %s', (name) => {
  const { manifests, problems, accepted } = synthesizeShop(loadEnvironment(name));

  test('has no problem, and needs no approximation', () => {
    expect(problems).toEqual([]);
    expect(accepted).toEqual([]);
  });

  test('consists of these objects', () => {
    const lines = manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`);
    expect(lines.sort().join('\n')).toMatchSnapshot();
  });

  test('has no secret in it', () => {
    expect(manifests.filter(({ object }) => object.kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(manifests)).not.toMatch(/PRIVATE KEY|"(stringData|POSTGRES_PASSWORD)"/);
  });
});
