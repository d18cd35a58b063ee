import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Content codings of a body (RFC 9110, 8.4.1). */
export type Encoding = 'br' | 'gzip' | 'identity';

/** Smaller bodies fit into one packet anyway. */
const MIN_COMPRESSED_BYTES = 1_024;

/** Brotli level of pages. Higher levels take longer than they save on a fast connection. */
const PAGE_QUALITY = 5;

/** Binary logarithm of the window of Brotli, bytes. The default, 22, needs 4 MiB per stream for bodies of a few KB. */
const BROTLI_WINDOW = 16;

/** A body in each of its encodings. */
export interface EncodedFile {
  /** Media type, with its charset. */
  readonly type: string;
  readonly bodies: Readonly<Record<Encoding, Buffer>>;
  /** Hash of the content, for its path. */
  readonly hash: string;
}

/** Compresses a file with the highest levels, once. */
export async function encodeFile(type: string, text: string): Promise<EncodedFile> {
  const identity = Buffer.from(text);
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 12);
  if (identity.length < MIN_COMPRESSED_BYTES)
    return { type, hash, bodies: { br: identity, gzip: identity, identity } };
  const [br, zipped] = await Promise.all([
    compressBrotli(identity, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW,
      },
    }),
    compressGzip(identity, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  return { type, hash, bodies: { br, gzip: zipped, identity } };
}

/** Compresses a page. Returns it unchanged if it is small. */
export async function encodePage(page: Buffer, encoding: Encoding): Promise<readonly [Encoding, Buffer]> {
  if (encoding === 'identity' || page.length < MIN_COMPRESSED_BYTES) return ['identity', page];
  if (encoding === 'gzip') return ['gzip', await compressGzip(page)];
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: PAGE_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: page.length,
    [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW,
  };
  return ['br', await compressBrotli(page, { params })];
}

/** Returns the best encoding that a browser accepts. @param header value of `Accept-Encoding` (RFC 9110, 12.5.3) */
export function acceptedEncoding(header: string | readonly string[] | undefined): Encoding {
  const accepted = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .filter(([, quality]) => !/^q=0(?:\.0+)?$/.test(quality ?? ''))
    .map(([name]) => name);
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : 'identity';
}
