import { H2gError } from '../domain/error.ts';

/** A float32 softmax or sigmoid may miss 0 or 1 by rounding, half-precision kernels by a little more; anything beyond is no probability. */
const ROUNDING = 1e-3;

/** Where an output came from, for the error. */
export interface OutputPlace {
  /** Bundle, stage and output, as a person knows them. */
  readonly network: string;
  /** @example "patch 3" */
  readonly place: () => string;
}

/** A network's output as a probability in [0, 1]. Throws `model-output` when it is NaN, infinite or outside. */
export function readProbability(value: number | undefined, { network, place }: OutputPlace): number {
  if (value !== undefined && value >= -ROUNDING && value <= 1 + ROUNDING) return Math.min(1, Math.max(0, value));
  throw new H2gError({
    code: 'model-output',
    message: `${network} gave ${value ?? 'nothing'} for ${place()}, expected a probability between 0 and 1`,
    hint: 'The network may need another scaling, or its last layer (softmax) is missing; `h2g bundle check` says what it gives for zeros.',
  });
}
