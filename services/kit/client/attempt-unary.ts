import { type Client as GrpcClient, type MethodDefinition as GrpcMethod, status } from '@grpc/grpc-js';
import type { Attempt } from './call-layer.ts';
import { failureOf, grpcError, isLate } from './failure.ts';
import type { Outgoing } from './outgoing.ts';

type Method = GrpcMethod<unknown, unknown>;

/**
 * Tries of a call with one request and one response. They are made on the channel itself: grpc-js's own client adds
 * interceptors, events and a stack trace to each call, which cost more than all that is done here.
 */
export function attemptUnary(
  grpc: GrpcClient,
  { path, requestSerialize, responseDeserialize }: Method,
  request: unknown,
  outgoing: Outgoing,
): Attempt<unknown> {
  const bytes = requestSerialize(request);
  return (one, deadline) => {
    const call = grpc.getChannel().createCall(path, deadline, null, null, null);
    const cancel = () => call.cancelWithStatus(status.CANCELLED, 'given up by the caller');
    const forget = outgoing.onCancel(cancel);
    const answer = new Promise<unknown>((resolve, reject) => {
      let begun = false;
      let message: Buffer | undefined;
      call.start(outgoing.metadata(one), {
        onReceiveMetadata: () => {
          begun = true;
        },
        onReceiveMessage: (received: Buffer) => {
          message = received;
        },
        onReceiveStatus: ({ code, details, metadata }) => {
          forget();
          try {
            if (code === status.OK && message) return resolve(responseDeserialize(message));
          } catch (error) {
            one.failure = { how: 'begun', code: status.INTERNAL };
            return reject(grpcError(status.INTERNAL, `the response cannot be read: ${error}`));
          }
          const error =
            code === status.OK
              ? grpcError(status.UNIMPLEMENTED, 'there was no response', metadata)
              : grpcError(code, details, metadata);
          one.failure = failureOf(error, one, begun, isLate(error, deadline));
          reject(error);
        },
      });
      call.startRead();
      call.sendMessageWithContext({}, bytes);
      call.halfClose();
    });
    return { answer, cancel };
  };
}
