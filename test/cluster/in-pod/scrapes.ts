import { readFileSync } from 'node:fs';
import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { join } from 'node:path';

export interface Scrapes {
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
  readonly requests: readonly {
    readonly url: string;
    /** @default GET */
    readonly method?: string;
    /** Folder with the certificate to show, as a sidecar writes it (`OUTPUT_CERTS`). @default none is shown */
    readonly certificates?: string;
  }[];
}

/** Outcome of a request, in the order of the requests. The body is cut after 64 KiB. */
export type Scrape = { readonly status: number; readonly body: string } | { readonly error: string };

declare const INPUT: Scrapes;

function scrape({ url, method = 'GET', certificates }: Scrapes['requests'][number]): Promise<Scrape> {
  return new Promise((resolve) => {
    const of = (file: string) => readFileSync(join(certificates ?? '', file));
    // Like Prometheus, which cannot verify the SPIFFE name of a pod by its address.
    const tls = { cert: certificates && of('cert-chain.pem'), key: certificates && of('key.pem') };
    const options = { method, agent: false, timeout: INPUT.timeoutMs } as const;
    const request = certificates
      ? https(url, { ...options, ...tls, rejectUnauthorized: false })
      : http(url, options);
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'timeout' })));
    request.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => resolve({ error: code }));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString().slice(0, 65_536);
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    request.end();
  });
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.requests.map(scrape))));
