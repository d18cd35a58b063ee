import { expect, test } from '@jest/globals';
import { typeNameViolations } from '../../../scripts/check/type-names.ts';

test.each(['export interface Plan {}', 'export type Plan = string;', 'export abstract class Plan {}'])(
  'rejects %s beside a type of the same name',
  (text) => {
    const files = [
      { path: 'mesh/a.ts', text: 'export interface Plan {}' },
      { path: 'scripts/b.ts', text: `\n${text}\n` },
    ];
    expect(typeNameViolations(files)).toEqual([
      'scripts/b.ts:2: the type Plan is declared at mesh/a.ts:1 too; qualify one by what it belongs to',
    ]);
  },
);

test.each([
  'interface Plan {}',
  'export type { Plan } from "./a.ts";',
  'export const Plan = 1;',
  'export interface RolloutPlan {}',
])('accepts %s beside it', (text) => {
  const files = [
    { path: 'mesh/a.ts', text: 'export interface Plan {}\nexport const Plan = {};' },
    { path: 'scripts/b.ts', text },
  ];
  expect(typeNameViolations(files)).toEqual([]);
});
