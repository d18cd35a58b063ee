import { Service } from '../../../../mesh/graph/service.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { listKindClusters } from '../../../operate/cluster/kind-clusters.ts';
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

/** A callee pod with its running program. */
interface Callee {
  readonly service: string;
  readonly address: string;
  readonly program: PodProgram<CalleeQuestion>;
}

/** Caller and callee pods in their own namespace of the kind cluster. */
export class ProbeCluster {
  readonly #callees: readonly Callee[];
  #policyCount = 0;
  #destinationRule: string | undefined;

  private constructor(callees: readonly Callee[]) {
    this.#callees = callees;
  }

  /**
   * Loads the image that the pods run, then starts the pods.
   * @throws Error when there is no cluster
   */
  static async open(note: (text: string) => void): Promise<ProbeCluster> {
    if (!(await listKindClusters()).includes(CLUSTER))
      throw new Error(
        `cluster ${CLUSTER} does not exist; create it with npm run kind:up, or omit the layers that need it`,
      );
    // Any service's image works: each contains Node, the kit and its packages.
    const images = await buildImages(['product'], { onProgress: note });
    const references = images.map(({ reference }) => reference);
    await loadImages(references, note);
    note(`creating namespace ${NAMESPACE}`);
    await waitForDeletion();
    await apply(baseObjects());
    // Objects of an interrupted run.
    const kinds = 'pods,virtualservices,destinationrules';
    await kubectl(['delete', kinds, '--all', `--namespace=${NAMESPACE}`, '--now']);
    const pods = [...CALLEE_PODS, ...Object.values(CALLER_PODS)];
    await apply([await sourcesConfigMap()]);
    await apply(pods.map((pod) => podObject(pod, references[0] ?? '')));
    const names = pods.map(({ name }) => `pod/${name}`);
    await kubectl(['wait', '--for=condition=Ready', '--timeout=180s', `--namespace=${NAMESPACE}`, ...names]);
    return new ProbeCluster(await Promise.all(CALLEE_PODS.map(startCallee)));
  }

  /** Returns the callees of a service, for a probe. */
  testbed(service: CalleeName): Omit<ProbeTestbed, 'call'> {
    const callees = this.#calleesOf(service);
    return {
      setScripts: async (...scripts) => {
        await Promise.all(callees.map(({ program }, index) => program.ask({ script: scripts[index] ?? {} })));
      },
      receivedRequests: () =>
        Promise.all(callees.map(({ program }) => program.ask<readonly ReceivedRequest[]>('requests'))),
    };
  }

  /** Opens a caller whose policy `layer` enforces. Waits until istiod has distributed the policy. */
  async openCaller(layer: LayerInPod, policy: CallPolicy, service: CalleeName): Promise<ProbeCaller> {
    const pod = layer === 'mesh' ? CALLER_PODS.mesh : CALLER_PODS.plain;
    const program = new PodProgram<CallerQuestion>(pod.name, 'caller');
    try {
      const usesIstio = layer === 'mesh' || layer === 'proxyless';
      if (usesIstio) await this.#enforce(policy, service, layer, program);
      const dnsAddress = `${service}.${NAMESPACE}.svc.cluster.local:${Service.grpcPort}`;
      const addresses = usesIstio ? [dnsAddress] : this.#calleesOf(service).map(({ address }) => address);
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
    const { objects, markers } = policyObjects(policy, service, layer, this.#policyCount++);
    // Of two DestinationRules for one host, Istio uses the older one.
    if (this.#destinationRule)
      await kubectl(['delete', 'destinationrule', this.#destinationRule, `--namespace=${NAMESPACE}`]);
    this.#destinationRule = markers.destinationRule;
    await apply(objects);
    if (layer === 'mesh') return void (await sidecar.ask({ waitFor: markers }));
    // Proxyless callers have no sidecar to check. A sidecar with the same labels gets its configuration at the same time.
    const sidecarProgram = new PodProgram<CallerQuestion>(CALLER_PODS.mesh.name, 'caller');
    try {
      await sidecarProgram.ask({ waitFor: markers });
    } finally {
      sidecarProgram.end();
    }
  }

  #calleesOf(service: CalleeName): readonly Callee[] {
    return this.#callees.filter((callee) => callee.service === service);
  }
}

/** Waits until the namespace of a previous run is deleted. A terminating namespace accepts no objects. */
async function waitForDeletion(): Promise<void> {
  const phase = ['get', 'namespace', NAMESPACE, '--ignore-not-found', '--output=jsonpath={.status.phase}'];
  if ((await kubectl(phase)) !== 'Terminating') return;
  await kubectl(['wait', '--for=delete', `namespace/${NAMESPACE}`, '--timeout=120s']);
}

async function startCallee({ name, service }: (typeof CALLEE_PODS)[number]): Promise<Callee> {
  const { status } = await kubectlJson(POD, ['get', 'pod', name, `--namespace=${NAMESPACE}`]);
  if (!status.podIP)
    throw new Error(`pod ${name} has no address; see kubectl describe pod ${name} --namespace=${NAMESPACE}`);
  const program = new PodProgram<CalleeQuestion>(name, 'callee');
  await program.ask({ listen: `0.0.0.0:${Service.grpcPort}` });
  return { service, address: `${status.podIP}:${Service.grpcPort}`, program };
}

async function apply(objects: readonly object[]): Promise<void> {
  const args = [
    'apply',
    '--server-side',
    '--field-manager=weft-conformance',
    '--force-conflicts',
    '--filename=-',
  ];
  await kubectl(args, { input: asList(objects) });
}
