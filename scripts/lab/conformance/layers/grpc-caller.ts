import { Client, type ClientOptions, credentials, Metadata, status } from '@grpc/grpc-js';
import { isGrpcError } from '../../../../services/kit/client/failure.ts';
import { grpcMethod } from '../../../../services/kit/grpc/grpc-method.ts';
import { PROBE } from '../definition.ts';
import type { ProbeCaller } from './layer.ts';
import { timed } from './timed.ts';

/** Calls by grpc-js as it is. */
export function grpcCaller(target: string, options: ClientOptions): ProbeCaller {
  const grpc = new Client(target, credentials.createInsecure(), options);
  return {
    close: () => grpc.close(),
    call: ({ key = 'any', idempotent = true }) =>
      timed(
        () =>
          new Promise((resolve, reject) => {
            const method = idempotent ? PROBE.methods.read : PROBE.methods.write;
            const { path, requestSerialize, responseDeserialize } = grpcMethod(PROBE, method);
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
