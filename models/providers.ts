import type { InferenceSession } from 'onnxruntime-node';
import type { Provider } from '../domain/provider.ts';

/** What a provider's session is made with, and how many patches it likes at once. */
export interface ProviderTraits {
  readonly options: (intraOpThreads: number) => InferenceSession.SessionOptions;
  /** `one`: a patch a call is fastest and gives the same bits whatever its neighbours. `batch`: one fixed shape, the last call padded. */
  readonly calls: 'one' | 'batch';
}

/**
 * Everything that decides how a sum is ordered is stated, so that a processor of one kind always gives the same bits.
 * Threads do not spin: other sessions share the cores. Fallbacks within a session stay on the same single thread.
 */
const base = (intraOpThreads: number): InferenceSession.SessionOptions => ({
  intraOpNumThreads: intraOpThreads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableMemPattern: true,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
});

export const PROVIDER_TRAITS: Record<Provider, ProviderTraits> = {
  tensorrt: { options: (threads) => ({ ...base(threads), executionProviders: ['tensorrt', 'cuda'] }), calls: 'batch' },
  cuda: { options: (threads) => ({ ...base(threads), executionProviders: ['cuda'] }), calls: 'batch' },
  webgpu: { options: (threads) => ({ ...base(threads), executionProviders: ['webgpu'] }), calls: 'batch' },
  cpu: { options: (threads) => ({ ...base(threads), executionProviders: ['cpu'] }), calls: 'one' },
};
