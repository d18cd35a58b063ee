import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { app } from '../layers/app.ts';
import { builtIn } from '../layers/built-in.ts';
import type { ProbeCaller } from '../layers/layer.ts';
import { mesh } from '../layers/mesh.ts';
import { prepareProxyless, proxyless } from '../layers/proxyless.ts';
import type { CallOptions, CallResult } from '../probe.ts';
import { answerLines } from './answer-lines.ts';
import { type PolicyMarkers, waitForSidecar } from './wait-for-sidecar.ts';

const LAYERS = { app, 'built-in': builtIn, mesh, proxyless };

export type LayerInPod = keyof typeof LAYERS;

/** A question to a caller in a pod: wait for its sidecar, open a client, or call. */
export type CallerQuestion =
  | { readonly waitFor: PolicyMarkers }
  | { readonly open: LayerInPod; readonly policy: CallPolicy; readonly addresses: readonly string[] }
  | { readonly call: CallOptions };

let caller: ProbeCaller | undefined;

await answerLines(async (question: CallerQuestion): Promise<CallResult | undefined> => {
  if ('waitFor' in question) return waitForSidecar(question.waitFor);
  if ('call' in question) return caller?.call(question.call);
  if (question.open === 'proxyless') await prepareProxyless();
  caller = LAYERS[question.open](question.policy, question.addresses);
});
