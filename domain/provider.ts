/** What computes a network: NVIDIA's two, any GPU that Dawn can drive, and the processor. */
export const PROVIDERS = ['tensorrt', 'cuda', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDERS)[number];
