import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { commandSource } from '../../process/program-json.ts';
import { kubectl, kubectlCommand, NAMESPACE } from '../cluster/kubectl.ts';
import { type Databases, selectAsJson } from './databases.ts';

/** The databases of the shop in the cluster. */
export const kindDatabases: Databases = {
  async query<T>(row: z.ZodType<T>, database: string, statement: string) {
    const psql = ['psql', '--username=postgres', `--dbname=${database}`, '-qAtX', '--file=-'];
    const pod = ['postgres-0', `--namespace=${NAMESPACE}`, '--container=postgres'];
    const words = ['exec', '--stdin', ...pod, '--', ...psql];
    const text = await kubectl(words, { input: selectAsJson(statement) });
    const [program, ...args] = kubectlCommand(words);
    return readJson(z.array(row), text, commandSource(program, args));
  },
};
