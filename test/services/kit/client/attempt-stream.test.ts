import { Readable } from 'node:stream';
import { type ClientReadableStream, Metadata, status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { attemptResponseStream } from '../../../../services/kit/client/attempt-stream.ts';
import { CallAttempt } from '../../../../services/kit/client/call-attempt.ts';
import { grpcError } from '../../../../services/kit/client/call-failure.ts';
import { OutgoingCall } from '../../../../services/kit/client/outgoing-call.ts';

test('a stream that fails in the same turn as its headers arrive rejects instead of ending empty', async () => {
  const stream = Object.assign(new Readable({ objectMode: true, read: () => {} }), { cancel: () => {} });
  const attempt = attemptResponseStream(
    new OutgoingCall('a', 1_000),
    () => stream as unknown as ClientReadableStream<unknown>,
  );
  const pending = attempt(new CallAttempt(0, []), Number.POSITIVE_INFINITY);
  stream.emit('metadata', new Metadata());
  // This is how grpc-js ends a stream with a status other than OK.
  stream.push(null);
  stream.emit('error', grpcError(status.UNAVAILABLE, 'gone'));
  const read = async () => {
    for await (const _ of await pending.response) throw new Error('the stream has a response');
  };
  await expect(read()).rejects.toMatchObject({ code: status.UNAVAILABLE });
});
