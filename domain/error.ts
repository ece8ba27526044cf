/** How each kind of error is met: by the CLI's exit code (2 bad input or usage, 3 a run failed) and by whether trying again can help. */
const KINDS = {
  usage: { exitCode: 2, retry: false },
  'slide-missing': { exitCode: 2, retry: false },
  'slide-unreadable': { exitCode: 2, retry: false },
  'slide-truncated': { exitCode: 2, retry: false },
  'slide-unsupported': { exitCode: 2, retry: false },
  'slide-too-large': { exitCode: 2, retry: false },
  'slide-changed': { exitCode: 3, retry: false },
  'slide-io': { exitCode: 3, retry: true },
  'tiles-io': { exitCode: 3, retry: true },
  'scale-missing': { exitCode: 2, retry: false },
  'scale-implausible': { exitCode: 2, retry: false },
  'annotation-missing': { exitCode: 2, retry: false },
  'annotation-invalid': { exitCode: 2, retry: false },
  'results-missing': { exitCode: 2, retry: false },
  'results-misfit': { exitCode: 2, retry: false },
  'bundle-missing': { exitCode: 2, retry: false },
  'bundle-invalid': { exitCode: 2, retry: false },
  'model-output': { exitCode: 3, retry: false },
  'model-stuck': { exitCode: 3, retry: false },
  'provider-unavailable': { exitCode: 2, retry: false },
  'store-unreachable': { exitCode: 3, retry: true },
  'store-denied': { exitCode: 2, retry: false },
  'object-missing': { exitCode: 3, retry: false },
  'object-changed': { exitCode: 3, retry: false },
  'queue-unreachable': { exitCode: 3, retry: true },
  'control-unreachable': { exitCode: 3, retry: true },
  'disk-full': { exitCode: 3, retry: false },
  'port-in-use': { exitCode: 3, retry: false },
  'server-unavailable': { exitCode: 3, retry: false },
  'download-failed': { exitCode: 3, retry: false },
  'run-missing': { exitCode: 2, retry: false },
  'cohort-missing': { exitCode: 2, retry: false },
  'run-failed': { exitCode: 3, retry: false },
  'run-cancelled': { exitCode: 3, retry: false },
  'plan-missing': { exitCode: 3, retry: false },
  internal: { exitCode: 3, retry: false },
} as const satisfies Record<string, { exitCode: number; retry: boolean }>;

export type ErrorCode = keyof typeof KINDS;

export const ERROR_CODES = Object.keys(KINDS) as readonly ErrorCode[];

export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: string;
  /** What the person can do about it. */
  readonly hint: string;
}

/** The one error of H2G-Flow: what is wrong and where (message), what to do (hint), and whether trying again can help. */
export class H2gError extends Error {
  override readonly name = 'H2gError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor({ code, message, hint }: ErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get retry(): boolean {
    return KINDS[this.code].retry;
  }

  get exitCode(): number {
    return KINDS[this.code].exitCode;
  }

  /** The plain form that crosses threads, messages and Temporal. */
  get facts(): ErrorFacts {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(KINDS, text);

/** Any thrown thing as an `H2gError`; what nobody foresaw becomes `internal`, with its cause kept. */
export function asH2gError(thrown: unknown): H2gError {
  if (thrown instanceof H2gError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new H2gError(
    { code: 'internal', message, hint: 'This should not happen: please report it with the log.' },
    { cause: thrown },
  );
}
