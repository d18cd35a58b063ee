export interface HttpRequests {
  readonly requests: readonly {
    readonly url: string;
    /** @default GET */
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }[];
}

/** Outcome of a request, in the order of the requests. */
export type HttpAnswer = { readonly status: number; readonly body: string } | { readonly error: string };

declare const INPUT: HttpRequests;

/** Ends a request without an answer. */
const TIMEOUT_MS = 20_000;

async function ask({ url, method = 'GET', headers = {} }: HttpRequests['requests'][number]) {
  try {
    const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    const { cause = error } = error as Error;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    return { error: code };
  }
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.requests.map(ask))));
