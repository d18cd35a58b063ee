import { implement } from '../kit/server/implement.ts';
import { runService } from '../kit/service.ts';
import { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';
import { Accounts } from './accounts.ts';
import { HashingQueue } from './hashing-queue.ts';
import { migrations } from './migrations.ts';
import { seedAccounts } from './seed.ts';
import { settings } from './settings.ts';
import { TokenSigner } from './token-signer.ts';
import { userService } from './user-service.ts';

/** Queued callers: a few seconds of hashing, which is their maximum waiting time. */
const MAX_QUEUED_HASHES = 256;

await runService(async (context) => {
  const env = context.settings(settings);
  const signer = await TokenSigner.fromPem(context.secret('token-key.pem'), {
    issuer: env.WEFT_TOKEN_ISSUER,
    audience: env.WEFT_TOKEN_AUDIENCE,
    lifetimeSeconds: env.WEFT_TOKEN_LIFETIME / 1_000,
  });
  const accounts = new Accounts(await context.store(migrations));
  if (env.WEFT_SEED) await seedAccounts(accounts, (key) => context.secret(key));
  const hashing = new HashingQueue({
    maxConcurrent: env.WEFT_HASHING_CONCURRENCY,
    maxQueued: MAX_QUEUED_HASHES,
  });
  return { grpc: [implement(UserServiceDefinition, await userService({ accounts, hashing, signer }))] };
});
