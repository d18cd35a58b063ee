export interface HttpRequests {
  readonly requests: readonly {
    readonly url: string;
    /** @default GET */
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }[];
}

/** What came of a request, in the order of the requests: an answer, or the reason why there is none. */
export type HttpAnswer = { readonly status: number; readonly body: string } | { readonly error: string };

declare const INPUT: HttpRequests;

/** Milliseconds, only so that a request without an answer ends. */
const PATIENCE = 20_000;

async function ask({ url, method = 'GET', headers = {} }: HttpRequests['requests'][number]) {
  try {
    const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(PATIENCE) });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    const { cause = error } = error as Error;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    return { error: code };
  }
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.requests.map(ask))));
