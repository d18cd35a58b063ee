import type { Platform } from '../graph/platform.ts';
import type { Problem } from '../policy/problem.ts';
import { admission } from './graph/admission.ts';
import { brokers } from './graph/brokers.ts';
import { callees } from './graph/callees.ts';
import { canaryObjectives } from './graph/canary-objectives.ts';
import { edgeRoutes } from './graph/edge-routes.ts';
import { edges } from './graph/edges.ts';
import { ejections } from './graph/ejections.ts';
import { environments } from './graph/environments.ts';
import { idempotency } from './graph/idempotency.ts';
import { layers } from './graph/layers.ts';
import { methods } from './graph/methods.ts';
import { names } from './graph/names.ts';
import { outsidePeers } from './graph/outside-peers.ts';
import { pairs } from './graph/pairs.ts';
import { policies } from './graph/policies.ts';
import { retryCycles } from './graph/retry-cycles.ts';
import { secretFiles } from './graph/secret-files.ts';
import { serverTls } from './graph/server-tls.ts';
import { serviceLevelObjectives } from './graph/service-level-objectives.ts';
import { serviceMetrics } from './graph/service-metrics.ts';
import { settings } from './graph/settings.ts';
import { stores } from './graph/stores.ts';
import { streams } from './graph/streams.ts';
import { topics } from './graph/topics.ts';
import { twoLayers } from './graph/two-layers.ts';
import { versionRequests } from './graph/version-requests.ts';
import { versionWeights } from './graph/version-weights.ts';
import { versions } from './graph/versions.ts';
import type { GraphRule } from './rules/graph-rule.ts';

const RULES: readonly GraphRule[] = [
  environments,
  outsidePeers,
  names,
  versions,
  versionRequests,
  canaryObjectives,
  serviceLevelObjectives,
  serviceMetrics,
  admission,
  stores,
  settings,
  secretFiles,
  edges,
  edgeRoutes,
  topics,
  brokers,
  serverTls,
  callees,
  methods,
  policies,
  ejections,
  layers,
  streams,
  idempotency,
  versionWeights,
  pairs,
  twoLayers,
  retryCycles,
];

/** Returns all problems of a graph. Call it before compiling the graph: the compilers assume a valid one. */
export function checkGraph(platform: Platform): readonly Problem[] {
  return RULES.flatMap((rule) => [...rule(platform)]);
}
