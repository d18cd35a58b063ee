import { createHash } from 'node:crypto';
import { ConfigMap, type Volume, type VolumeMount } from '../../imports/kubernetes.ts';
import { serviceSelector } from '../../mesh/compile/peers/labels.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { passwordFile } from './passwords.ts';

const SETUP = '/etc/weft/setup';
/** In memory, for a file that has passwords in it. */
const RUN = '/run/weft';

export interface StartScriptProps {
  /** Of the server. */
  readonly name: string;
  /** Name of the file that is written when the container starts. */
  readonly file: string;
  /** Its text; where a password has to be, it has what `password` gives. */
  readonly text: string;
  /** Starts what the image has. */
  readonly start: string;
  /** Files beside the script, by name; they are told the path of what it writes. @default none */
  readonly settings?: (written: string) => Readonly<Record<string, string>>;
}

export interface StartScript {
  readonly command: readonly string[];
  /** Path of what the script writes. */
  readonly outputFile: string;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  /** Of the pods, so that they start anew when the script changes. */
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Path of a file beside the script. */
  pathOf(file: string): string;
}

/** Makes ConfigMap `<name>-setup` with a script that puts passwords into a file for the image, and starts what that has. */
export function addStartScript(platform: Platform, props: StartScriptProps): StartScript {
  const { name, file, text, start, settings = () => ({}) } = props;
  const written = `${RUN}/${file}`;
  const script = `set -euo pipefail
# A password as the inside of a string in double quotes.
password() { sed 's/[\\\\"]/\\\\&/g' "$1"; }
umask 077
cat >${written} <<END
${text}
END
exec ${start}
`;
  const configMap = { name: `${name}-setup`, labels: serviceSelector({ name }) };
  const data = { 'start.sh': script, ...settings(written) };
  new ConfigMap(platform, configMap.name, { metadata: configMap, data });
  return {
    command: ['bash', `${SETUP}/start.sh`],
    outputFile: written,
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
    pathOf: (of) => `${SETUP}/${of}`,
  };
}

/** Where a start script puts a password, inside of a string in double quotes. */
export function passwordExpression(key: SecretKey): string {
  return `$(password ${passwordFile(key)})`;
}
