import { defaultCacheDir, defaultHomeDir } from '../../../infra/local/default-folders.ts';
import { findGo } from '../../../infra/local/provision/build-with-go.ts';
import { isExecutable, onPath } from '../../../infra/local/provision/find-binary.ts';
import { cachedBinary } from '../../../infra/local/provision/provision-server.ts';
import type { ServerDefinition } from '../../../infra/local/servers/server-definition.ts';
import { SERVERS } from '../../../infra/local/servers/servers.ts';
import { stackStatus } from '../../../infra/local/stack-status.ts';
import type { StackStatus } from '../../../infra/local/supervisor/control-messages.ts';
import { within } from '../../../infra/local/within.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

const NETWORK_PATIENCE_MS = 4_000;
const DOWNLOAD_BASE = 'https://github.com';

interface Ways {
  readonly go: string | undefined;
  /** Undefined where the download page does not answer. */
  readonly downloads: string | undefined;
}

/** Where each server's binary is, or how it would be got at the first run; looking changes nothing. */
export const checkLocalServers: Check = async ({ env, signal }) => {
  const ways: Ways = {
    go: await findGo(env),
    downloads: await reachable(env['H2G_DOWNLOAD_BASE'] || DOWNLOAD_BASE, signal),
  };
  const [store, ...others] = [SERVERS.minio, SERVERS.temporal, SERVERS.nats];
  const findings = await Promise.all(others.map((definition) => findServer(definition, env, ways)));
  const minio = await findServer(store, env, ways);
  // Either store will do.
  const either = minio.verdict === 'fail' ? await findServer(SERVERS.versitygw, env, ways) : minio;
  return [...findings, either, ...stackFindings(await stackStatus({ homeDir: defaultHomeDir(env), signal }))];
};

export function stackFindings(status: StackStatus | undefined): Finding[] {
  if (status === undefined) return [ok('local stack', 'not running; h2g run starts it')];
  const kind = status.standing ? 'standing (h2g up)' : 'running for a command';
  const troubles = status.processes.filter(({ state, lastError }) => state !== 'ready' && lastError !== undefined);
  return [
    ok('local stack', `${kind}, Temporal's page ${status.addresses.temporalUi}, logs in ${status.logsDir}`),
    ...troubles.map(({ name, state, lastError }) =>
      fail(`local ${name}`, `${state}: ${lastError?.message ?? ''}`, lastError?.hint ?? `Look into ${status.logsDir}.`),
    ),
  ];
}

async function findServer(definition: ServerDefinition, env: NodeJS.ProcessEnv, ways: Ways): Promise<Finding> {
  const { name, version, pathVariable, fileName } = definition;
  const given = env[pathVariable];
  if (given) {
    if (await isExecutable(given)) return ok(name, `${given} (${pathVariable})`);
    return fail(name, `${pathVariable} is ${given}, which is no program`, `Correct ${pathVariable} or unset it.`);
  }
  const cached = cachedBinary(definition, defaultCacheDir(env));
  if (await isExecutable(cached)) return ok(name, cached);
  const found = await onPath(fileName, env);
  if (found !== undefined) return ok(name, `${found} (PATH), if its version will do`);
  return howToGet(definition, ways) ?? nowhere(name, `${name} ${version} is not here and cannot be got`, pathVariable);
}

function howToGet({ name, version, release }: ServerDefinition, { go, downloads }: Ways): Finding | undefined {
  if (release !== undefined && downloads !== undefined)
    return warn(
      name,
      `not here yet; the first run downloads ${version} from ${downloads}`,
      'Nothing to do; h2g demo fetches it.',
    );
  if (go !== undefined)
    return warn(
      name,
      `not here yet; the first run builds ${version} with ${go}, which takes minutes`,
      'Nothing to do; h2g demo builds it.',
    );
  return undefined;
}

const nowhere = (name: string, detail: string, pathVariable: string): Finding =>
  fail(name, detail, `Connect to the internet, install Go (https://go.dev/dl), or set ${pathVariable} to a binary.`);

async function reachable(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await within(NETWORK_PATIENCE_MS, signal, (inTime) => fetch(url, { method: 'HEAD', signal: inTime }));
    return url;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
