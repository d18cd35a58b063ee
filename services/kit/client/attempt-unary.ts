import { type Client as GrpcClient, type MethodDefinition as GrpcMethod, status } from '@grpc/grpc-js';
import { outsideTrace } from '../telemetry/tracing.ts';
import type { StartAttempt } from './call-attempt.ts';
import { classifyFailure, grpcError, isDeadlineExceeded } from './call-failure.ts';
import type { OutgoingCall } from './outgoing-call.ts';

type UnaryMethod = GrpcMethod<unknown, unknown>;

/**
 * Returns a function that starts attempts of a unary call. It calls the channel directly, because grpc-js's own client
 * adds interceptors, events and a stack trace to each call, which cost more than the whole in-app layer.
 */
export function attemptUnary(
  grpc: GrpcClient,
  { path, requestSerialize, responseDeserialize }: UnaryMethod,
  request: unknown,
  outgoing: OutgoingCall,
): StartAttempt<unknown> {
  const bytes = requestSerialize(request);
  return (attempt, deadline) => {
    const call = outsideTrace(() => grpc.getChannel().createCall(path, deadline, null, null, null));
    const cancel = () => call.cancelWithStatus(status.CANCELLED, 'cancelled by the caller');
    const removeListener = outgoing.onCancel(cancel);
    const response = new Promise<unknown>((resolve, reject) => {
      let hasHeaders = false;
      let message: Buffer | undefined;
      const metadata = outgoing.createMetadata(attempt);
      const listener: Parameters<typeof call.start>[1] = {
        onReceiveMetadata: () => {
          hasHeaders = true;
        },
        onReceiveMessage: (received: Buffer) => {
          message = received;
        },
        onReceiveStatus: ({ code, details, metadata }) => {
          removeListener();
          try {
            if (code === status.OK && message) return resolve(responseDeserialize(message));
          } catch (error) {
            attempt.failure = { kind: 'begun', code: status.INTERNAL };
            return reject(grpcError(status.INTERNAL, `cannot decode the response of ${path}: ${error}`));
          }
          const error =
            code === status.OK
              ? grpcError(status.UNIMPLEMENTED, `${path} ended without a response message`, metadata)
              : grpcError(code, details, metadata);
          const isLate = isDeadlineExceeded(error, deadline);
          attempt.failure = classifyFailure(error, attempt.isSent, hasHeaders, isLate);
          reject(error);
        },
      };
      // The call may open a connection and begin to watch the callee's endpoints.
      outsideTrace(() => call.start(metadata, listener));
      call.startRead();
      call.sendMessageWithContext({}, bytes);
      call.halfClose();
    });
    return { response, cancel };
  };
}
