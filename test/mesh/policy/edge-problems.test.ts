import { expect, test } from '@jest/globals';
import { EDGE_PROBLEMS } from '../../../mesh/policy/edge-problems.ts';
import { KIT_ERRORS } from '../../../services/kit/errors/kit-errors.ts';

test('gateways and services give the same status and title to a code', () => {
  for (const [code, { status, title }] of Object.entries(EDGE_PROBLEMS)) {
    expect(KIT_ERRORS).toMatchObject({ [code]: { http: status, title } });
  }
});
