import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { readSecret } from '../../scripts/operate/cluster/make-secrets.ts';
import { Customer } from '../shop/customer.ts';

/** Signs the shop's administrator in, through the ingress gateway. */
export async function administrator(): Promise<Customer> {
  const password = await readSecret({ secret: 'seed', key: 'seed-admin-password' });
  return Customer.signIn(await readGatewayAddress(), { email: 'admin@weft.example', password });
}

/** Creates a product and returns its id. */
export async function createProduct(stock: number): Promise<string> {
  const admin = await administrator();
  const price = { amount: 100, currency: 'EUR' };
  const product = { name: 'Of a test', description: '', price, stock };
  const { status, body } = await admin.send('POST', '/v1/products', product);
  if (status !== 201) throw new Error(`the product was refused with ${status}: ${JSON.stringify(body)}`);
  return body.id;
}

/** Returns the rows of a query on a database of the shop, with columns as text. */
export async function rows(database: string, sql: string): Promise<readonly (readonly string[])[]> {
  const psql = ['psql', '--username=postgres', `--dbname=${database}`, '-qAtX', '--file=-'];
  const pod = ['postgres-0', `--namespace=${NAMESPACE}`, '--container=postgres'];
  const text = await kubectl(['exec', '--stdin', ...pod, '--', ...psql], { input: sql });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('|'));
}
