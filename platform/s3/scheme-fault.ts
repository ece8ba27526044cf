/** OpenSSL's words for an answer that is not TLS. */
const NOT_TLS = /wrong version number|packet length too long/i;

export interface SchemeFault {
  /** Goes on where the store's name ends. */
  readonly what: string;
  readonly hint: string;
}

const SPEAKS_TLS: SchemeFault = {
  what: 'answers as servers do that are spoken to without TLS',
  hint: 'If it speaks TLS, write https:// in H2G_S3_ENDPOINT; else look whether that is the address of an S3 store.',
};
const SPEAKS_NO_TLS: SchemeFault = {
  what: 'does not speak TLS',
  hint: 'Write http:// in H2G_S3_ENDPOINT, or the port at which it speaks TLS.',
};

/** Whether the endpoint begins with the other scheme than the store speaks, as far as its answer tells. */
export function schemeFault(thrown: unknown, endpoint: string): SchemeFault | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (endpoint.startsWith('https:')) return NOT_TLS.test(thrown.message) ? SPEAKS_NO_TLS : undefined;
  return isBareRefusal(thrown) ? SPEAKS_TLS : undefined;
}

interface Answered extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** MinIO, and nginx before any store, answer 400 with a sentence or to HEAD with nothing. What S3 itself refuses has a name or an id. */
const isBareRefusal = ({ name, $metadata: answer }: Answered): boolean =>
  answer?.httpStatusCode === 400 && answer.requestId === undefined && /^(Error$|Unknown)/.test(name);
