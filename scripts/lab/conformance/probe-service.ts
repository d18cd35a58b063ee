import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { ServiceDefinition } from '../../../services/kit/grpc/handlers.ts';

const EMPTY_MESSAGE = { encode: (_: unknown, writer = new BinaryWriter()) => writer, decode: () => ({}) };
const unary = {
  requestType: EMPTY_MESSAGE,
  requestStream: false,
  responseType: EMPTY_MESSAGE,
  responseStream: false,
} as const;

/** The service that scripted callees serve: empty messages, one idempotent and one non-idempotent method. */
export const PROBE_SERVICE = {
  fullName: 'weft.probe.v1.Probe',
  methods: {
    read: { name: 'Read', ...unary, options: { idempotencyLevel: 'NO_SIDE_EFFECTS' } },
    write: { name: 'Write', ...unary, options: {} },
  },
} as const satisfies ServiceDefinition;
