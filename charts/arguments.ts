import { parseArgs } from 'node:util';

export interface Arguments {
  readonly environment: string;
  /** Folder that the manifests are written to. */
  readonly outdir: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `Writes the shop's Kubernetes manifests, and a picture of its service graph.

  npm run synth -- [--env local|kind|production] [--out FOLDER] [--json]
  npx cdk8s synth

  --env   which environment to write for        default: WEFT_ENV, else local
  --out   folder to write to                    default: CDK8S_OUTDIR, else dist/<env>
  --json  print what was written as one line of JSON
`;

/** @throws Error that names an unknown or wrong option */
export function parseArguments(words: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      env: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const environment = values.env ?? (env.WEFT_ENV || 'local');
  return {
    environment,
    outdir: values.out ?? (env.CDK8S_OUTDIR || `dist/${environment}`),
    json: values.json,
    help: values.help,
  };
}
