import { expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { parse } from 'yaml';
import { loadEnvironment } from '../../../../charts/environments.ts';
import { Shop } from '../../../../charts/shop.ts';
import type { RuleFile } from '../../../../mesh/compile/rules/rule-file.ts';
import { ruleFiles, rules } from '../../../../mesh/compile/rules/rule-files.ts';
import { smallPlatform } from '../small-platform.ts';

const shop = () => new Shop(new App(), loadEnvironment('kind'));

test('the shop has a file of rules per service, and one for all', () => {
  expect(Object.keys(ruleFiles(shop()))).toEqual([
    'service-user.yaml',
    'service-product.yaml',
    'service-payment.yaml',
    'service-order.yaml',
    'service-notification.yaml',
    'service-gateway.yaml',
    'service-web.yaml',
    'platform.yaml',
  ]);
});

test('the rules of the product service are the recorded ones', () => {
  expect(ruleFiles(shop())['service-product.yaml']).toMatchSnapshot();
});

test('the rules of all services are the recorded ones', () => {
  expect(ruleFiles(shop())['platform.yaml']).toMatchSnapshot();
});

test('a rule file is the YAML of its rules', () => {
  const files = ruleFiles(shop());
  for (const [name, file] of Object.entries(rules(shop())))
    expect(parse(files[`${name}.yaml`] ?? '') as RuleFile).toEqual(file);
});

test('names of groups are unique in all files', () => {
  const names = Object.values(rules(shop())).flatMap(({ groups }) => groups.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test('a service without requests has no objectives, and a platform without topics no alerts about events', () => {
  const { platform } = smallPlatform();
  const groups = (name: string) => rules(platform)[name]?.groups.map((group) => group.name);
  expect(groups('service-audit')).toEqual(['audit-pods']);
  expect(groups('service-stock')).toEqual(['stock-availability', 'stock-latency', 'stock-pods']);
});

test('a latency threshold of whole seconds matches the bucket in the spelling of Prometheus 2 and 3', () => {
  const { platform } = smallPlatform({ stock: { serviceLevel: { latencyThreshold: '1s' } } });
  expect(ruleFiles(platform)['service-stock.yaml']).toContain('le=~"1(\\\\.0)?"');
});
