import type { GatewayProbe } from './probe.ts';
import { ACCESS_PROBES } from './probes/access.ts';
import { BODY_PROBES } from './probes/bodies.ts';
import { HEADER_PROBES } from './probes/headers.ts';
import { MALFORMED_PROBES } from './probes/malformed.ts';
import { METHOD_PROBES } from './probes/methods.ts';
import { ROUTING_PROBES } from './probes/routing.ts';
import { STREAM_PROBES } from './probes/streams.ts';

/** The contract of the edge, by subject. */
export const GATEWAY_PROBES: Readonly<Record<string, readonly GatewayProbe[]>> = {
  Paths: ROUTING_PROBES,
  Methods: METHOD_PROBES,
  Access: ACCESS_PROBES,
  Bodies: BODY_PROBES,
  Headers: HEADER_PROBES,
  Streams: STREAM_PROBES,
  'Malformed requests': MALFORMED_PROBES,
};
