import type { TimeLimit } from '../time/time-limit.ts';

/** The part of a ReadableStream that is used. */
export interface Body {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * The pieces of a body as they come; whoever stops reading ends its connection.
 * @throws the limit's reason once it is over, whatever the peer does
 */
export async function* readBody(body: Body | null, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await limit.race(reader.read());
      if (done) return;
      if (value) yield value;
    }
  } finally {
    // Not waited for: a connection that hangs would not end this either.
    reader.cancel().catch(() => {});
  }
}
