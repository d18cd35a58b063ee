import { kubectl, NAMESPACE } from '../cluster/kubectl.ts';
import { asJson, type Databases } from './databases.ts';

/** The databases of the shop in the cluster of `npm run kind:up`. */
export const kindDatabases: Databases = {
  async ask<T>(database: string, statement: string) {
    const psql = ['psql', '--username=postgres', `--dbname=${database}`, '-qAtX', '--file=-'];
    const pod = ['postgres-0', `--namespace=${NAMESPACE}`, '--container=postgres'];
    const text = await kubectl(['exec', '--stdin', ...pod, '--', ...psql], { input: asJson(statement) });
    return JSON.parse(text) as readonly T[];
  },
};
