/** What is wrong with the certificate that a server shows. */
type Flaw = 'untrusted' | 'expired' | 'not-yet' | 'other-name';

/** Node's names for what it refuses. */
const FLAW_OF_CODE: Readonly<Record<string, Flaw>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
};

const FACTS: Record<Flaw, { readonly what: string; readonly hint: (trust: string) => string }> = {
  untrusted: {
    what: 'shows a certificate whose authority is not trusted here',
    hint: (trust) =>
      `Give workers and command line the certificate of that authority as a file before they start: ${trust}.`,
  },
  expired: {
    what: 'shows a certificate that has expired',
    hint: () => "Have the server's certificate (and those it rests on) renewed; see that the clock here is right.",
  },
  'not-yet': {
    what: 'shows a certificate that is not valid yet',
    hint: () => 'See that the clocks here and on the server are right.',
  },
  'other-name': {
    what: 'shows a certificate that is for another name',
    hint: () => 'Write the address with a name that the certificate is for, or have one issued for this name too.',
  },
};

/** Node reads it once, at its start. */
const TRUST_OF_NODE = 'NODE_EXTRA_CA_CERTS=ca.crt (in the chart: caBundle)';

export interface CertificateFault {
  /** Goes on where the server's name ends: "shows a certificate that has expired: …", without a full stop. */
  readonly what: string;
  readonly hint: string;
}

/**
 * Why an encrypted line was refused from this side, if it was for the server's certificate: then looking whether the server runs is no help.
 * @param trust where its authority can be named, if not for all lines
 */
export function certificateFault(thrown: unknown, trust = TRUST_OF_NODE): CertificateFault | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const flaw = 'code' in error ? FLAW_OF_CODE[String(error.code)] : undefined;
    if (flaw !== undefined)
      return { what: `${FACTS[flaw].what}: ${error.message.replace(/\.$/, '')}`, hint: FACTS[flaw].hint(trust) };
  }
  return undefined;
}
