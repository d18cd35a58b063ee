import { Client, type ClientOptions, credentials, Metadata, status } from '@grpc/grpc-js';
import { isGrpcError } from '../../../../services/kit/client/call-failure.ts';
import { toGrpcMethod } from '../../../../services/kit/grpc/grpc-method.ts';
import { PROBE_SERVICE } from '../probe-service.ts';
import type { ProbeCaller } from './layer.ts';
import { timeCall } from './time-call.ts';

/** Returns a caller that uses a plain grpc-js client. */
export function grpcCaller(target: string, options: ClientOptions): ProbeCaller {
  const grpc = new Client(target, credentials.createInsecure(), options);
  return {
    close: () => grpc.close(),
    call: ({ key = 'any', idempotent = true }) =>
      timeCall(
        () =>
          new Promise((resolve, reject) => {
            const method = idempotent ? PROBE_SERVICE.methods.read : PROBE_SERVICE.methods.write;
            const { path, requestSerialize, responseDeserialize } = toGrpcMethod(PROBE_SERVICE, method);
            const metadata = new Metadata();
            metadata.set('x-request-id', key);
            grpc.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, metadata, {}, (error) => {
              if (!error) resolve('OK');
              else if (isGrpcError(error)) resolve(status[error.code] ?? String(error.code));
              else reject(error);
            });
          }),
      ),
  };
}
