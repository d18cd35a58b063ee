import { describe, expect, test } from '@jest/globals';
import { importViolations, runImportRule } from '../../../scripts/check/import-rule.ts';

const VIOLATIONS: readonly (readonly [file: string, from: string])[] = [
  ['charts/shop.ts', '../services/kit/errors.ts'],
  ['charts/shop.ts', '../services/order/saga.ts'],
  ['charts/shop.ts', '../scripts/start.ts'],
  ['mesh/graph/call.ts', '../../services/proto/gen/weft/order/v1/order.ts'],
  ['mesh/graph/call.ts', '../../charts/shop.ts'],
  ['mesh/policy/retries.ts', '../graph/call.ts'],
  ['mesh/policy/retries.ts', '../../imports/kubernetes.ts'],
  ['imports/kubernetes.ts', '../mesh/graph/call.ts'],
  ['services/proto/gen/order.ts', '../../kit/errors.ts'],
  ['services/kit/service.ts', '../../mesh/graph/call.ts'],
  ['services/order/saga.ts', '../payment/charge.ts'],
  ['services/order/saga.ts', '../../mesh/policy/retries.ts'],
  ['services/order/saga.ts', '../../mesh/graph/call.ts'],
  ['services/order/saga.ts', '../../charts/shop.ts'],
  ['services/kit/grpc/handlers.ts', '../server/health.ts'],
  ['services/kit/time/sleep.ts', '../service.ts'],
  ['services/kit/service.ts', '../order/saga.ts'],
  ['scripts/start.ts', '../services/order/main.ts'],
  ['scripts/operate/load/load.ts', '../../lab/chaos/plan.ts'],
  ['scripts/operate/load/load.ts', '../../../services/kit/time/sleep.ts'],
  ['scripts/process/run-tool.ts', '../operate/load/load.ts'],
  ['mesh/run/local-run.ts', '../../charts/shop.ts'],
  ['scripts/start.ts', '../test/postgres.ts'],
];

const ALLOWED: readonly (readonly [file: string, from: string])[] = [
  ['charts/shop.ts', '../mesh/graph/platform.ts'],
  ['charts/shop.ts', '../services/proto/gen/weft/order/v1/order.ts'],
  ['charts/shop.ts', 'cdk8s'],
  ['mesh/compile/istio/gateway.ts', '../../policy/edge.ts'],
  ['mesh/compile/istio/gateway.ts', '../../../imports/networking.istio.io.ts'],
  ['services/kit/service.ts', '../proto/gen/grpc/health/v1/health.ts'],
  ['services/kit/service.ts', '../../mesh/policy/duration.ts'],
  ['services/kit/server/health.ts', '../grpc/handlers.ts'],
  ['services/kit/service.ts', './service/start.ts'],
  ['services/order/saga.ts', '../kit/service.ts'],
  ['scripts/lab/chaos/plan.ts', '../../../services/kit/time/sleep.ts'],
  ['services/order/saga.ts', '../proto/gen/weft/order/v1/order.ts'],
  ['services/order/saga.ts', './settings.ts'],
  ['scripts/start.ts', '../charts/shop.ts'],
  ['test/shop/order.test.ts', '../../services/order/saga.ts'],
];

const FORMS: Readonly<Record<string, (from: string) => string>> = {
  'an import': (from) => `import { a } from '${from}';`,
  'an import for its effect': (from) => `import '${from}';`,
  'an export from': (from) => `export { a } from '${from}';`,
  'an export of all': (from) => `export * from '${from}';`,
  'a dynamic import': (from) => `const a = await import('${from}');`,
  'an import of a type': (from) => `import type { A } from '${from}';`,
  'a type import()': (from) => `let a: import('${from}').A;`,
};

describe('the import rule', () => {
  test.each(VIOLATIONS)('rejects that %s imports %s', (file, from) => {
    expect(importViolations(file, `import { a } from '${from}';`)).toHaveLength(1);
  });

  test.each(ALLOWED)('accepts that %s imports %s', (file, from) => {
    expect(importViolations(file, `import { a } from '${from}';`)).toEqual([]);
  });

  test.each(Object.entries(FORMS))('reports %s with its line', (_form, write) => {
    const source = `// ä, two bytes\nconst before = 1;\n${write('../payment/charge.ts')}\n`;
    expect(importViolations('services/order/saga.ts', source)).toEqual([
      'services/order/saga.ts:3: services/order may import itself, services/kit, services/proto, types of mesh/policy, ' +
        'not services/payment/charge.ts: a service builds on services/kit, and calls other services over gRPC only',
    ]);
  });

  test('lets a service import types of mesh/policy only', () => {
    const types = `import type { Edge } from '../../mesh/policy/edge.ts';`;
    expect(importViolations('services/gateway/main.ts', types)).toEqual([]);
  });

  test('ignores imports in comments and strings', () => {
    const source = `// import '../payment/charge.ts'\nconst text = "import '../payment/charge.ts'";`;
    expect(importViolations('services/order/saga.ts', source)).toEqual([]);
  });

  test('finds no violation in the checkout', async () => {
    expect(await runImportRule()).toEqual([]);
  });
});
