import { Service } from '../../../../mesh/graph/service.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { kindClusters } from '../../../operate/cluster/kind-clusters.ts';
import { CLUSTER, kubectl, kubectlJson } from '../../../operate/cluster/kubectl.ts';
import { loadImages } from '../../../operate/cluster/load-images.ts';
import { asList } from '../../../operate/cluster/objects.ts';
import { POD } from '../../../operate/cluster/pod.ts';
import { buildImages } from '../../../operate/images/build-images.ts';
import type { CalleeQuestion } from '../in-pod/callee.ts';
import type { CallerQuestion, LayerInPod } from '../in-pod/caller.ts';
import type { ProbeCaller } from '../layers/layer.ts';
import type { CallResult, ProbeTestbed } from '../probe.ts';
import type { ReceivedRequest } from '../scripted-callee.ts';
import { PodProgram } from './pod-program.ts';
import { CALLEE_PODS, CALLER_PODS, podObject } from './pods.ts';
import { baseObjects, type CalleeName, NAMESPACE, policyObjects } from './probe-objects.ts';
import { sourcesConfigMap } from './sources.ts';

/** A callee in the cluster. */
interface Callee {
  readonly service: string;
  readonly address: string;
  readonly program: PodProgram<CalleeQuestion>;
}

/** Callers and callees in a namespace of their own, in the cluster that kind:up makes. */
export class ProbeCluster {
  readonly #callees: readonly Callee[];
  #turn = 0;
  #destinationRule: string | undefined;

  private constructor(callees: readonly Callee[]) {
    this.#callees = callees;
  }

  /**
   * Starts the pods, once the image that they run is on the node.
   * @throws Error that says what to do when there is no cluster
   */
  static async open(note: (text: string) => void): Promise<ProbeCluster> {
    if (!(await kindClusters()).includes(CLUSTER))
      throw new Error(`there is no cluster ${CLUSTER}: make it by npm run kind:up, or leave its layers out`);
    // Any service's image will do: it has Node, the kit and what that needs.
    const images = await buildImages(['product'], { onProgress: note });
    const references = images.map(({ reference }) => reference);
    await loadImages(references, note);
    note(`namespace ${NAMESPACE}`);
    await isGone();
    await apply(baseObjects());
    // What a run left that was broken off.
    const left = 'pods,virtualservices,destinationrules';
    await kubectl(['delete', left, '--all', `--namespace=${NAMESPACE}`, '--now']);
    const pods = [...CALLEE_PODS, ...Object.values(CALLER_PODS)];
    await apply([await sourcesConfigMap()]);
    await apply(pods.map((pod) => podObject(pod, references[0] ?? '')));
    const names = pods.map(({ name }) => `pod/${name}`);
    await kubectl(['wait', '--for=condition=Ready', '--timeout=180s', `--namespace=${NAMESPACE}`, ...names]);
    return new ProbeCluster(await Promise.all(CALLEE_PODS.map(startCallee)));
  }

  /** The callees of a service, to be played with. */
  testbed(service: CalleeName): Omit<ProbeTestbed, 'call'> {
    const callees = this.#of(service);
    return {
      setScripts: async (...scripts) => {
        await Promise.all(callees.map(({ program }, index) => program.ask({ play: scripts[index] ?? {} })));
      },
      receivedRequests: () =>
        Promise.all(callees.map(({ program }) => program.ask<readonly ReceivedRequest[]>('seen'))),
    };
  }

  /** A caller whose policy `layer` enforces, once all have it. */
  async caller(layer: LayerInPod, policy: CallPolicy, service: CalleeName): Promise<ProbeCaller> {
    const pod = layer === 'mesh' ? CALLER_PODS.mesh : CALLER_PODS.plain;
    const program = new PodProgram<CallerQuestion>(pod.name, 'caller');
    try {
      const isTold = layer === 'mesh' || layer === 'proxyless';
      if (isTold) await this.#enforce(policy, service, layer, program);
      const named = `${service}.${NAMESPACE}.svc.cluster.local:${Service.grpcPort}`;
      const addresses = isTold ? [named] : this.#of(service).map(({ address }) => address);
      await program.ask({ open: layer, policy, addresses });
    } catch (error) {
      program.end();
      throw error;
    }
    return { call: (call) => program.ask<CallResult>({ call }), close: () => program.end() };
  }

  /** Deletes the namespace. */
  async close(): Promise<void> {
    for (const { program } of this.#callees) program.end();
    await kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
  }

  async #enforce(
    policy: CallPolicy,
    service: CalleeName,
    layer: 'mesh' | 'proxyless',
    sidecar: PodProgram<CallerQuestion>,
  ): Promise<void> {
    const { objects, markers: marks } = policyObjects(policy, service, layer, this.#turn++);
    // Of two rules for one callee Istio takes the older.
    if (this.#destinationRule)
      await kubectl(['delete', 'destinationrule', this.#destinationRule, `--namespace=${NAMESPACE}`]);
    this.#destinationRule = marks.destinationRule;
    await apply(objects);
    if (layer === 'mesh') return void (await sidecar.ask({ has: marks }));
    // What the sidecar of a pod with the same labels has, istiod tells to others too.
    const other = new PodProgram<CallerQuestion>(CALLER_PODS.mesh.name, 'caller');
    try {
      await other.ask({ has: marks });
    } finally {
      other.end();
    }
  }

  #of(service: CalleeName): readonly Callee[] {
    return this.#callees.filter((callee) => callee.service === service);
  }
}

/** The namespace of a run before may still be on its way out, and takes nothing new. */
async function isGone(): Promise<void> {
  const phase = ['get', 'namespace', NAMESPACE, '--ignore-not-found', '--output=jsonpath={.status.phase}'];
  if ((await kubectl(phase)) !== 'Terminating') return;
  await kubectl(['wait', '--for=delete', `namespace/${NAMESPACE}`, '--timeout=120s']);
}

async function startCallee({ name, service }: (typeof CALLEE_PODS)[number]): Promise<Callee> {
  const { status } = await kubectlJson(POD, ['get', 'pod', name, `--namespace=${NAMESPACE}`]);
  if (!status.podIP) throw new Error(`pod ${name} has no address: kubectl describe pod ${name} shows why`);
  const program = new PodProgram<CalleeQuestion>(name, 'callee');
  await program.ask({ listen: `0.0.0.0:${Service.grpcPort}` });
  return { service, address: `${status.podIP}:${Service.grpcPort}`, program };
}

async function apply(objects: readonly object[]): Promise<void> {
  const words = [
    'apply',
    '--server-side',
    '--field-manager=weft-conformance',
    '--force-conflicts',
    '--filename=-',
  ];
  await kubectl(words, { input: asList(objects) });
}
