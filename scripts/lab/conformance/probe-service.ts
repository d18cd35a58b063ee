import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { ServiceDefinition } from '../../../services/kit/grpc/handlers.ts';

const EMPTY = { encode: (_: unknown, writer = new BinaryWriter()) => writer, decode: () => ({}) };
const unary = {
  requestType: EMPTY,
  requestStream: false,
  responseType: EMPTY,
  responseStream: false,
} as const;

/** The service that a ScriptedCallee stands for: empty messages, one method that may be repeated and one that may not. */
export const PROBE_SERVICE = {
  fullName: 'weft.probe.v1.Probe',
  methods: {
    read: { name: 'Read', ...unary, options: { idempotencyLevel: 'NO_SIDE_EFFECTS' } },
    write: { name: 'Write', ...unary, options: {} },
  },
} as const satisfies ServiceDefinition;
