import { execFile, type ExecFileException } from 'node:child_process';
import { promisify } from 'node:util';
import { siblingProgram } from '../../../infra/local/sibling-program.ts';
import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import { readBundle } from '../../../models/load-bundle.ts';
import { PROVIDERS, type Provider } from '../../../domain/provider.ts';
import { loadConfig } from '../../../platform/config.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

interface Trial {
  readonly provider: Provider;
  /** Undefined where it works. */
  readonly trouble: string | undefined;
}

/** In a process of its own: native libraries print what they miss past everybody (Dawn, where there is no Vulkan), and a driver may crash. */
async function tryProvider(
  file: string,
  { provider, signal }: { provider: Provider; signal: AbortSignal },
): Promise<Trial> {
  const [node, ...args] = siblingProgram('../../apps/cli/doctor/try-provider');
  try {
    await promisify(execFile)(node, [...args, file, provider], { signal });
    return { provider, trouble: undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    const { stdout, message } = thrown as ExecFileException;
    return { provider, trouble: stdout || message };
  }
}

/** A provider that was asked for and fails is a warning; that nothing asked for works is a fault. */
export function providerFindings(trials: readonly Trial[], wanted: readonly Provider[]): Finding[] {
  const works = trials.filter(({ trouble }) => trouble === undefined).map(({ provider }) => provider);
  const broken = trials.filter(({ provider, trouble }) => trouble !== undefined && wanted.includes(provider));
  const summary = `${works.length === 0 ? 'none' : works.join(', ')} of ${trials.map(({ provider }) => provider).join(', ')} work; H2G_PROVIDERS asks for ${wanted.join(', ')}`;
  const used = wanted.find((provider) => works.includes(provider));
  return [
    used === undefined
      ? fail('execution providers', summary, 'Set H2G_PROVIDERS=cpu, or install what the first one needs.')
      : ok('execution providers', `${summary}; ${used} is used`),
    ...broken.map(({ provider, trouble }) =>
      warn(`provider ${provider}`, trouble ?? '', `Install what ${provider} needs, or leave it out of H2G_PROVIDERS.`),
    ),
  ];
}

/** Opens the baseline's network with each provider, one after another. */
export const checkProviders: Check = async ({ env, signal }) => {
  const bundle = await readBundle(baselineBundleDir());
  const file = bundle.file('detection') ?? '';
  const trials: Trial[] = [];
  for (const provider of PROVIDERS) {
    trials.push(await tryProvider(file, { provider, signal }));
  }
  return providerFindings(trials, loadConfig(env).providers);
};
