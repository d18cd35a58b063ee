import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { runProgram } from '../../process/run-program.ts';

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** Minimum version, as major and minor. */
  readonly minVersion: readonly [number, number];
  readonly page: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'docker',
    args: ['version', '--format', '{{.Client.Version}}'],
    minVersion: [4, 0],
    page: 'https://docs.docker.com/get-started/get-docker/',
  },
  {
    name: 'kind',
    args: ['version'],
    minVersion: [0, 25],
    page: 'https://kind.sigs.k8s.io/docs/user/quick-start/',
  },
  {
    name: 'kubectl',
    args: ['version', '--client'],
    minVersion: [1, 30],
    page: 'https://kubernetes.io/docs/tasks/tools/',
  },
  {
    name: 'istioctl',
    args: ['version', '--remote=false'],
    minVersion: [1, 28],
    page: 'https://istio.io/latest/docs/setup/getting-started/#download',
  },
];

/**
 * Checks that the required tools are installed in a supported version.
 *
 * @throws Error with the download page of each missing or outdated tool
 */
export async function checkTools(tools: readonly Tool[] = TOOLS): Promise<void> {
  const problems = (await Promise.all(tools.map(toolProblem))).filter((problem) => problem !== '');
  if (problems.length > 0) throw new Error(`required tools are missing or outdated:\n${problems.join('\n')}`);
}

async function toolProblem({ name, args, minVersion, page }: Tool): Promise<string> {
  let output: string;
  try {
    output = await runProgram(name, args, { timeoutMs: QUERY_TIMEOUT_MS });
  } catch (error) {
    return `  ${name}: ${firstLine(error)}; see ${page}`;
  }
  const version = parseVersion(output);
  // The version of a custom build may be unreadable, and is accepted.
  const [major, minor] = minVersion;
  if (!version || version[0] > major || (version[0] === major && version[1] >= minor)) return '';
  return `  ${name} is ${version.join('.')}: version ${minVersion.join('.')} or later is required; see ${page}`;
}

/** Returns the major and minor number of the first version in a text. */
export function parseVersion(text: string): readonly [number, number] | undefined {
  const [, major, minor] = /v?(\d+)\.(\d+)(?:\.\d+)?/.exec(text) ?? [];
  return major && minor ? [Number(major), Number(minor)] : undefined;
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n').slice(-1);
  return line;
}
