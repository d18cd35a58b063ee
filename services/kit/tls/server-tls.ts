import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { AppTls } from '../../../mesh/policy/tls.ts';
import type { Log } from '../telemetry/log.ts';
import { readTlsFiles, type TlsMaterial, tlsFilesSignature } from './tls-files.ts';

const TLS_FOLDER = '/etc/weft/tls';

/**
 * TLS of a client to one server. New connections use files that were replaced on disk. While the new files are unusable,
 * such as a certificate whose key is not there yet, the previous ones stay in use.
 */
export class ServerTls {
  readonly #tls: AppTls;
  readonly #folder: string;
  readonly #log: Log;
  #signature: string;
  #material: TlsMaterial;

  /**
   * @param tls undefined is the mode `disable`
   * @param folder of the files that `tls` names. @default /etc/weft/tls
   * @throws SettingsError that names a file which is missing or wrong
   */
  constructor(tls: AppTls | undefined, log: Log, folder: string = TLS_FOLDER) {
    this.#tls = tls ?? { mode: 'disable' };
    this.#folder = folder;
    this.#log = log;
    this.#signature = tlsFilesSignature(this.#tls, folder);
    this.#material = readTlsFiles(this.#tls, folder);
  }

  /**
   * Returns the options of a new connection to `host`, for tls.connect; undefined where the mode is `disable`.
   * @param host name or address that the certificate must be for in mode `verify-full`
   */
  options(host: string): ConnectionOptions | undefined {
    const { mode } = this.#tls;
    if (mode === 'disable') return undefined;
    this.#refresh();
    return {
      ...this.#material,
      // RFC 6066, 3: the name of a server is no address.
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: mode !== 'require',
      // The connection may go to an address that the host was resolved to.
      checkServerIdentity: (_, certificate) =>
        mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
    };
  }

  #refresh(): void {
    const signature = tlsFilesSignature(this.#tls, this.#folder);
    if (signature === this.#signature) return;
    this.#signature = signature;
    try {
      this.#material = readTlsFiles(this.#tls, this.#folder);
      this.#log.info('certificates were replaced; new connections use them', { folder: this.#folder });
    } catch (error) {
      this.#log.error('new certificates are unusable; keeping the previous ones', { error });
    }
  }
}
