import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { AppTls } from '../../../mesh/policy/tls.ts';
import type { Log } from '../telemetry/log.ts';
import { readTlsFiles, type TlsMaterial, tlsFilesSignature } from './tls-files.ts';

const TLS_FOLDER = '/etc/weft/tls';

/**
 * TLS settings of a client for one server. New connections use files that were replaced on disk. While the new files
 * are unusable, such as a certificate whose key is still missing, the previous ones stay in use.
 */
export class ServerTls {
  readonly #tls: AppTls;
  readonly #folder: string;
  readonly #log: Log;
  #signature: string;
  #material: TlsMaterial;

  /**
   * @param tls undefined means the mode `disable`
   * @param folder folder of the files that `tls` names. @default /etc/weft/tls
   * @throws SettingsError that names a file that is missing or wrong
   */
  constructor(tls: AppTls | undefined, log: Log, folder: string = TLS_FOLDER) {
    this.#tls = tls ?? { mode: 'disable' };
    this.#folder = folder;
    this.#log = log;
    this.#signature = tlsFilesSignature(this.#tls, folder);
    this.#material = readTlsFiles(this.#tls, folder);
  }

  /**
   * Returns the options of tls.connect for a new connection to `host`, or undefined in mode `disable`.
   * @param host name or address that the certificate must be for in mode `verify-full`
   */
  options(host: string): ConnectionOptions | undefined {
    const { mode } = this.#tls;
    if (mode === 'disable') return undefined;
    this.#refresh();
    return {
      ...this.#material,
      // RFC 6066, section 3: a server name must not be an IP address.
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: mode !== 'require',
      // The default would check against the resolved address of the connection.
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
      this.#log.info('reloaded certificates; new connections use them', { folder: this.#folder });
    } catch (error) {
      this.#log.error('new certificates are unusable; keeping the previous ones', { error });
    }
  }
}
