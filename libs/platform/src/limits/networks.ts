import { isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * The network that an address is counted as: an IPv4 address itself, the first 64 bits of an IPv6 one,
 * since one line at home has as many of those as it likes. What is no address is one network for all.
 * @param address as a proxy may write it too: with a port, in brackets, with a zone.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const [, bare = ''] = /^\[([^\]]*)\](?::\d+)?$/.exec(address) ?? [undefined, address];
  if (isIPv6(bare)) return networkOfIPv6(bare);
  const [, withoutPort = ''] = /^([\d.]+):\d+$/.exec(address) ?? [];
  return isIPv4(withoutPort) ? withoutPort : 'unknown';
}

function networkOfIPv6(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [unzoned = ''] = address.split('%');
  const [left = '', right] = unzoned.split('::');
  const groups = groupsOf(left);
  if (right !== undefined) {
    const after = groupsOf(right);
    groups.push(...Array.from({ length: 8 - groups.length - after.length }, () => '0'), ...after);
  }
  const network = groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** A dotted end stands for two groups, of which none is of the network. */
const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.replace(/[\d.]+\.[\d.]+$/, '0:0').split(':');

/**
 * Addresses and networks in CIDR notation, by commas; undefined where one is neither, or is everybody
 * (`/0`): whoever trusts everybody believes what anybody claims.
 */
export function parseNetworks(text: string): readonly string[] | undefined {
  const networks = text.split(',').map((part) => part.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
