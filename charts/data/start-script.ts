import { createHash } from 'node:crypto';
import { ConfigMap, type Volume, type VolumeMount } from '../../imports/kubernetes.ts';
import { serviceSelector } from '../../mesh/compile/peers/labels.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { passwordFile } from './passwords.ts';

const SETUP = '/etc/weft/setup';
/** Folder in memory, for a file with passwords. */
const RUN = '/run/weft';

export interface StartScriptProps {
  /** Name of the server. */
  readonly name: string;
  /** Name of the file that the script writes. */
  readonly file: string;
  /** Text of the file. Passwords are given by `passwordExpression`. */
  readonly text: string;
  /** Command that the script executes after it wrote the file. */
  readonly start: string;
  /**
   * Returns further files next to the script by name, given the path of the file that the script writes.
   * @default none
   */
  readonly settings?: (outputFile: string) => Readonly<Record<string, string>>;
}

export interface StartScript {
  readonly command: readonly string[];
  /** Path of the file that the script writes. */
  readonly outputFile: string;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  /** Annotations with a hash of the script, which restart the pods when the script changes. */
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Returns the path of a file next to the script. */
  pathOf(file: string): string;
}

/** Adds the ConfigMap `<name>-setup` with a script that writes a file with passwords and then starts the server. */
export function addStartScript(platform: Platform, props: StartScriptProps): StartScript {
  const { name, file, text, start, settings = () => ({}) } = props;
  const outputFile = `${RUN}/${file}`;
  const script = `set -euo pipefail
# A password as the inside of a string in double quotes.
password() { sed 's/[\\\\"]/\\\\&/g' "$1"; }
umask 077
cat >${outputFile} <<END
${text}
END
exec ${start}
`;
  const configMap = { name: `${name}-setup`, labels: serviceSelector({ name }) };
  const data = { 'start.sh': script, ...settings(outputFile) };
  new ConfigMap(platform, configMap.name, { metadata: configMap, data });
  return {
    command: ['bash', `${SETUP}/start.sh`],
    outputFile,
    volumes: [
      { name: 'setup', configMap: { name: configMap.name } },
      { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    ],
    mounts: [
      { name: 'setup', mountPath: SETUP, readOnly: true },
      { name: 'run', mountPath: RUN },
    ],
    podAnnotations: {
      'weft/setup-checksum': createHash('sha256').update(JSON.stringify(data)).digest('hex'),
    },
    pathOf: (fileName) => `${SETUP}/${fileName}`,
  };
}

/** Returns the shell expression that a start script expands to a password, escaped for a string in double quotes. */
export function passwordExpression(key: SecretKey): string {
  return `$(password ${passwordFile(key)})`;
}
