import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { H2gError } from '../../domain/error.ts';

type LookupAnswer = (
  error: NodeJS.ErrnoException | null,
  address: string | readonly LookupAddress[],
  family?: number,
) => void;

/** As `dns.lookup`, and as a socket asks for it. */
export type Lookup = (hostname: string, options: LookupOptions, answer: LookupAnswer) => void;

/** Where machines of a cloud are told their own secrets, and neighbours on the link: no slide lies there. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
// The same IPv4 addresses behind NAT64.
REFUSED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// AWS, Google, Alibaba, Oracle, Azure.
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addAddress('fd20:ce::254', 'ipv6');
REFUSED.addAddress('100.100.100.200', 'ipv4');
REFUSED.addAddress('192.0.0.192', 'ipv4');
REFUSED.addAddress('168.63.129.16', 'ipv4');

/** @example isRefusedAddress('::ffff:169.254.169.254') // true */
export const isRefusedAddress = (address: string): boolean =>
  REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const refusal = (host: string, address: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `Slides are not read from ${host === address ? host : `${host} (${address})`}: machines are told secrets of their own there (link-local and metadata addresses).`,
    hint: 'Give the address of the server that holds the slide.',
  });

/** For a host that is written as an address and so never looked up. @throws H2gError `usage` */
export function refuseAddress(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isRefusedAddress(host)) throw refusal(host, host);
}

/** Looks a name up for the connection that is about to be made, so that what was checked is what is connected to, whatever the name resolves to a moment later. */
export const guardedLookup =
  (lookup: Lookup = systemLookup as Lookup): Lookup =>
  (hostname, options, answer) =>
    lookup(hostname, options, (error, found, family) => {
      if (error !== null) return answer(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      const bad = addresses.find(isRefusedAddress);
      return bad === undefined ? answer(null, found, family) : answer(refusal(hostname, bad), found, family);
    });
