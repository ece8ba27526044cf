import { readFile } from 'node:fs/promises';
import { env, InferenceSession } from 'onnxruntime-node';
import { H2gError } from '../domain/error.ts';
import type { Provider } from '../domain/provider.ts';
import { PROVIDER_TRAITS } from './providers.ts';

/** Why a provider that was asked for first was not used; one line. */
export interface SkippedProvider {
  readonly provider: Provider;
  readonly reason: string;
}

export interface OpenSession {
  readonly session: InferenceSession;
  readonly provider: Provider;
  readonly skipped: readonly SkippedProvider[];
}

export interface SessionRequest {
  /** Path of the ONNX file. */
  readonly file: string;
  /** In the order in which they are tried. */
  readonly providers: readonly Provider[];
  /** 1 where not given: one session a core is faster than one session on all cores. */
  readonly intraOpThreads?: number | undefined;
  /** `release`: memory goes back after every run, for large networks that run once a slide. `keep` where not given. */
  readonly memory?: 'keep' | 'release' | undefined;
}

/**
 * Opens a network with the first provider that can. A failure is thrown here and told once, so onnxruntime's own log is off.
 * Throws `bundle-missing` when there is no file, `bundle-invalid` when even the processor cannot open the file, `provider-unavailable` when the processor was not asked for.
 */
export async function createSession(request: SessionRequest): Promise<OpenSession> {
  env.logLevel = 'fatal';
  // From bytes, a graph finds no weights in files beside it: those would not be covered by the bundle's digests.
  const graph = await readFile(request.file).catch((cause: unknown) => {
    throw unreadable(request.file, cause);
  });
  const skipped: SkippedProvider[] = [];
  for (const provider of request.providers) {
    try {
      return { session: await openWith(provider, graph, request), provider, skipped };
    } catch (cause) {
      skipped.push({ provider, reason: oneLine(cause) });
    }
  }
  throw noProvider(request.file, skipped);
}

async function openWith(
  provider: Provider,
  graph: Uint8Array,
  { intraOpThreads = 1, memory = 'keep' }: SessionRequest,
): Promise<InferenceSession> {
  const options = PROVIDER_TRAITS[provider].options(intraOpThreads);
  return InferenceSession.create(graph, { ...options, enableCpuMemArena: memory === 'keep' });
}

function noProvider(file: string, skipped: readonly SkippedProvider[]): H2gError {
  const processor = skipped.find(({ provider }) => provider === 'cpu');
  if (processor !== undefined) {
    return new H2gError({
      code: 'bundle-invalid',
      message: `${file} is no network that onnxruntime can open: ${processor.reason}`,
      hint: 'Export the network again as ONNX; weights must lie in the same file.',
    });
  }
  const reasons = skipped.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  return new H2gError({
    code: 'provider-unavailable',
    message: `no execution provider could open ${file} (${reasons || 'none was named'})`,
    hint: 'Put cpu at the end of the list of providers, or install what the first one needs; `h2g doctor` shows which ones work.',
  });
}

const unreadable = (file: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'bundle-missing',
      message: `${file} cannot be read: ${oneLine(cause)}`,
      hint: 'Give the folder that holds bundle.json and its ONNX files.',
    },
    { cause },
  );

const REASON_LENGTH = 300;

function oneLine(thrown: unknown): string {
  const text = (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s+/g, ' ').trim();
  return text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH - 1)}…` : text;
}
