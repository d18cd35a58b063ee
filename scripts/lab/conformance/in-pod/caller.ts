import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { app } from '../layers/app.ts';
import { builtIn } from '../layers/built-in.ts';
import type { ProbeCaller } from '../layers/layer.ts';
import { mesh } from '../layers/mesh.ts';
import { proxyless, readyForProxyless } from '../layers/proxyless.ts';
import type { CallOptions, Ended } from '../probe.ts';
import { answerLines } from './answer-lines.ts';
import { envoyHas, type Marks } from './envoy-has.ts';

const LAYERS = { app, 'built-in': builtIn, mesh, proxyless };

export type LayerInPod = keyof typeof LAYERS;

/** What a caller in a pod is asked: to wait for its sidecar, to open a client, or to call. */
export type CallerQuestion =
  | { readonly has: Marks }
  | { readonly open: LayerInPod; readonly policy: CallPolicy; readonly addresses: readonly string[] }
  | { readonly call: CallOptions };

let caller: ProbeCaller | undefined;

await answerLines(async (question: CallerQuestion): Promise<Ended | undefined> => {
  if ('has' in question) return envoyHas(question.has);
  if ('call' in question) return caller?.call(question.call);
  if (question.open === 'proxyless') await readyForProxyless();
  caller = LAYERS[question.open](question.policy, question.addresses);
});
